package application;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.jwt.JwtSvidRequest;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.workloadapi.JwtSource;
import dev.spiffe4j.workloadapi.X509Source;
import java.net.InetAddress;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;

/** Fetches what the Workload API has, and shakes hands with a server. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    Stream.of(SpiffeId.class, JwtSvidVerifier.class, SpiffeTls.class, X509Source.class)
        .map(Class::getModule)
        .forEach(module -> System.out.println("module " + module.getName()));
    try (X509Source source = X509Source.connect();
        JwtSource tokens = JwtSource.connect()) {
      SpiffeId me = source.x509Svid().spiffeId();
      SpiffeTls tls = SpiffeTls.builder(source, Authorizer.memberOf(me.trustDomain())).build();
      System.out.println("server " + server(tls, Integer.parseInt(arguments[0])));

      JwtSvidVerifier verifier = JwtSvidVerifier.builder(tokens, "somebody").build();
      String token = tokens.jwtSvid(JwtSvidRequest.of("somebody")).token();
      System.out.println("token " + verifier.verify(token).spiffeId());
    }
  }

  private static SpiffeId server(SpiffeTls tls, int port) throws Exception {
    try (SSLSocket socket =
        (SSLSocket)
            tls.sslContext()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.startHandshake();
      socket.getInputStream().read();
      return tls.peer(socket.getSession()).spiffeId();
    }
  }
}
