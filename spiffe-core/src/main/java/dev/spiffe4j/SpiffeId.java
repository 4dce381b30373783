package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

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

  /** Where the path begins, the ID's length if it has none. */
  private final int pathStart;

  /**
   * Made when first asked for, so that reading an ID makes nothing else; a race makes two equal.
   */
  private @Nullable TrustDomain trustDomain;

  private SpiffeId(String id, int pathStart) {
    this.id = id;
    this.pathStart = pathStart;
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
    return new SpiffeId(text, SpiffeIdSyntax.checkId(text));
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
    return new SpiffeId(id, SpiffeIdSyntax.checkId(id));
  }

  /**
   * The trust domain.
   *
   * @return the trust domain
   */
  public TrustDomain trustDomain() {
    TrustDomain known = trustDomain;
    if (known == null) {
      known = TrustDomain.ofChecked(id.substring(SpiffeIdSyntax.PREFIX.length(), pathStart));
      trustDomain = known;
    }
    return known;
  }

  /**
   * The path, with its leading slash.
   *
   * @return such as {@code /web}; empty for the ID of a trust domain itself
   */
  public String path() {
    return id.substring(pathStart);
  }

  /**
   * Whether this ID names its trust domain and no workload of it.
   *
   * @return true if the path is empty
   */
  public boolean isTrustDomainId() {
    return id.length() == pathStart;
  }

  /**
   * Whether this ID is of a trust domain.
   *
   * @param trustDomain the trust domain to compare with
   * @return true if it is this ID's trust domain
   */
  public boolean isMemberOf(TrustDomain trustDomain) {
    String name = trustDomain.name();
    int start = SpiffeIdSyntax.PREFIX.length();
    return pathStart == start + name.length() && id.startsWith(name, start);
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
