package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.util.Base64;

/**
 * Base64url as JOSE has it (RFC 7515 §2): without padding, and only in its canonical form, so that
 * two texts never stand for the same bytes.
 */
public final class Base64Url {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private Base64Url() {}

  public static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  public static byte[] decode(String text) {
    byte[] bytes;
    try {
      bytes = DECODER.decode(text);
    } catch (IllegalArgumentException e) {
      // No cause: its message quotes the text.
      throw malformed();
    }
    // The decoder takes padding, and ignores bits that are left over at the end.
    if (!encode(bytes).equals(text)) {
      throw malformed();
    }
    return bytes;
  }

  private static InvalidDocumentException malformed() {
    return new InvalidDocumentException(Reason.MALFORMED, "not canonical base64url");
  }
}
