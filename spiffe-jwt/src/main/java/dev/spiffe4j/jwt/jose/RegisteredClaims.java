package dev.spiffe4j.jwt.jose;

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
 * The claims that JWT-SVIDs and WIT-SVIDs read in one way (RFC 7519 §4.1). What throws, throws
 * {@link SvidVerificationException}.
 */
public final class RegisteredClaims {
  // Years 1 to 9999: what is further away makes no difference, and other date types end there.
  private static final long MIN_SECONDS = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long MAX_SECONDS = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

  private RegisteredClaims() {}

  /** {@code sub}: the SPIFFE ID of a workload (JWT-SVID §3.1, WIT-SVID §3.1). */
  public static SpiffeId subject(Map<String, @Nullable Object> payload) {
    if (!(payload.get("sub") instanceof String text)) {
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

  /** {@code exp}, which is required. */
  public static Instant expiresAt(Map<String, @Nullable Object> payload) {
    return time(payload.get("exp")).orElseThrow(() -> badProfile("exp is not a time"));
  }

  /** {@code nbf}, or null if there is none. */
  public static @Nullable Instant notBefore(Map<String, @Nullable Object> payload) {
    if (!payload.containsKey("nbf")) {
      return null;
    }
    // Present but not understood must refuse, not pass.
    return time(payload.get("nbf")).orElseThrow(() -> badProfile("nbf is not a time"));
  }

  /** {@code iat}, or null if it is not a time: it decides nothing, so that nothing fails on it. */
  public static @Nullable Instant issuedAt(Map<String, @Nullable Object> payload) {
    return time(payload.get("iat")).orElse(null);
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

  /** Every claim, without nulls, deeply unmodifiable. */
  public static Map<String, Object> all(Map<String, @Nullable Object> payload) {
    return withoutNulls(payload);
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
