package dev.spiffe4j.tls.tomcat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.ClientCertificate;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.SpiffeTlsBuilder;
import dev.spiffe4j.tls.TlsVersion;
import org.apache.catalina.connector.Connector;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfig.CertificateVerification;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What needs no server; examples/tomcat has one. */
class SpiffeTomcatTest {
  private final TestTrustDomain domain = TestTrustDomain.of("example.org");
  private final SpiffeTlsBuilder tls =
      SpiffeTls.builder(
          MutableX509Source.of(domain.context(domain.issue("/web"))),
          Authorizer.memberOf(domain.trustDomain()));

  private static SSLHostConfig secured(SpiffeTls tls) {
    Connector connector = new Connector();
    SpiffeTomcat.secure(connector, tls);
    assertThat(connector.getSecure()).isTrue();
    return connector.findSslHostConfigs()[0];
  }

  @ParameterizedTest
  @CsvSource({"REQUIRED, REQUIRED", "OPTIONAL, OPTIONAL", "NONE, NONE"})
  @DisplayName("Tomcat asks for what the TLS asks for, and for nothing less")
  void asksForCertificates(ClientCertificate ours, CertificateVerification tomcats) {
    SSLHostConfig config = secured(tls.clientCertificate(ours).build());

    assertThat(config.getCertificateVerification()).isEqualTo(tomcats);
    assertThat(config.getProtocols()).containsExactly("TLSv1.3");
  }

  @Test
  void speaksTheVersionsOfTheTls() {
    SSLHostConfig config = secured(tls.minimumVersion(TlsVersion.TLS_1_2).build());

    assertThat(config.getProtocols()).containsExactlyInAnyOrder("TLSv1.2", "TLSv1.3");
  }

  @Test
  void aConnectorOfAnotherProtocolIsRefused() {
    Connector ajp = new Connector("AJP/1.3");

    assertThatThrownBy(() -> SpiffeTomcat.secure(ajp, tls.build()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
