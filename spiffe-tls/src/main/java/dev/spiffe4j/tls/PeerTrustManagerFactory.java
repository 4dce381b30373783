package dev.spiffe4j.tls;

import java.security.KeyStore;
import java.util.function.Supplier;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactorySpi;
import org.jspecify.annotations.Nullable;

/** Hands out the trust manager of a {@link SpiffeTls}, whatever it is initialized with. */
final class PeerTrustManagerFactory extends TrustManagerFactorySpi {
  private final Supplier<SpiffeTls> tls;

  PeerTrustManagerFactory(Supplier<SpiffeTls> tls) {
    this.tls = tls;
  }

  @Override
  protected void engineInit(@Nullable KeyStore store) {}

  @Override
  protected void engineInit(@Nullable ManagerFactoryParameters parameters) {}

  @Override
  protected TrustManager[] engineGetTrustManagers() {
    return new TrustManager[] {tls.get().trustManager()};
  }
}
