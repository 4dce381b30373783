package dev.spiffe4j.tls.netty;

import dev.spiffe4j.tls.SpiffeTls;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A way to connect by Netty: how contexts are used, by which engines, in which version. */
record NettyCase(NettyLink.Use use, TlsEngine client, TlsEngine server, String protocol) {
  static Stream<NettyCase> all() {
    List<NettyCase> cases = new ArrayList<>();
    for (NettyLink.Use use : NettyLink.Use.values()) {
      for (TlsEngine client : List.of(TlsEngine.JDK, TlsEngine.NATIVE)) {
        for (TlsEngine server : List.of(TlsEngine.JDK, TlsEngine.NATIVE)) {
          cases.add(new NettyCase(use, client, server, "TLSv1.2"));
          cases.add(new NettyCase(use, client, server, "TLSv1.3"));
        }
      }
    }
    return cases.stream();
  }

  static Stream<NettyCase> nativeOnly() {
    return all()
        .filter(how -> how.client() == TlsEngine.NATIVE && how.server() == TlsEngine.NATIVE);
  }

  /** One connection by contexts that nothing else uses. */
  NettyLink.Result connect(SpiffeTls client, SpiffeTls server) throws Exception {
    try (SpiffeSslContext clients = clients(client);
        SpiffeSslContext servers = servers(server);
        NettyLink link = new NettyLink(use, protocol, clients, servers)) {
      return link.connect();
    }
  }

  SpiffeSslContext clients(SpiffeTls tls) {
    return SpiffeSslContext.forClient(tls).engine(client).build();
  }

  SpiffeSslContext servers(SpiffeTls tls) {
    return SpiffeSslContext.forServer(tls).engine(server).build();
  }
}
