package dev.spiffe4j.testing;

import dev.spiffe4j.SvidVerificationException.Reason;

/** JWT-SVIDs that a verifier must refuse, each for one reason only. */
public enum BadJwtSvid {
  /** Nothing. */
  NO_TOKEN(Reason.NO_SVID, token -> ""),
  /** A token without a signature, and without the dot before it. */
  TWO_PARTS(Reason.MALFORMED, RawToken::withoutSignaturePart),
  /** A token of five parts, as an encrypted one. */
  FIVE_PARTS(Reason.MALFORMED, token -> token.signed() + ".AA.AA"),
  /** A token whose claims are no JSON. */
  MALFORMED_CLAIMS(Reason.MALFORMED, token -> token.payload("{").signed()),
  /** A token of more than 64 KiB. */
  TOO_LARGE(Reason.TOO_LARGE, token -> token.claim("x", '"' + "x".repeat(65_536) + '"').signed()),
  /** A token with the algorithm {@code none}, and no signature. */
  ALG_NONE(Reason.UNSUPPORTED_ALGORITHM, token -> token.header("alg", "\"none\"").unsigned()),
  /** A token with HMAC by the public key, which a confused verifier takes for a secret. */
  HS256(Reason.UNSUPPORTED_ALGORITHM, RawToken::signedWithPublicKey),
  /** A token with a critical header that nobody knows. */
  CRITICAL_HEADER(
      Reason.UNSUPPORTED_EXTENSION,
      token -> token.header("crit", "[\"x\"]").header("x", "1").signed()),
  /** A token of another type, an access token. */
  WRONG_TYPE(Reason.BAD_PROFILE, token -> token.header("typ", "\"at+jwt\"").signed()),
  /** A token that brings a key along. */
  EMBEDDED_KEY(Reason.BAD_PROFILE, token -> token.header("jwk", "{\"kty\":\"EC\"}").signed()),
  /** A token that names no key. */
  NO_KEY_ID(Reason.UNKNOWN_KEY, token -> token.withoutHeader("kid").signed()),
  /** A token that names a key that is not in the bundle. */
  UNKNOWN_KEY(Reason.UNKNOWN_KEY, token -> token.header("kid", "\"unknown\"").signed()),
  /** A token with the signature of another one. */
  BAD_SIGNATURE(Reason.BAD_SIGNATURE, RawToken::signedOtherwise),
  /** A token about nobody. */
  NO_SUBJECT(Reason.BAD_SPIFFE_ID, token -> token.withoutClaim("sub").signed()),
  /** A token about somebody who is not a SPIFFE ID. */
  BAD_SUBJECT(Reason.BAD_SPIFFE_ID, token -> token.claim("sub", "\"web\"").signed()),
  /** A token about the trust domain itself. */
  TRUST_DOMAIN_SUBJECT(Reason.BAD_PROFILE, RawToken::aboutTrustDomain),
  /** A token about somebody of {@code elsewhere.test}; that there is no bundle of. */
  OTHER_TRUST_DOMAIN(
      Reason.NO_BUNDLE, token -> token.claim("sub", "\"spiffe://elsewhere.test/web\"").signed()),
  /** A token for nobody. */
  NO_AUDIENCE(Reason.BAD_PROFILE, token -> token.withoutClaim("aud").signed()),
  /** A token for somebody else. */
  WRONG_AUDIENCE(Reason.WRONG_AUDIENCE, token -> token.claim("aud", "[\"elsewhere\"]").signed()),
  /** A token that never ends. */
  NO_EXPIRY(Reason.BAD_PROFILE, token -> token.withoutClaim("exp").signed()),
  /** A token that ended an hour ago. */
  EXPIRED(Reason.EXPIRED, token -> token.time("exp", -3600).signed()),
  /** A token that begins in an hour. */
  NOT_YET_VALID(Reason.NOT_YET_VALID, token -> token.time("nbf", 3600).signed());

  @FunctionalInterface
  private interface Recipe {
    String make(RawToken token);
  }

  private final Reason reason;

  @SuppressWarnings("ImmutableEnumChecker") // without state
  private final Recipe recipe;

  BadJwtSvid(Reason reason, Recipe recipe) {
    this.reason = reason;
    this.recipe = recipe;
  }

  /**
   * Why a verifier refuses it that has only the JWT bundle of the trust domain.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }

  /**
   * Issues one.
   *
   * @param domain whose key signs
   * @param path whom it would name, such as {@code /web}
   * @param audience for whom it would be
   * @return the token
   */
  public String issue(TestTrustDomain domain, String path, String audience) {
    return recipe.make(new RawToken(domain, path, audience));
  }
}
