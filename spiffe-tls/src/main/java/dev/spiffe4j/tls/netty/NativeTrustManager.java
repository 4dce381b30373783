package dev.spiffe4j.tls.netty;

import io.netty.handler.ssl.OpenSslCertificateException;
import io.netty.internal.tcnative.CertificateVerifier;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Has the native engine send the alert {@code certificate_unknown}, as the JDK's TLS does. By
 * itself it calls a refusal that it does not know an internal error, as if it were this side's
 * fault.
 */
class NativeTrustManager extends X509ExtendedTrustManager {
  /** One of those of which BoringSSL and OpenSSL make the alert certificate_unknown. */
  private static final int REFUSED = CertificateVerifier.X509_V_ERR_PERMITTED_VIOLATION;

  private final X509ExtendedTrustManager inner;

  NativeTrustManager(X509ExtendedTrustManager inner) {
    this.inner = inner;
  }

  /** A question to the trust manager. */
  interface Check {
    void run() throws CertificateException;
  }

  private static void check(Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      // Not with its message: by some of those Netty would take it for one of its own to replace.
      throw new OpenSslCertificateException(e, REFUSED);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(() -> inner.checkClientTrusted(chain, authType, socket));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    check(() -> inner.checkServerTrusted(chain, authType, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(() -> inner.checkClientTrusted(chain, authType, engine));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    check(() -> inner.checkServerTrusted(chain, authType, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(() -> inner.checkClientTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    check(() -> inner.checkServerTrusted(chain, authType));
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return inner.getAcceptedIssuers();
  }
}
