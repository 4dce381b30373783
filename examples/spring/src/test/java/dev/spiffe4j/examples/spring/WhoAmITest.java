package dev.spiffe4j.examples.spring;

import dev.spiffe4j.examples.checks.HttpServerChecks;
import dev.spiffe4j.tls.SpiffeTls;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

class WhoAmITest extends HttpServerChecks {
  @TempDir private Path work;

  @Override
  protected Running serve(SpiffeTls tls) {
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(WhoAmI.class)
            .initializers(
                fresh ->
                    ((GenericApplicationContext) fresh).registerBean(SpiffeTls.class, () -> tls))
            .run(
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--server.tomcat.basedir=" + work);
    int port = ((WebServerApplicationContext) context).getWebServer().getPort();
    return new Running(port, context);
  }
}
