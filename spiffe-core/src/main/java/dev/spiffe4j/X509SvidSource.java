package dev.spiffe4j;

/** Where one's own X.509-SVID comes from. Implementations are thread-safe and never block. */
@FunctionalInterface
public interface X509SvidSource {
  /**
   * The SVID to present now.
   *
   * @return the SVID, whole: its chain and its key are of one moment
   * @throws SpiffeException if there is none to present
   */
  X509Svid x509Svid();
}
