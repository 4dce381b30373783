package dev.spiffe4j.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Whom the Web PKI trusts. */
final class WebAuthorities {
  private WebAuthorities() {}

  /** The JDK's own trust manager, by its own authorities if none are given. */
  static X509ExtendedTrustManager trustManager(@Nullable KeyStore authorities) {
    try {
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(authorities);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager x509) {
          return x509;
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the authorities of the Web PKI cannot be used", e);
    }
    throw new IllegalStateException("this JDK has no X.509 trust manager");
  }
}
