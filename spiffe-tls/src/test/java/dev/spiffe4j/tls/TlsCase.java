package dev.spiffe4j.tls;

import java.util.Arrays;
import java.util.stream.Stream;

/** A way to connect: what carries the records, and the version of TLS that the client speaks. */
record TlsCase(Link.Transport transport, String protocol) {
  static Stream<TlsCase> all() {
    return Arrays.stream(Link.Transport.values())
        .flatMap(
            transport ->
                Stream.of("TLSv1.2", "TLSv1.3").map(protocol -> new TlsCase(transport, protocol)));
  }

  Link link(SpiffeTls client, SpiffeTls server) {
    return Link.of(transport, protocol, client.sslContext(), server.sslContext());
  }
}
