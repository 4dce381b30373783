package dev.spiffe4j.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Trusts servers by the Web PKI and their host names, and clients by SPIFFE ID. In the Web PKI a
 * chain says nothing without the name, so a connection that does not check it is refused.
 */
final class WebPkiTrustManager extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager servers;
  private final PeerTrustManager clients;
  private final TlsTrace trace;

  WebPkiTrustManager(X509ExtendedTrustManager servers, PeerTrustManager clients, TlsTrace trace) {
    this.servers = servers;
    this.clients = clients;
    this.trace = trace;
  }

  /** A question to the JDK's trust manager. */
  private interface Check {
    void run() throws CertificateException;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    check(
        socket instanceof SSLSocket tls && ConnectionRules.isIdentifying(tls.getSSLParameters()),
        () -> servers.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    check(
        engine != null && ConnectionRules.isIdentifying(engine.getSSLParameters()),
        () -> servers.checkServerTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(false, () -> {});
  }

  private void check(boolean identifies, Check check) throws CertificateException {
    if (!identifies) {
      CertificateException refusal =
          new CertificateException(
              "endpoint identification is off for a server of the Web PKI (expected: HTTPS)");
      trace.refused(new WebServerException(WebServerException.Reason.NOT_IDENTIFIED, refusal));
      throw refusal;
    }
    try {
      check.run();
    } catch (CertificateException e) {
      trace.refused(WebServerException.of(e));
      throw e;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    clients.checkClientTrusted(chain, authType, socket);
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    clients.checkClientTrusted(chain, authType, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    clients.checkClientTrusted(chain, authType);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return clients.getAcceptedIssuers();
  }
}
