package dev.spiffe4j.jwt;

import dev.spiffe4j.InvalidSpiffeIdException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a JWT-SVID (JWT-SVID §3), of the right types; nothing is verified.
 *
 * @param spiffeId {@code sub}
 * @param audience {@code aud}, at least one
 * @param expiresAt {@code exp}
 * @param notBefore {@code nbf}, or null
 * @param issuedAt {@code iat}, or null if it is not a time
 * @param all every claim, without nulls, deeply unmodifiable
 */
record JwtClaims(
    SpiffeId spiffeId,
    List<String> audience,
    Instant expiresAt,
    @Nullable Instant notBefore,
    @Nullable Instant issuedAt,
    Map<String, Object> all) {
  static final int MAX_AUDIENCES = 32;

  // Years 1 to 9999: what is further away makes no difference, and other date types end there.
  private static final long MIN_SECONDS = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long MAX_SECONDS = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  /** Reads claims, throwing {@link SvidVerificationException} for those of no JWT-SVID. */
  static JwtClaims of(Map<String, @Nullable Object> payload) {
    return new JwtClaims(
        subject(payload.get("sub")),
        audience(payload.get("aud")),
        // §3.3: exp is required.
        time(payload.get("exp")).orElseThrow(() -> badProfile("exp is not a time")),
        notBefore(payload),
        // iat decides nothing (RFC 7519 §4.1.6), so that nothing fails on it.
        time(payload.get("iat")).orElse(null),
        withoutNulls(payload));
  }

  /** §3.1: the SPIFFE ID of a workload. */
  private static SpiffeId subject(@Nullable Object subject) {
    if (!(subject instanceof String text)) {
      throw new SvidVerificationException(Reason.BAD_SPIFFE_ID, "sub is not a text");
    }
    SpiffeId id;
    try {
      id = SpiffeId.parse(text);
    } catch (InvalidSpiffeIdException e) {
      throw new SvidVerificationException(
          Reason.BAD_SPIFFE_ID, "sub is not a SPIFFE ID: " + e.getMessage(), e);
    }
    if (id.isTrustDomainId()) {
      throw new SvidVerificationException(
          Reason.BAD_PROFILE, id, "sub names a trust domain and no workload");
    }
    return id;
  }

  /** §3.2, RFC 7519 §4.1.3: a text, or an array of them. */
  private static List<String> audience(@Nullable Object audience) {
    if (audience instanceof String single) {
      return List.of(audienceOf(single));
    }
    if (!(audience instanceof List<?> several) || several.isEmpty()) {
      throw badProfile("aud is missing or empty");
    }
    if (several.size() > MAX_AUDIENCES) {
      throw new SvidVerificationException(
          Reason.TOO_LARGE,
          "aud has " + several.size() + " values (expected: <= " + MAX_AUDIENCES + ")");
    }
    List<String> audiences = new ArrayList<>();
    for (Object one : several) {
      audiences.add(audienceOf(one));
    }
    return List.copyOf(audiences);
  }

  private static String audienceOf(@Nullable Object audience) {
    if (audience instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw badProfile("aud has a value that is empty or not a text");
  }

  private static @Nullable Instant notBefore(Map<String, @Nullable Object> payload) {
    if (!payload.containsKey("nbf")) {
      return null;
    }
    // Present but not understood must refuse, not pass.
    return time(payload.get("nbf")).orElseThrow(() -> badProfile("nbf is not a time"));
  }

  /** A NumericDate (RFC 7519 §2), cut to seconds. */
  private static Optional<Instant> time(@Nullable Object number) {
    if (number instanceof Long seconds) {
      return Optional.of(instant(seconds));
    }
    // Outside of a long's range (2^63 as a double) it is no time.
    if (number instanceof Double seconds && Math.abs(seconds) < 0x1p63) {
      return Optional.of(instant((long) Math.floor(seconds)));
    }
    return Optional.empty();
  }

  private static Instant instant(long seconds) {
    return Instant.ofEpochSecond(Math.max(MIN_SECONDS, Math.min(MAX_SECONDS, seconds)));
  }

  private static Map<String, Object> withoutNulls(Map<?, ?> members) {
    Map<String, Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> member : members.entrySet()) {
      Object value = member.getValue();
      if (value != null) {
        copy.put(String.valueOf(member.getKey()), immutable(value));
      }
    }
    return Collections.unmodifiableMap(copy);
  }

  private static Object immutable(Object value) {
    if (value instanceof Map<?, ?> map) {
      return withoutNulls(map);
    }
    if (value instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      for (Object element : list) {
        if (element != null) {
          copy.add(immutable(element));
        }
      }
      return Collections.unmodifiableList(copy);
    }
    return value;
  }

  private static SvidVerificationException badProfile(String message) {
    return new SvidVerificationException(Reason.BAD_PROFILE, message);
  }
}
