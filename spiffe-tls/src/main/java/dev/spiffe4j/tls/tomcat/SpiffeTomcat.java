package dev.spiffe4j.tls.tomcat;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.tls.SpiffeTls;
import jakarta.servlet.ServletRequest;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLParameters;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.net.SSLUtil;

/**
 * {@link SpiffeTls} for an embedded Tomcat. Each new connection takes what the source has at that
 * moment.
 *
 * <p>Needs {@code org.apache.tomcat.embed:tomcat-embed-core}, which this module does not bring
 * along.
 */
@SuppressWarnings("exports") // who calls this reads the module of Tomcat anyway
public final class SpiffeTomcat {
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  private SpiffeTomcat() {}

  /**
   * Makes a connector speak TLS, and nothing else.
   *
   * @param connector of HTTP/1.1, not started yet
   * @param tls whom to present and to trust, and whether clients must present an SVID
   * @throws IllegalArgumentException if it is a connector of another protocol
   */
  public static void secure(Connector connector, SpiffeTls tls) {
    if (!(connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http)) {
      throw new IllegalArgumentException(
          connector.getProtocolHandlerClassName() + " (expected: HTTP/1.1)");
    }
    connector.setScheme("https");
    connector.setSecure(true);
    http.setSSLEnabled(true);
    http.addSslHostConfig(hostConfig(tls));
  }

  /** Tomcat takes back what an engine begins with, so it is told the same again. */
  private static SSLHostConfig hostConfig(SpiffeTls tls) {
    SSLParameters rules = tls.sslContext().getDefaultSSLParameters();
    SSLHostConfig config = new SSLHostConfig();
    config.setCertificateVerification(
        rules.getNeedClientAuth() ? "required" : rules.getWantClientAuth() ? "optional" : "none");
    config.setProtocols(String.join("+", rules.getProtocols()));
    SSLHostConfigCertificate certificate =
        new SSLHostConfigCertificate(config, SSLHostConfigCertificate.Type.UNDEFINED);
    certificate.setSslContext(
        SSLUtil.createSSLContext(tls.sslContext(), tls.keyManager(), tls.trustManager()));
    config.addCertificate(certificate);
    return config;
  }

  /**
   * Who has sent a request: verifies again, by the bundles, the authorizer and the clock of now.
   *
   * @param tls by whose rules
   * @param request of a connector that {@link #secure} was called for
   * @return the peer
   * @throws SvidVerificationException if it proves no identity now, or not one that may go on;
   *     {@link SvidVerificationException.Reason#NO_SVID} if it presented nothing
   */
  public static VerifiedPeer peer(SpiffeTls tls, ServletRequest request) {
    return request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain
        ? tls.peer(chain)
        : tls.peer(new X509Certificate[0]);
  }
}
