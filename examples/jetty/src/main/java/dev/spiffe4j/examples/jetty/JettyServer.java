package dev.spiffe4j.examples.jetty;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.workloadapi.X509Source;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A server that tells its clients who they are. */
final class JettyServer {
  private JettyServer() {}

  static Server serve(SpiffeTls tls, int port) throws Exception {
    SslContextFactory.Server ssl = new SslContextFactory.Server();
    ssl.setSslContext(tls.sslContext());

    HttpConfiguration http = new HttpConfiguration();
    // A host name is not the server's identity, so there is none for SNI to match.
    http.addCustomizer(new SecureRequestCustomizer(false));

    Server server = new Server();
    ServerConnector connector =
        new ServerConnector(
            server, new SslConnectionFactory(ssl, "http/1.1"), new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(new WhoAmI(tls));
    server.start();
    return server;
  }

  private static final class WhoAmI extends Handler.Abstract {
    private final SpiffeTls tls;

    private WhoAmI(SpiffeTls tls) {
      this.tls = tls;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      Content.Sink.write(response, true, caller(request).toString(), callback);
      return true;
    }

    private SpiffeId caller(Request request) {
      var ssl = (EndPoint.SslSessionData) request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
      return tls.peer(ssl.sslSession()).spiffeId();
    }
  }

  public static void main(String[] arguments) throws Exception {
    try (X509Source source = X509Source.connect()) {
      Authorizer colleagues = Authorizer.memberOf(source.x509Svid().spiffeId().trustDomain());
      serve(SpiffeTls.builder(source, colleagues).build(), 8443).join();
    }
  }
}
