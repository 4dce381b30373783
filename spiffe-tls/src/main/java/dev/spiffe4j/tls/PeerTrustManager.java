package dev.spiffe4j.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts by SPIFFE ID alone. An endpoint identification algorithm that a client has set is not
 * evaluated, because a host name is not an identity here; neither is {@code authType}.
 */
final class PeerTrustManager extends X509ExtendedTrustManager {
  private final LiveConnections connections;

  PeerTrustManager(LiveConnections connections) {
    this.connections = connections;
  }

  @Override
  public void checkClientTrusted(
      X509Certificate @Nullable [] chain, @Nullable String authType, @Nullable Socket socket)
      throws CertificateException {
    check(chain, socket);
  }

  @Override
  public void checkClientTrusted(
      X509Certificate @Nullable [] chain, @Nullable String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate @Nullable [] chain, @Nullable String authType)
      throws CertificateException {
    check(chain, (Transport) null);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate @Nullable [] chain, @Nullable String authType, @Nullable Socket socket)
      throws CertificateException {
    check(chain, socket);
  }

  @Override
  public void checkServerTrusted(
      X509Certificate @Nullable [] chain, @Nullable String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    check(chain, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate @Nullable [] chain, @Nullable String authType)
      throws CertificateException {
    check(chain, (Transport) null);
  }

  private void check(X509Certificate @Nullable [] chain, @Nullable Socket socket)
      throws CertificateException {
    if (!(socket instanceof SSLSocket tls)) {
      check(chain, (Transport) null);
      return;
    }
    check(chain, connections.handshakes().transport(tls));
    connections.handshakes().letIn(tls);
  }

  private void check(X509Certificate @Nullable [] chain, @Nullable SSLEngine engine)
      throws CertificateException {
    if (engine == null) {
      check(chain, (Transport) null);
      return;
    }
    check(chain, Transport.of(engine));
    connections.handshakes().letIn(engine);
  }

  /**
   * Turns every refusal into the checked exception that JSSE answers with an alert; another one,
   * such as an authorizer's own, would leave JDK 17's engines without one.
   */
  private void check(X509Certificate @Nullable [] chain, @Nullable Transport transport)
      throws CertificateException {
    try {
      connections.admit(chain, transport);
    } catch (RuntimeException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  /** Returns none: a server must not tell clients which authorities it knows. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
