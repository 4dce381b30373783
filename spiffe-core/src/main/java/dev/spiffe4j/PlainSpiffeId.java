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
    if (id[from] != '/' || id[id.length - 1] == '/') {
      return false;
    }
    int last = id.length - Long.BYTES;
    return last < from ? isPlainShortPath(id, from) : isPlainPath(id, from, last);
  }

  /** The last word is looked at whole, though some of it was seen before. */
  private static boolean isPlainPath(byte[] id, int from, int last) {
    long plain = plain(id, last);
    for (int i = from; i < last; i += Long.BYTES) {
      plain &= plain(id, i);
    }
    return (plain & HIGH_BITS) == HIGH_BITS;
  }

  private static boolean isPlainShortPath(byte[] id, int from) {
    for (int i = from; i < id.length; i++) {
      boolean isSlash = id[i] == '/';
      if (id[i - 1] == '/' && (isSlash || id[i] == '.')) {
        return false;
      }
      if (!isSlash && !SpiffeIdSyntax.isAllowedInPaths(id[i])) {
        return false;
      }
    }
    return true;
  }

  /** The high bit of each byte: whether it may stand there. A path is never where an ID begins. */
  private static long plain(byte[] id, int at) {
    long word = (long) WORDS.get(id, at);
    long previous = (long) WORDS.get(id, at - 1);
    // A dot and a slash differ in one bit.
    return allowed(word) & (differs(previous, '/') | differs(word | EACH, '/'));
  }

  /** The high bit of each byte: whether it may stand in a path, slashes included. */
  private static long allowed(long word) {
    // From - to 9 are - . / and the digits. The bit between the cases is set to compare once.
    long letters = word | (0x20 * EACH);
    long inRange =
        (reaches(word, '-') ^ reaches(word, '9' + 1))
            ^ (reaches(letters, 'a') ^ reaches(letters, 'z' + 1));
    return ~word & (inRange | ~differs(word, '_'));
  }

  /** The high bit of each byte: whether it is as big; means nothing for bytes above 127. */
  private static long reaches(long word, int character) {
    return word + (0x80 - character) * EACH;
  }

  /** The high bit of each byte: whether it is another; means nothing for bytes above 127. */
  private static long differs(long word, char character) {
    return (word ^ (character * EACH)) + 0x7f * EACH;
  }
}
