package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.jwt.jose.Base64Url;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** How a proof names a token: base64url of the SHA-256 of its ASCII bytes (WPT §2). */
final class TokenHash {
  private TokenHash() {}

  /**
   * Hashes a token.
   *
   * @throws IllegalArgumentException if it is empty or not ASCII
   */
  static String of(String token) {
    if (!isHashable(token)) {
      throw new IllegalArgumentException("token: empty, or not of printable ASCII characters");
    }
    return ofAscii(token);
  }

  /** Other characters would become question marks, and different tokens have one hash. */
  static boolean isHashable(String token) {
    return !token.isEmpty() && token.chars().allMatch(c -> c >= 0x20 && c <= 0x7e);
  }

  /** Hashes what was parsed, and so is ASCII. */
  static String ofAscii(String token) {
    return Base64Url.encode(sha256(token.getBytes(StandardCharsets.US_ASCII)));
  }

  /** Hashes any text. */
  static String ofUtf8(String text) {
    return Base64Url.encode(sha256(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }
}
