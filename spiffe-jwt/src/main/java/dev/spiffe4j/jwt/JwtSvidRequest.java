package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SpiffeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which JWT-SVID somebody wants: for whom it is, and of which of one's own identities. Two requests
 * are equal if the same token answers both; the order of the audience means nothing. Immutable and
 * thread-safe.
 */
public final class JwtSvidRequest {
  private static final int MAX_AUDIENCES = 32;
  private static final int MAX_LENGTH = 2048;

  private final Set<String> audience;
  private final @Nullable SpiffeId subject;
  private final String hint;

  private JwtSvidRequest(Set<String> audience, @Nullable SpiffeId subject, String hint) {
    this.audience = audience;
    this.subject = subject;
    this.hint = hint;
  }

  /**
   * Wants a token of the default identity.
   *
   * @param audience for whom it will be
   * @param more for whom else
   * @return the request
   * @throws IllegalArgumentException if an audience is empty or too long, or there are too many
   */
  public static JwtSvidRequest of(String audience, String... more) {
    List<String> all = new ArrayList<>();
    all.add(audience);
    all.addAll(List.of(more));
    return of(all);
  }

  /**
   * Wants a token of the default identity.
   *
   * @param audience for whom it will be; at least one
   * @return the request
   * @throws IllegalArgumentException if there is no audience, one is empty or too long, or there
   *     are too many
   */
  public static JwtSvidRequest of(Collection<String> audience) {
    Set<String> copy = new LinkedHashSet<>(audience);
    if (copy.isEmpty() || copy.size() > MAX_AUDIENCES) {
      throw new IllegalArgumentException(
          "audience: " + copy.size() + " (expected: 1 to " + MAX_AUDIENCES + ")");
    }
    for (String each : copy) {
      if (each.isEmpty() || each.length() > MAX_LENGTH) {
        throw new IllegalArgumentException(
            "audience: of " + each.length() + " characters (expected: 1 to " + MAX_LENGTH + ")");
      }
    }
    return new JwtSvidRequest(copy, null, "");
  }

  /**
   * The same of one identity of several.
   *
   * @param subject the identity
   * @return a new request
   */
  public JwtSvidRequest withSubject(SpiffeId subject) {
    return new JwtSvidRequest(audience, requireNonNull(subject, "subject"), hint);
  }

  /**
   * The same of the identity that has a hint.
   *
   * @param hint what the identity is meant for, such as {@code internal}; empty for the default one
   * @return a new request
   */
  public JwtSvidRequest withHint(String hint) {
    return new JwtSvidRequest(audience, subject, requireNonNull(hint, "hint"));
  }

  /**
   * For whom.
   *
   * @return the audience, at least one, each once
   */
  public List<String> audience() {
    return List.copyOf(audience);
  }

  /**
   * Of which identity.
   *
   * @return the identity, or nothing for the default one
   */
  public Optional<SpiffeId> subject() {
    return Optional.ofNullable(subject);
  }

  /**
   * Of the identity with which hint.
   *
   * @return the hint, or nothing for the default identity
   */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JwtSvidRequest that
        && audience.equals(that.audience)
        && Objects.equals(subject, that.subject)
        && hint.equals(that.hint);
  }

  @Override
  public int hashCode() {
    return Objects.hash(audience, subject, hint);
  }

  @Override
  public String toString() {
    return "JwtSvidRequest[audience="
        + audience
        + (subject == null ? "" : ", subject=" + subject)
        + (hint.isEmpty() ? "" : ", hint=" + hint)
        + "]";
  }
}
