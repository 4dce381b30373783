package dev.spiffe4j.jwt;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JWS in compact form (RFC 7515 §7.1) with the header of a JWT-SVID; nothing is verified. */
final class CompactJws {
  static final int MAX_TOKEN_LENGTH = 64 * 1024;
  static final int MAX_HEADER_LENGTH = 4 * 1024;

  private static final Set<String> PARAMETERS = Set.of("alg", "kid", "typ");
  private static final Set<String> TYPES = Set.of("JWT", "JOSE");

  private final JwtAlgorithm algorithm;
  private final String keyId;
  private final String signingInput;
  private final Map<String, @Nullable Object> payload;
  private final byte[] signature;

  private CompactJws(
      JwtAlgorithm algorithm,
      String keyId,
      String signingInput,
      Map<String, @Nullable Object> payload,
      byte[] signature) {
    this.algorithm = algorithm;
    this.keyId = keyId;
    this.signingInput = signingInput;
    this.payload = payload;
    this.signature = signature;
  }

  /** Parses a token, throwing {@link SvidVerificationException} for what is not one. */
  static CompactJws parse(String token) {
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
    checkParameters(header);
    String keyId = keyId(header);

    return new CompactJws(
        algorithm,
        keyId,
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
        Reason.UNSUPPORTED_ALGORITHM, "header has no alg, or one that JWT-SVIDs do not have");
  }

  private static void checkParameters(Map<String, @Nullable Object> header) {
    // RFC 7515 §4.1.11: no extension is understood here, so that each critical one refuses.
    if (header.containsKey("crit")) {
      throw new SvidVerificationException(
          Reason.UNSUPPORTED_EXTENSION, "header has critical extensions");
    }
    // JWT-SVID §2 has no others. A key or URL in the header (jwk, jku, x5u) is the sender's.
    if (!PARAMETERS.containsAll(header.keySet())) {
      throw badProfile("header has a parameter other than alg, kid and typ");
    }
    // JWT-SVID §2.3
    if (header.containsKey("typ")
        && !(header.get("typ") instanceof String type && TYPES.contains(type))) {
      throw badProfile("header has a typ other than JWT and JOSE");
    }
  }

  /** JWT-SVID §2.2 lets it be absent, but no deployment works without it. */
  private static String keyId(Map<String, @Nullable Object> header) {
    if (!header.containsKey("kid")) {
      throw new SvidVerificationException(Reason.UNKNOWN_KEY, "header has no kid");
    }
    if (header.get("kid") instanceof String keyId && !keyId.isEmpty()) {
      return keyId;
    }
    throw badProfile("header has a kid that is not a text");
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

  JwtAlgorithm algorithm() {
    return algorithm;
  }

  String keyId() {
    return keyId;
  }

  /** What was signed (RFC 7515 §5.2), byte for byte as it came. */
  byte[] signingInput() {
    return signingInput.getBytes(StandardCharsets.US_ASCII);
  }

  Map<String, @Nullable Object> payload() {
    return payload;
  }

  byte[] signature() {
    return signature.clone();
  }

  private static SvidVerificationException tooLarge(String what, int length, int limit) {
    return new SvidVerificationException(
        Reason.TOO_LARGE, what + " of " + length + " characters (expected: <= " + limit + ")");
  }

  private static SvidVerificationException badProfile(String message) {
    return new SvidVerificationException(Reason.BAD_PROFILE, message);
  }
}
