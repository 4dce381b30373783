package dev.spiffe4j.examples.tomcat;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.tomcat.SpiffeTomcat;
import dev.spiffe4j.workloadapi.X509Source;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** A server that tells its clients who they are. */
final class TomcatServer {
  private TomcatServer() {}

  static Tomcat serve(SpiffeTls tls, int port, Path work) throws LifecycleException {
    Connector connector = new Connector();
    connector.setProperty("address", "127.0.0.1");
    connector.setPort(port);
    SpiffeTomcat.secure(connector, tls);

    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(work.toString());
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", null);
    Tomcat.addServlet(context, "who-am-i", new WhoAmI(tls)).addMapping("/");
    tomcat.start();
    return tomcat;
  }

  private static final class WhoAmI extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final transient SpiffeTls tls;

    private WhoAmI(SpiffeTls tls) {
      this.tls = tls;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print(SpiffeTomcat.peer(tls, request).spiffeId());
    }
  }

  public static void main(String[] arguments) throws Exception {
    try (X509Source source = X509Source.connect()) {
      Authorizer colleagues = Authorizer.memberOf(source.x509Svid().spiffeId().trustDomain());
      SpiffeTls tls = SpiffeTls.builder(source, colleagues).build();
      serve(tls, 8443, Path.of(arguments[0])).getServer().await();
    }
  }
}
