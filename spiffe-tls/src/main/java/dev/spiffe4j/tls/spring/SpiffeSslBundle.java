package dev.spiffe4j.tls.spring;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.tls.SpiffeProvider;
import dev.spiffe4j.tls.SpiffeTls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * {@link SpiffeTls} as an {@code SslBundle} of Spring Boot. Everything in it follows the source by
 * itself; {@link SpiffeBundleUpdates} also tells those who want to be told.
 *
 * <p>It depends on what somebody takes out of the bundle:
 *
 * <ul>
 *   <li>{@link #createSslContext}, as the builders of HTTP clients do, gives {@link
 *       SpiffeTls#sslContext} with all its promises.
 *   <li>The managers, as Reactor Netty does, end in a context of somebody else, which resumes
 *       sessions until the bundle is updated, see {@link SpiffeTls}.
 *   <li>The stores are empty: a copy of the key would age, and a list of authorities cannot say
 *       which trust domain each one speaks for. Tomcat and Jetty take nothing else of a bundle, so
 *       {@code server.ssl.bundle} ends their start with an error; {@code
 *       dev.spiffe4j.tls.tomcat.SpiffeTomcat} is for Tomcat.
 * </ul>
 *
 * <p>Needs {@code org.springframework.boot:spring-boot}, which this module does not bring along.
 * Immutable and thread-safe.
 */
@SuppressWarnings("exports") // who uses this reads the module of Spring Boot anyway
public final class SpiffeSslBundle implements SslBundle {
  private final SpiffeTls tls;
  private final Managers managers;

  private SpiffeSslBundle(SpiffeTls tls) {
    this.tls = tls;
    this.managers = new Managers(tls, new SpiffeProvider(tls));
  }

  /**
   * Makes a bundle.
   *
   * @param tls whom to present and to trust
   * @return the bundle
   */
  public static SpiffeSslBundle of(SpiffeTls tls) {
    return new SpiffeSslBundle(requireNonNull(tls, "tls"));
  }

  @Override
  public SslStoreBundle getStores() {
    KeyStore empty = emptyStore();
    return SslStoreBundle.of(empty, null, empty);
  }

  private static KeyStore emptyStore() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JDK has no empty key store", e);
    }
  }

  @Override
  public SslBundleKey getKey() {
    return SslBundleKey.NONE;
  }

  /** The versions of TLS that the {@link SpiffeTls} speaks. */
  @Override
  public SslOptions getOptions() {
    return SslOptions.of(null, tls.sslContext().getDefaultSSLParameters().getProtocols());
  }

  @Override
  public String getProtocol() {
    return tls.sslContext().getProtocol();
  }

  @Override
  public SslManagerBundle getManagers() {
    return managers;
  }

  @Override
  public SSLContext createSslContext() {
    return tls.sslContext();
  }

  @Override
  public String toString() {
    return "SpiffeSslBundle";
  }

  private record Managers(SpiffeTls tls, SpiffeProvider provider) implements SslManagerBundle {
    @Override
    public KeyManagerFactory getKeyManagerFactory() {
      try {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(SpiffeProvider.NAME, provider);
        factory.init(null, null);
        return factory;
      } catch (GeneralSecurityException e) {
        throw new AssertionError("our provider has it", e);
      }
    }

    @Override
    public TrustManagerFactory getTrustManagerFactory() {
      try {
        TrustManagerFactory factory =
            TrustManagerFactory.getInstance(SpiffeProvider.NAME, provider);
        factory.init((@Nullable KeyStore) null);
        return factory;
      } catch (GeneralSecurityException e) {
        throw new AssertionError("our provider has it", e);
      }
    }

    @Override
    public SSLContext createSslContext(@Nullable String protocol) {
      return tls.sslContext();
    }
  }
}
