package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

/**
 * The name of a trust domain, such as {@code example.org} (SPIFFE-ID §2.1).
 *
 * <p>Names are compared byte for byte. Nothing is folded, decoded or looked up, and a name that
 * resembles an IP address or a DNS name is treated like any other. Immutable and thread-safe.
 */
public final class TrustDomain implements Comparable<TrustDomain> {
  /** The most bytes of a name (SPIFFE-ID §2.3). */
  static final int MAX_LENGTH = 255;

  /** The validated name. */
  private final String name;

  private TrustDomain(String name) {
    this.name = name;
  }

  /**
   * Parses a bare trust domain name.
   *
   * @param name such as {@code example.org}; 1 to 255 of {@code a-z 0-9 . - _}
   * @return the trust domain
   * @throws InvalidSpiffeIdException if it is not a trust domain name
   */
  public static TrustDomain parse(String name) {
    requireNonNull(name, "name");
    SpiffeIdSyntax.checkTrustDomain(name, 0, name.length());
    return new TrustDomain(name);
  }

  /** Makes a trust domain of a name that {@link SpiffeIdSyntax} has accepted. */
  static TrustDomain ofChecked(String name) {
    return new TrustDomain(name);
  }

  /**
   * The name.
   *
   * @return such as {@code example.org}
   */
  public String name() {
    return name;
  }

  /**
   * The SPIFFE ID that names the trust domain itself.
   *
   * @return such as {@code spiffe://example.org}
   */
  public SpiffeId spiffeId() {
    return SpiffeId.of(this);
  }

  @Override
  public int compareTo(TrustDomain other) {
    return name.compareTo(other.name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TrustDomain that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  /** Returns the name, which {@link #parse} reads back. */
  @Override
  public String toString() {
    return name;
  }
}
