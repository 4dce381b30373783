package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JWS in compact form (RFC 7515 §7.1), of an algorithm of the closed list, whose payload is a
 * JSON object; nothing is verified.
 */
public final class CompactJws {
  public static final int MAX_TOKEN_LENGTH = 64 * 1024;
  public static final int MAX_HEADER_LENGTH = 4 * 1024;

  /** What a kind of token wants of its header, beyond the algorithm. */
  @FunctionalInterface
  public interface HeaderProfile {
    /** Throws {@link SvidVerificationException} for a header of another kind of token. */
    void check(Map<String, @Nullable Object> header);
  }

  private final JwsParts parts;
  private final Map<String, @Nullable Object> payload;

  private CompactJws(JwsParts parts, Map<String, @Nullable Object> payload) {
    this.parts = parts;
    this.payload = payload;
  }

  /** Parses a token, throwing {@link SvidVerificationException} for what is not one. */
  public static CompactJws parse(String token, HeaderProfile profile) {
    JwsParts parts = JwsParts.parse(token, profile);
    return new CompactJws(parts, JwsParts.readObject(parts.payload(), "payload"));
  }

  /** The {@code kid} of a header, throwing {@link SvidVerificationException} if it has none. */
  public static String keyId(Map<String, @Nullable Object> header) {
    if (!header.containsKey("kid")) {
      throw new SvidVerificationException(Reason.UNKNOWN_KEY, "header has no kid");
    }
    if (header.get("kid") instanceof String keyId && !keyId.isEmpty()) {
      return keyId;
    }
    throw new SvidVerificationException(Reason.BAD_PROFILE, "header has a kid that is not a text");
  }

  public JwtAlgorithm algorithm() {
    return parts.algorithm();
  }

  public String keyId() {
    return keyId(parts.header());
  }

  /** What was signed (RFC 7515 §5.2), byte for byte as it came. */
  public byte[] signingInput() {
    return parts.signedBytes();
  }

  public Map<String, @Nullable Object> payload() {
    return payload;
  }

  public byte[] signature() {
    return parts.signature();
  }
}
