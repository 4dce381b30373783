package dev.spiffe4j.tls;

import static java.util.Objects.requireNonNull;

import java.security.Provider;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@link SpiffeTls} for frameworks that take names of algorithms and not objects: an {@code
 * SSLContext}, a {@code KeyManagerFactory}, a {@code TrustManagerFactory} and a {@code KeyStore},
 * all named {@code SPIFFE}. This library registers it nowhere; pass it along, or register it
 * yourself.
 *
 * <p>The {@code SSLContext} is the best of them: it resumes no session without asking again. A
 * context that a framework makes of the two factories does, see {@link SpiffeTls}. A {@code
 * KeyStore} has what the source had when it was loaded, under the alias {@code spiffe}, and follows
 * no rotation.
 *
 * <h2>By class name alone</h2>
 *
 * <p>Where somebody else calls the constructor, such as {@code security.provider.N} of {@code
 * java.security}, the TLS is made at the first use. It is configured by security properties, else
 * system properties, else environment variables:
 *
 * <ul>
 *   <li>{@code spiffe4j.tls.accept} ({@code SPIFFE4J_TLS_ACCEPT}): which peers may go on, separated
 *       by commas; {@code spiffe://example.org/db} is one, {@code spiffe://example.org/payments/*}
 *       everything under a path, {@code spiffe://example.org/*} a whole trust domain. There is no
 *       default: without it nothing is let in or connected to.
 *   <li>{@code spiffe4j.tls.source} ({@code SPIFFE4J_TLS_SOURCE}): a class with a public static
 *       method {@code connect()} that returns a {@link dev.spiffe4j.X509ContextSource}; {@code
 *       dev.spiffe4j.workloadapi.X509Source} by default, which reads {@code
 *       SPIFFE_ENDPOINT_SOCKET}.
 * </ul>
 */
public final class SpiffeProvider extends Provider {
  private static final long serialVersionUID = 1L;

  /** The name of the provider and of everything in it. */
  public static final String NAME = "SPIFFE";

  /**
   * Makes the provider of a TLS.
   *
   * @param tls the TLS
   */
  public SpiffeProvider(SpiffeTls tls) {
    this(always(tls));
  }

  /** Makes the provider of the TLS that properties and environment of the process configure. */
  public SpiffeProvider() {
    this(ConfiguredTls.ofProcess()::get);
  }

  SpiffeProvider(Supplier<SpiffeTls> tls) {
    super(NAME, "1", "X.509-SVIDs of a SPIFFE source for TLS");
    offer("SSLContext", SpiffeSslContextSpi.class, () -> new SpiffeSslContextSpi(tls));
    offer("KeyManagerFactory", SvidKeyManagerFactory.class, () -> new SvidKeyManagerFactory(tls));
    offer(
        "TrustManagerFactory",
        PeerTrustManagerFactory.class,
        () -> new PeerTrustManagerFactory(tls));
    offer("KeyStore", SvidKeyStore.class, () -> new SvidKeyStore(tls));
  }

  private static Supplier<SpiffeTls> always(SpiffeTls tls) {
    requireNonNull(tls, "tls");
    return () -> tls;
  }

  private void offer(String type, Class<?> spi, Supplier<?> make) {
    putService(new Offer(this, type, spi.getName(), make));
  }

  /** A service that is made with the TLS, and not by its class name. */
  private static final class Offer extends Service {
    private final Supplier<?> make;

    private Offer(Provider provider, String type, String className, Supplier<?> make) {
      super(provider, type, NAME, className, null, null);
      this.make = make;
    }

    @Override
    public Object newInstance(@Nullable Object parameter) {
      return make.get();
    }
  }
}
