package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a JWS in compact form (RFC 7515 §7.1), of an algorithm of the closed list, whatever
 * its payload is; nothing is verified.
 */
final class JwsParts {
  private final JwtAlgorithm algorithm;
  private final Map<String, @Nullable Object> header;
  private final String signingInput;
  private final byte[] payload;
  private final byte[] signature;

  private JwsParts(
      JwtAlgorithm algorithm,
      Map<String, @Nullable Object> header,
      String signingInput,
      byte[] payload,
      byte[] signature) {
    this.algorithm = algorithm;
    this.header = header;
    this.signingInput = signingInput;
    this.payload = payload;
    this.signature = signature;
  }

  /** Parses a token, throwing {@link SvidVerificationException} for what is not one. */
  static JwsParts parse(String token, CompactJws.HeaderProfile profile) {
    if (token.isEmpty()) {
      throw new SvidVerificationException(Reason.NO_SVID, "an empty token");
    }
    // Limits come first: nothing below is done for an oversized token.
    if (token.length() > CompactJws.MAX_TOKEN_LENGTH) {
      throw tooLarge("token", token.length(), CompactJws.MAX_TOKEN_LENGTH);
    }

    // JWT-SVID §5.1: three parts; a JSON serialization or a JWE is something else.
    int headerEnd = token.indexOf('.');
    int payloadEnd = token.indexOf('.', headerEnd + 1);
    if (headerEnd < 0 || payloadEnd < 0 || token.indexOf('.', payloadEnd + 1) >= 0) {
      throw new SvidVerificationException(Reason.MALFORMED, "token is not of three parts");
    }
    if (headerEnd > CompactJws.MAX_HEADER_LENGTH) {
      throw tooLarge("header", headerEnd, CompactJws.MAX_HEADER_LENGTH);
    }

    // JWT-SVID §4: the algorithm comes before any other processing, also of the payload.
    Map<String, @Nullable Object> header =
        readObject(decode(token.substring(0, headerEnd), "header"), "header");
    JwtAlgorithm algorithm = algorithm(header);
    // RFC 7515 §4.1.11: no extension is understood here, so that each critical one refuses.
    if (header.containsKey("crit")) {
      throw new SvidVerificationException(
          Reason.UNSUPPORTED_EXTENSION, "header has critical extensions");
    }
    profile.check(header);

    return new JwsParts(
        algorithm,
        header,
        token.substring(0, payloadEnd),
        decode(token.substring(headerEnd + 1, payloadEnd), "payload"),
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

  static Map<String, @Nullable Object> readObject(byte[] json, String what) {
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

  Map<String, @Nullable Object> header() {
    return header;
  }

  /** What was signed (RFC 7515 §5.2), byte for byte as it came. */
  byte[] signedBytes() {
    return signingInput.getBytes(StandardCharsets.US_ASCII);
  }

  byte[] payload() {
    return payload.clone();
  }

  byte[] signature() {
    return signature.clone();
  }

  private static SvidVerificationException tooLarge(String what, int length, int limit) {
    return new SvidVerificationException(
        Reason.TOO_LARGE, what + " of " + length + " characters (expected: <= " + limit + ")");
  }
}
