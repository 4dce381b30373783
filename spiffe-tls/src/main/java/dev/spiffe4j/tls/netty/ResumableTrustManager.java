package dev.spiffe4j.tls.netty;

import dev.spiffe4j.tls.TlsGeneration;
import io.netty.handler.ssl.ResumableX509ExtendedTrustManager;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Is asked about the peers of resumed sessions too, by Netty's {@code SslHandler} and before it
 * says that the handshake is over: TLS itself shows them to nobody.
 */
final class ResumableTrustManager extends NativeTrustManager
    implements ResumableX509ExtendedTrustManager {
  /** What Netty says when it does not know either. */
  private static final String AUTH_TYPE = "UNKNOWN";

  private final TlsGeneration generation;

  ResumableTrustManager(X509ExtendedTrustManager inner, TlsGeneration generation) {
    super(inner);
    this.generation = generation;
  }

  @Override
  public void resumeClientTrusted(X509Certificate[] chain, SSLEngine engine)
      throws CertificateException {
    resume(() -> checkClientTrusted(chain, AUTH_TYPE, engine));
  }

  @Override
  public void resumeServerTrusted(X509Certificate[] chain, SSLEngine engine)
      throws CertificateException {
    resume(() -> checkServerTrusted(chain, AUTH_TYPE, engine));
  }

  private void resume(Check check) throws CertificateException {
    try {
      check.run();
    } catch (CertificateException e) {
      generation.end();
      throw e;
    }
  }
}
