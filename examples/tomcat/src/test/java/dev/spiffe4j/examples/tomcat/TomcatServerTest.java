package dev.spiffe4j.examples.tomcat;

import dev.spiffe4j.examples.checks.HttpServerChecks;
import dev.spiffe4j.tls.SpiffeTls;
import org.apache.catalina.startup.Tomcat;

class TomcatServerTest extends HttpServerChecks {
  @Override
  protected Running serve(SpiffeTls tls) throws Exception {
    Tomcat tomcat = TomcatServer.serve(tls, 0);
    return new Running(
        tomcat.getConnector().getLocalPort(),
        () -> {
          tomcat.stop();
          tomcat.destroy();
        });
  }
}
