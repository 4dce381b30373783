package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TrustDomain;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is checked of JWT-SVIDs, WIT-SVIDs and proofs in one way. What throws, throws {@link
 * SvidVerificationException}.
 */
public final class TokenChecks {
  private TokenChecks() {}

  /**
   * The signature, by the one key that {@code kid} names.
   *
   * @param bundle the keys of the subject's own trust domain for tokens of this kind; empty without
   *     a bundle
   * @param keys what has them in the form to verify with
   */
  public static void verifySignature(
      CompactJws jws,
      SpiffeId subject,
      Optional<Map<String, PublicKey>> bundle,
      AuthorityKeys keys) {
    TrustDomain trustDomain = subject.trustDomain();
    if (bundle.isEmpty()) {
      keys.forget(trustDomain);
      throw refusal(Reason.NO_BUNDLE, subject, "no bundle of " + trustDomain);
    }
    VerificationKey key =
        keys.find(trustDomain, bundle.get(), jws.keyId())
            .orElseThrow(
                () -> refusal(Reason.UNKNOWN_KEY, subject, "no key of that ID in " + trustDomain));
    try {
      JwtSignatures.verify(
          jws.algorithm(), key, jws.signingInput(), jws.signature(), keys.signatures());
    } catch (SvidVerificationException e) {
      SvidVerificationException named =
          refusal(e.reason(), subject, String.valueOf(e.getMessage()));
      named.initCause(e);
      throw named;
    }
  }

  /** {@code exp} (RFC 7519 §4.1.4): on or after it means expired. */
  public static void requireNotExpired(
      SpiffeId subject, Instant expiresAt, Instant now, Duration leeway) {
    if (!now.minus(leeway).isBefore(expiresAt)) {
      throw refusal(Reason.EXPIRED, subject, "expired at " + expiresAt);
    }
  }

  /** {@code nbf} (RFC 7519 §4.1.5), where there is one: on or after it means begun. */
  public static void requireBegun(
      SpiffeId subject, @Nullable Instant notBefore, Instant now, Duration leeway) {
    if (notBefore != null && now.plus(leeway).isBefore(notBefore)) {
      throw refusal(Reason.NOT_YET_VALID, subject, "valid from " + notBefore);
    }
  }

  private static SvidVerificationException refusal(Reason reason, SpiffeId id, String message) {
    return new SvidVerificationException(reason, id, message);
  }
}
