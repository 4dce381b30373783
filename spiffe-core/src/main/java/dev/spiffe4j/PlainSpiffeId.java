package dev.spiffe4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Finds out quickly that an ID is right, eight bytes at a time, as almost all are. Of what it does
 * not accept it says nothing: {@link SpiffeIdSyntax} decides, and has the reasons. It never accepts
 * what that would refuse.
 */
final class PlainSpiffeId {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** One in each byte: times a character, that character in each byte. */
  private static final long EACH = 0x0101010101010101L;

  private static final long HIGH_BITS = 0x8080808080808080L;

  private PlainSpiffeId() {}

  /** Where the path begins (the ID's length if it has none), or -1 for what is to be looked at. */
  static int pathStart(String text) {
    if (text.length() > SpiffeIdSyntax.MAX_LENGTH || !text.startsWith(SpiffeIdSyntax.PREFIX)) {
      return -1;
    }
    // Whatever is not Latin-1 becomes a question mark, which no ID may have.
    byte[] id = text.getBytes(StandardCharsets.ISO_8859_1);
    int start = SpiffeIdSyntax.PREFIX.length();
    int end = SpiffeIdSyntax.skipTrustDomain(id, start);
    if (end == start || end - start > TrustDomain.MAX_LENGTH) {
      return -1;
    }
    return end == id.length || isPlainPath(id, end) ? end : -1;
  }

  /** §2.2, but without segments that begin with a dot, which may be the forbidden ones. */
  private static boolean isPlainPath(byte[] id, int from) {
    int length = id.length;
    if (id[from] != '/' || id[length - 1] == '/') {
      return false;
    }
    long wrong = 0;
    long slashBefore = 0;
    int i = from;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      long word = (long) WORDS.get(id, i);
      long slashes = ~differs(word, '/') & HIGH_BITS;
      // A dot and a slash differ in one bit.
      long dotsAndSlashes = ~differs(word | EACH, '/');
      wrong |= ~allowed(word) | (((slashes << Byte.SIZE) | slashBefore) & dotsAndSlashes);
      slashBefore = slashes >>> (Long.SIZE - Byte.SIZE);
    }
    return (wrong & HIGH_BITS) == 0 && isPlainEnd(id, i, slashBefore != 0);
  }

  private static boolean isPlainEnd(byte[] id, int from, boolean afterSlash) {
    boolean isAfterSlash = afterSlash;
    for (int i = from; i < id.length; i++) {
      boolean isSlash = id[i] == '/';
      if (isAfterSlash && (isSlash || id[i] == '.')) {
        return false;
      }
      if (!isSlash && !SpiffeIdSyntax.isAllowedInPaths(id[i])) {
        return false;
      }
      isAfterSlash = isSlash;
    }
    return true;
  }

  /** The high bit of each byte: whether it may stand in a path, slashes included. */
  private static long allowed(long word) {
    // From - to 9 are - . / and the digits. The bit between the cases is set to compare once.
    return ~word
        & (between(word, '-', '9') | between(word | (0x20 * EACH), 'a', 'z') | ~differs(word, '_'));
  }

  /** The high bit of each byte: whether it is of a range; means nothing for bytes above 127. */
  private static long between(long word, char from, char to) {
    return (word + (0x80 - from) * EACH) & ~(word + (0x7f - to) * EACH);
  }

  /** The high bit of each byte: whether it is another; means nothing for bytes above 127. */
  private static long differs(long word, char character) {
    return (word ^ (character * EACH)) + 0x7f * EACH;
  }
}
