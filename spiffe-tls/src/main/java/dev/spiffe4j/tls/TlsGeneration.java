package dev.spiffe4j.tls;

import dev.spiffe4j.X509Context;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * What a {@link SpiffeTls} presents as long as its source does not change: what a framework's own
 * TLS context is made of, and the sign to make the next one. Immutable and thread-safe.
 *
 * <p>Who caches something that was made of a generation, such as sessions, drops it when {@link
 * SpiffeTls#generation} returns another one. Whom to trust is never part of it: {@link
 * SpiffeTls#trustManager} goes by the bundles of now.
 */
public final class TlsGeneration {
  private final X509Context context;
  private final X509ExtendedKeyManager keyManager;
  private final boolean fixed;

  TlsGeneration(X509Context context, X509ExtendedKeyManager keyManager, boolean fixed) {
    this.context = context;
    this.keyManager = keyManager;
    this.fixed = fixed;
  }

  boolean isOf(X509Context other) {
    return context == other;
  }

  /**
   * A key manager that presents the SVID of this generation only, and nothing once it has expired;
   * or the certificate of a server of the Web PKI.
   *
   * @return the key manager, always the same
   */
  public X509ExtendedKeyManager keyManager() {
    return keyManager;
  }

  /**
   * Whether one alias of the key manager always means one certificate and one key, so that what was
   * parsed of them can be kept for as long as the generation.
   *
   * @return false for a certificate of the Web PKI, which has a rotation of its own
   */
  public boolean isFixed() {
    return fixed;
  }
}
