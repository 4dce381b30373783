package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JWS in compact form (RFC 7515 §7.1), of an algorithm of the closed list; nothing is verified.
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

  private final JwtAlgorithm algorithm;
  private final Map<String, @Nullable Object> header;
  private final String signingInput;
  private final Map<String, @Nullable Object> payload;
  private final byte[] signature;

  private CompactJws(
      JwtAlgorithm algorithm,
      Map<String, @Nullable Object> header,
      String signingInput,
      Map<String, @Nullable Object> payload,
      byte[] signature) {
    this.algorithm = algorithm;
    this.header = header;
    this.signingInput = signingInput;
    this.payload = payload;
    this.signature = signature;
  }

  /** Parses a token, throwing {@link SvidVerificationException} for what is not one. */
  public static CompactJws parse(String token, HeaderProfile profile) {
    if (token.isEmpty()) {
      throw new SvidVerificationException(Reason.NO_SVID, "an empty token");
    }
    // Limits come first: nothing below is done for an oversized token.
    if (token.length() > MAX_TOKEN_LENGTH) {
      throw tooLarge("token", token.length(), MAX_TOKEN_LENGTH);
    }

    // JWT-SVID §5.1: three parts; a JSON serialization or a JWE is something else.
    int headerEnd = token.indexOf('.');
    int payloadEnd = token.indexOf('.', headerEnd + 1);
    if (headerEnd < 0 || payloadEnd < 0 || token.indexOf('.', payloadEnd + 1) >= 0) {
      throw new SvidVerificationException(Reason.MALFORMED, "token is not of three parts");
    }
    if (headerEnd > MAX_HEADER_LENGTH) {
      throw tooLarge("header", headerEnd, MAX_HEADER_LENGTH);
    }

    // JWT-SVID §4: the algorithm comes before any other processing, also of the payload.
    Map<String, @Nullable Object> header = readObject(token.substring(0, headerEnd), "header");
    JwtAlgorithm algorithm = algorithm(header);
    // RFC 7515 §4.1.11: no extension is understood here, so that each critical one refuses.
    if (header.containsKey("crit")) {
      throw new SvidVerificationException(
          Reason.UNSUPPORTED_EXTENSION, "header has critical extensions");
    }
    profile.check(header);

    return new CompactJws(
        algorithm,
        header,
        token.substring(0, payloadEnd),
        readObject(token.substring(headerEnd + 1, payloadEnd), "payload"),
        decode(token.substring(payloadEnd + 1), "signature"));
  }

  private static JwtAlgorithm algorithm(Map<String, @Nullable Object> header) {
    if (header.get("alg") instanceof String name) {
      var algorithm = JwtAlgorithm.named(name);
      if (algorithm.isPresent()) {
        return algorithm.get();
      }
    }
    throw new SvidVerificationException(
        Reason.UNSUPPORTED_ALGORITHM, "header has no alg, or one that SVIDs do not have");
  }

  private static Map<String, @Nullable Object> readObject(String part, String what) {
    byte[] json = decode(part, what);
    try {
      return JsonReader.readObject(json);
    } catch (InvalidDocumentException e) {
      Reason reason =
          e.reason() == InvalidDocumentException.Reason.TOO_LARGE
              ? Reason.TOO_LARGE
              : Reason.MALFORMED;
      throw new SvidVerificationException(reason, what + ": " + e.getMessage(), e);
    }
  }

  private static byte[] decode(String part, String what) {
    try {
      return Base64Url.decode(part);
    } catch (InvalidDocumentException e) {
      throw new SvidVerificationException(Reason.MALFORMED, what + ": " + e.getMessage(), e);
    }
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
    return algorithm;
  }

  public String keyId() {
    return keyId(header);
  }

  /** What was signed (RFC 7515 §5.2), byte for byte as it came. */
  public byte[] signingInput() {
    return signingInput.getBytes(StandardCharsets.US_ASCII);
  }

  public Map<String, @Nullable Object> payload() {
    return payload;
  }

  public byte[] signature() {
    return signature.clone();
  }

  private static SvidVerificationException tooLarge(String what, int length, int limit) {
    return new SvidVerificationException(
        Reason.TOO_LARGE, what + " of " + length + " characters (expected: <= " + limit + ")");
  }
}
