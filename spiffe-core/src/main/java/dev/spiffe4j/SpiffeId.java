package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

/**
 * A SPIFFE ID: a trust domain and an optional path, such as {@code spiffe://example.org/web}
 * (SPIFFE-ID §2).
 *
 * <p>IDs are compared byte for byte, and paths are case-sensitive. Nothing is decoded, folded or
 * normalized: a text that is not already exact is refused. Immutable and thread-safe.
 */
public final class SpiffeId implements Comparable<SpiffeId> {
  /** The whole ID. */
  private final String id;

  /** Its trust domain. */
  private final TrustDomain trustDomain;

  private SpiffeId(String id, TrustDomain trustDomain) {
    this.id = id;
    this.trustDomain = trustDomain;
  }

  /**
   * Parses a SPIFFE ID.
   *
   * @param text such as {@code spiffe://example.org/web}; at most 2048 bytes
   * @return the ID
   * @throws InvalidSpiffeIdException if it is not a SPIFFE ID
   */
  public static SpiffeId parse(String text) {
    requireNonNull(text, "text");
    int pathStart = SpiffeIdSyntax.checkId(text);
    String name = text.substring(SpiffeIdSyntax.PREFIX.length(), pathStart);
    return new SpiffeId(text, TrustDomain.ofChecked(name));
  }

  /**
   * Makes an ID of a trust domain and path segments; a segment cannot smuggle in a slash.
   *
   * @param trustDomain the trust domain
   * @param segments the path's segments, none for the ID of the trust domain itself
   * @return the ID
   * @throws InvalidSpiffeIdException if a segment is not one, or the whole is too long
   */
  public static SpiffeId of(TrustDomain trustDomain, String... segments) {
    requireNonNull(trustDomain, "trustDomain");
    StringBuilder text = new StringBuilder(SpiffeIdSyntax.PREFIX).append(trustDomain.name());
    for (String segment : segments) {
      SpiffeIdSyntax.checkSegment(segment, 0, segment.length());
      text.append('/').append(segment);
    }
    String id = text.toString();
    SpiffeIdSyntax.checkId(id);
    return new SpiffeId(id, trustDomain);
  }

  /**
   * The trust domain.
   *
   * @return the trust domain
   */
  public TrustDomain trustDomain() {
    return trustDomain;
  }

  /**
   * The path, with its leading slash.
   *
   * @return such as {@code /web}; empty for the ID of a trust domain itself
   */
  public String path() {
    return id.substring(SpiffeIdSyntax.PREFIX.length() + trustDomain.name().length());
  }

  /**
   * Whether this ID names its trust domain and no workload of it.
   *
   * @return true if the path is empty
   */
  public boolean isTrustDomainId() {
    return id.length() == SpiffeIdSyntax.PREFIX.length() + trustDomain.name().length();
  }

  /**
   * Whether this ID is of a trust domain.
   *
   * @param trustDomain the trust domain to compare with
   * @return true if it is this ID's trust domain
   */
  public boolean isMemberOf(TrustDomain trustDomain) {
    return this.trustDomain.equals(trustDomain);
  }

  @Override
  public int compareTo(SpiffeId other) {
    return id.compareTo(other.id);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SpiffeId that && id.equals(that.id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  /** Returns the ID, which {@link #parse} reads back. */
  @Override
  public String toString() {
    return id;
  }
}
