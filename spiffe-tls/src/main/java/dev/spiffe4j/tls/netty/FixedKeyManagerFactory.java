package dev.spiffe4j.tls.netty;

import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The only form in which Netty's native engine keeps what it has parsed. */
final class FixedKeyManagerFactory extends KeyManagerFactory {
  FixedKeyManagerFactory(X509ExtendedKeyManager keyManager) {
    super(new Spi(keyManager), null, "SPIFFE");
  }

  private static final class Spi extends KeyManagerFactorySpi {
    private final X509ExtendedKeyManager keyManager;

    private Spi(X509ExtendedKeyManager keyManager) {
      this.keyManager = keyManager;
    }

    @Override
    protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {}

    @Override
    protected void engineInit(@Nullable ManagerFactoryParameters parameters) {}

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {keyManager};
    }
  }
}
