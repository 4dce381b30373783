package dev.spiffe4j.examples.spring;

import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.tomcat.SpiffeTomcat;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** An application that tells its clients who they are. */
@Configuration
@EnableAutoConfiguration
@RestController
class WhoAmI {
  private final SpiffeTls tls;

  WhoAmI(SpiffeTls tls) {
    this.tls = tls;
  }

  @Bean
  static WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> mutualTls(SpiffeTls tls) {
    return factory ->
        factory.addConnectorCustomizers(connector -> SpiffeTomcat.secure(connector, tls));
  }

  @GetMapping("/")
  String whoAmI(HttpServletRequest request) {
    return SpiffeTomcat.peer(tls, request).spiffeId().toString();
  }

  public static void main(String[] arguments) {
    SpringApplication.run(new Class<?>[] {WhoAmI.class, Identity.class}, arguments);
  }
}
