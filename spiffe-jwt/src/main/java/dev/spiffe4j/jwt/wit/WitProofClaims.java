package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.RegisteredClaims;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header and the claims of a Workload Proof Token (WPT §2), of the right types; nothing is
 * verified. What throws, throws {@link SvidVerificationException}.
 *
 * @param audience {@code aud}
 * @param expiresAt {@code exp}
 * @param notBefore {@code nbf}, or null
 * @param proofId {@code jti}
 * @param svidHash {@code wth}
 * @param accessTokenHash {@code ath}, or null
 * @param transactionTokenHash {@code tth}, or null
 * @param otherTokenHashes {@code oth}, by field name
 */
record WitProofClaims(
    String audience,
    Instant expiresAt,
    @Nullable Instant notBefore,
    String proofId,
    String svidHash,
    @Nullable String accessTokenHash,
    @Nullable String transactionTokenHash,
    Map<String, String> otherTokenHashes) {
  static final String TYPE = "wpt+jwt";

  private static final int MAX_ID_LENGTH = 256;

  /** Other parameters are ignored, also those that offer a key: the key is that of the SVID. */
  static void checkHeader(Map<String, @Nullable Object> header) {
    if (!TYPE.equals(header.get("typ"))) {
      throw badProfile("header has a typ other than " + TYPE);
    }
  }

  static WitProofClaims of(Map<String, @Nullable Object> payload) {
    return new WitProofClaims(
        audience(payload.get("aud")),
        RegisteredClaims.expiresAt(payload),
        RegisteredClaims.notBefore(payload),
        proofId(payload),
        text(payload, "wth"),
        optionalText(payload, "ath"),
        optionalText(payload, "tth"),
        otherTokens(payload));
  }

  /** RFC 7519 §4.1.3: a text, or an array; a proof for two recipients could be passed on. */
  private static String audience(@Nullable Object audience) {
    Object single = audience instanceof List<?> list && list.size() == 1 ? list.get(0) : audience;
    if (single instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw badProfile("aud is not one text");
  }

  private static String proofId(Map<String, @Nullable Object> payload) {
    String id = text(payload, "jti");
    if (id.length() > MAX_ID_LENGTH) {
      throw new SvidVerificationException(
          Reason.TOO_LARGE,
          "jti of " + id.length() + " characters (expected: <= " + MAX_ID_LENGTH + ")");
    }
    return id;
  }

  private static String text(Map<String, @Nullable Object> payload, String name) {
    if (payload.get(name) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw badProfile(name + " is missing or not a text");
  }

  private static @Nullable String optionalText(Map<String, @Nullable Object> payload, String name) {
    return payload.containsKey(name) ? text(payload, name) : null;
  }

  private static Map<String, String> otherTokens(Map<String, @Nullable Object> payload) {
    if (!payload.containsKey("oth")) {
      return Map.of();
    }
    if (!(payload.get("oth") instanceof Map<?, ?> members)) {
      throw badProfile("oth is not an object");
    }
    if (members.size() > WitRequest.MAX_OTHER_TOKENS) {
      throw new SvidVerificationException(
          Reason.TOO_LARGE,
          "oth of " + members.size() + " (expected: <= " + WitRequest.MAX_OTHER_TOKENS + ")");
    }
    Map<String, String> hashes = new LinkedHashMap<>();
    members.forEach(
        (name, hash) -> {
          if (!(hash instanceof String text)) {
            throw badProfile("oth has a value that is not a text");
          }
          hashes.put(String.valueOf(name), text);
        });
    return hashes;
  }

  private static SvidVerificationException badProfile(String message) {
    return new SvidVerificationException(Reason.BAD_PROFILE, message);
  }
}
