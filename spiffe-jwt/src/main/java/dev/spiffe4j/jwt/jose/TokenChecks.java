package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.Provider;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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
   * @param keys those of the subject's own trust domain for tokens of this kind; null without a
   *     bundle
   */
  public static void verifySignature(
      CompactJws jws,
      SpiffeId subject,
      @Nullable Map<String, PublicKey> keys,
      @Nullable Provider provider) {
    if (keys == null) {
      throw refusal(Reason.NO_BUNDLE, subject, "no bundle of " + subject.trustDomain());
    }
    PublicKey key = keys.get(jws.keyId());
    if (key == null) {
      throw refusal(Reason.UNKNOWN_KEY, subject, "no key of that ID in " + subject.trustDomain());
    }
    try {
      JwtSignatures.verify(jws.algorithm(), key, jws.signingInput(), jws.signature(), provider);
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
