package dev.spiffe4j.tls;

import java.security.KeyStore;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import org.jspecify.annotations.Nullable;

/** Hands out the key manager of a {@link SpiffeTls}, whatever it is initialized with. */
final class SvidKeyManagerFactory extends KeyManagerFactorySpi {
  private final Supplier<SpiffeTls> tls;

  SvidKeyManagerFactory(Supplier<SpiffeTls> tls) {
    this.tls = tls;
  }

  @Override
  protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {}

  @Override
  protected void engineInit(@Nullable ManagerFactoryParameters parameters) {}

  @Override
  protected KeyManager[] engineGetKeyManagers() {
    return new KeyManager[] {tls.get().keyManager()};
  }
}
