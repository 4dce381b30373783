package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.util.Base64;

/**
 * Base64 as {@code x5c} has it (RFC 7517 §4.7, RFC 4648 §4): the other alphabet than {@link
 * Base64Url}, with padding, and only in its canonical form.
 */
final class Base64Text {
  private Base64Text() {}

  static byte[] decode(String text) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw malformed();
    }
    // The decoder also takes texts without padding, and with bits that are left over.
    if (!Base64.getEncoder().encodeToString(bytes).equals(text)) {
      throw malformed();
    }
    return bytes;
  }

  private static InvalidDocumentException malformed() {
    return new InvalidDocumentException(Reason.MALFORMED, "not canonical base64");
  }
}
