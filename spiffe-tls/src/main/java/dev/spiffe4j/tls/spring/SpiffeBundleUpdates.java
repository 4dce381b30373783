package dev.spiffe4j.tls.spring;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.TlsGeneration;
import java.util.function.Consumer;
import org.springframework.boot.ssl.SslBundleRegistry;

/**
 * Registers a {@link SpiffeSslBundle} with Spring Boot, and updates it when the source has changed,
 * so that whoever added an update handler begins anew. A source is told to call it:
 *
 * <pre>{@code
 * source.subscribe(SpiffeBundleUpdates.register(registry, "spiffe", tls));
 * }</pre>
 *
 * <p>Thread-safe.
 */
@SuppressWarnings("exports") // who uses this reads the module of Spring Boot anyway
public final class SpiffeBundleUpdates implements Consumer<X509Context> {
  private final SslBundleRegistry registry;
  private final String name;
  private final SpiffeTls tls;
  private final Object lock = new Object();

  /** What the registry knows; guarded by the lock. */
  private TlsGeneration known;

  private SpiffeBundleUpdates(SslBundleRegistry registry, String name, SpiffeTls tls) {
    this.registry = registry;
    this.name = name;
    this.tls = tls;
    this.known = tls.generation();
  }

  /**
   * Registers a bundle.
   *
   * @param registry where
   * @param name its name, such as {@code spiffe}
   * @param tls what it is of
   * @return what to call after each change of the source of {@code tls}
   * @throws IllegalStateException if the registry has a bundle of that name
   * @throws dev.spiffe4j.SpiffeException if the source has nothing to use
   */
  public static SpiffeBundleUpdates register(
      SslBundleRegistry registry, String name, SpiffeTls tls) {
    requireNonNull(registry, "registry");
    requireNonNull(name, "name");
    SpiffeBundleUpdates updates =
        new SpiffeBundleUpdates(registry, name, requireNonNull(tls, "tls"));
    registry.registerBundle(name, SpiffeSslBundle.of(tls));
    return updates;
  }

  /**
   * Updates the bundle if the source has changed since the last call.
   *
   * @param changed not looked at: what counts is what the source has now
   */
  @Override
  public void accept(X509Context changed) {
    // In order, so that handlers end up with the newest one.
    synchronized (lock) {
      TlsGeneration now = tls.generation();
      if (now != known) {
        registry.updateBundle(name, SpiffeSslBundle.of(tls));
        known = now;
      }
    }
  }
}
