package dev.spiffe4j.attest.authority;

import java.security.SecureRandom;

/** IDs of JWT keys: 32 random letters and digits, as SPIRE has them. */
final class KeyIds {
  private static final int LENGTH = 32;
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private KeyIds() {}

  static String next(SecureRandom random) {
    StringBuilder id = new StringBuilder(LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return id.toString();
  }
}
