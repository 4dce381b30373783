package dev.spiffe4j.examples.tomcat;

import dev.spiffe4j.examples.checks.HttpServerChecks;
import dev.spiffe4j.tls.SpiffeTls;
import java.nio.file.Path;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.io.TempDir;

class TomcatServerTest extends HttpServerChecks {
  @TempDir private Path work;

  @Override
  protected Running serve(SpiffeTls tls) throws Exception {
    Tomcat tomcat = TomcatServer.serve(tls, 0, work);
    return new Running(
        tomcat.getConnector().getLocalPort(),
        () -> {
          tomcat.stop();
          tomcat.destroy();
        });
  }
}
