package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.jwt.jose.Base64Url;
import java.security.SecureRandom;

/** Values of {@code jti}: 128 random bits, so that none comes twice (WIT-SVID §3.3, WPT §2). */
final class RandomIds {
  private static final int BYTES = 16;

  private RandomIds() {}

  static String next(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64Url.encode(bytes);
  }
}
