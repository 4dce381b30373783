package dev.spiffe4j.jwt.wit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.jwt.jose.HttpFields;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Incubating: what a proof covers of a request (WPT §2): whom it goes to, and the other tokens in
 * it. The sender signs it, the recipient compares it with what came. A proof does not cover the
 * method, the query and the body; who needs that must find it elsewhere.
 *
 * <p>A recipient takes scheme, host and port from its own configuration, never from the request:
 * {@code Host} and {@code X-Forwarded-Host} are the sender's words. Immutable and thread-safe;
 * holds hashes only.
 */
public final class WitRequest {
  static final int MAX_OTHER_TOKENS = 16;

  // RFC 9110 §5.1, in lower case
  private static final Pattern FIELD_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]{1,128}");

  private final Set<String> audiences;
  private final @Nullable String accessTokenHash;
  private final @Nullable String transactionTokenHash;
  private final Map<String, String> otherTokenHashes;

  private WitRequest(
      Set<String> audiences,
      @Nullable String accessTokenHash,
      @Nullable String transactionTokenHash,
      Map<String, String> otherTokenHashes) {
    this.audiences = audiences;
    this.accessTokenHash = accessTokenHash;
    this.transactionTokenHash = transactionTokenHash;
    this.otherTokenHashes = otherTokenHashes;
  }

  /**
   * A request to a target.
   *
   * @param target an absolute https URI; its query and fragment are not covered
   * @return the request
   * @throws IllegalArgumentException if the URI is something else, such as one of plain http, over
   *     which neither SVID nor proof may be sent
   */
  public static WitRequest to(URI target) {
    return new WitRequest(Set.of(TargetUri.of(target)), null, null, Map.of());
  }

  /**
   * A request that sender and recipient have another name for. That the channel is secure is for
   * the caller to know.
   *
   * @param audience the name, compared exactly
   * @return the request
   * @throws IllegalArgumentException if the name is empty, or the URI of an insecure target
   */
  public static WitRequest toAudience(String audience) {
    return new WitRequest(Set.of(TargetUri.ofName(audience)), null, null, Map.of());
  }

  /**
   * The same request, to a recipient who answers to one name more. Senders sign the first name
   * only.
   *
   * @param target another absolute https URI of the same thing
   * @return a new request
   * @throws IllegalArgumentException if the URI is something else
   */
  public WitRequest withAlias(URI target) {
    Set<String> more = new LinkedHashSet<>(audiences);
    more.add(TargetUri.of(target));
    return new WitRequest(
        Collections.unmodifiableSet(more), accessTokenHash, transactionTokenHash, otherTokenHashes);
  }

  /**
   * The same request, with an OAuth access token in it.
   *
   * @param token the token alone, without {@code Bearer}
   * @return a new request
   * @throws IllegalArgumentException if the token is empty or not printable ASCII
   */
  public WitRequest withAccessToken(String token) {
    return new WitRequest(audiences, TokenHash.of(token), transactionTokenHash, otherTokenHashes);
  }

  /**
   * The same request, with a transaction token in it.
   *
   * @param token the token
   * @return a new request
   * @throws IllegalArgumentException if the token is empty or not printable ASCII
   */
  public WitRequest withTransactionToken(String token) {
    return new WitRequest(audiences, accessTokenHash, TokenHash.of(token), otherTokenHashes);
  }

  /**
   * The same request, with another token in it that says something about identity or authorization.
   * A recipient names all that it goes by, and only those.
   *
   * @param fieldName the header field that holds it
   * @param value the whole value of the field, which occurs once
   * @return a new request
   * @throws IllegalArgumentException if the name is not one of a field, was given already, or is
   *     the 17th, or the value is empty or not printable ASCII
   */
  public WitRequest withOtherToken(String fieldName, String value) {
    String name = HttpFields.lowerCase(requireNonNull(fieldName, "fieldName"));
    if (!FIELD_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("fieldName: not the name of a header field");
    }
    Map<String, String> more = new TreeMap<>(otherTokenHashes);
    if (more.put(name, TokenHash.of(HttpFields.trimmed(value))) != null) {
      throw new IllegalArgumentException("fieldName: " + name + " occurs twice");
    }
    if (more.size() > MAX_OTHER_TOKENS) {
      throw new IllegalArgumentException("more than " + MAX_OTHER_TOKENS + " other tokens");
    }
    return new WitRequest(
        audiences, accessTokenHash, transactionTokenHash, Collections.unmodifiableMap(more));
  }

  /** What a sender signs. */
  String audience() {
    return audiences.iterator().next();
  }

  boolean hasAudience(String audience) {
    return audiences.contains(TargetUri.ofProof(audience));
  }

  @Nullable String accessTokenHash() {
    return accessTokenHash;
  }

  @Nullable String transactionTokenHash() {
    return transactionTokenHash;
  }

  Map<String, String> otherTokenHashes() {
    return otherTokenHashes;
  }

  /** Returns the audiences, and nothing of the tokens. */
  @Override
  public String toString() {
    return "WitRequest" + audiences;
  }
}
