package dev.spiffe4j.examples.spring;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.spring.SpiffeBundleUpdates;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.X509Source;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.restclient.autoconfigure.RestClientSsl;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/** Where the identity comes from, and the SSL bundle {@code spiffe} for all that takes one. */
@Configuration
class Identity {
  @Bean
  X509Source source(@Value("${SPIFFE_ENDPOINT_SOCKET}") String socket) {
    return X509Source.connect(WorkloadApiAddress.parse(socket));
  }

  @Bean
  SpiffeTls tls(X509Source source) {
    Authorizer colleagues = Authorizer.memberOf(source.x509Svid().spiffeId().trustDomain());
    return SpiffeTls.builder(source, colleagues).build();
  }

  @Bean
  SslBundleRegistrar bundle(X509Source source, SpiffeTls tls) {
    return registry -> source.subscribe(SpiffeBundleUpdates.register(registry, "spiffe", tls));
  }

  @Bean
  RestClient colleagues(RestClient.Builder builder, RestClientSsl ssl) {
    return builder.apply(ssl.fromBundle("spiffe")).build();
  }
}
