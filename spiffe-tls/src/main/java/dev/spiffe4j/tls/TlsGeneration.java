package dev.spiffe4j.tls;

import dev.spiffe4j.X509Context;
import java.time.Instant;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * What a {@link SpiffeTls} presents as long as its source does not change: what a framework's own
 * TLS context is made of, and the sign to make the next one. Thread-safe.
 *
 * <p>Who caches something that was made of a generation, such as sessions, drops it when {@link
 * SpiffeTls#generation} returns another one. That is when the source has changed, and when the
 * first certificate has expired that one of its sessions could rest on: then its peer, which has
 * rotated long since, needs a full handshake and not a refusal. Whom to trust is never part of a
 * generation: {@link SpiffeTls#trustManager} goes by the bundles of now.
 */
public final class TlsGeneration {
  private final X509Context context;
  private final X509ExtendedKeyManager keyManager;
  private final boolean fixed;
  private volatile Instant end = Instant.MAX;

  TlsGeneration(X509Context context, X509ExtendedKeyManager keyManager, boolean fixed) {
    this.context = context;
    this.keyManager = keyManager;
    this.fixed = fixed;
  }

  boolean isNow(X509Context now, Instant time) {
    return context == now && time.isBefore(end);
  }

  /** Something that its sessions rest on is worth nothing from then on. */
  synchronized void endBy(Instant latest) {
    if (latest.isBefore(end)) {
      end = latest;
    }
  }

  /**
   * Has {@link SpiffeTls#generation} return another one from now on. To be called by who has
   * refused the peer of a resumed session, so that a peer with a better SVID meanwhile is not
   * refused for the sake of a session of old.
   */
  public void end() {
    endBy(Instant.MIN);
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
