package dev.spiffe4j;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * A reader of PEM (RFC 7468). Text between blocks is skipped, as explanations are common there;
 * what looks like a block and is not one is refused, since skipping it would silently lose an
 * authority. White space within base64 does not matter. Works on bytes, so that keys can be wiped.
 */
final class PemReader {
  static final String CERTIFICATE = "CERTIFICATE";
  static final String PRIVATE_KEY = "PRIVATE KEY";

  /** A document larger than this is refused before it is read. */
  static final int MAX_BYTES = 4 * 1024 * 1024;

  /** More blocks than any document of ours has. */
  private static final int MAX_BLOCKS = 4096;

  private static final int MAX_LABEL = 64;
  private static final byte[] BEGIN = ascii("-----BEGIN ");
  private static final byte[] END = ascii("-----END ");
  private static final byte[] DASHES = ascii("-----");

  private final byte[] text;
  private int next;
  private int lineStart;
  private int lineEnd;

  private PemReader(byte[] text) {
    this.text = text;
  }

  /** Where the base64 of a block is; only who wants the block decodes it. */
  record Block(String label, int from, int to) {}

  /** Finds all blocks of a document. */
  static List<Block> blocks(byte[] text) {
    if (text.length > MAX_BYTES) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "PEM of " + text.length + " bytes (expected: <= " + MAX_BYTES + ")");
    }
    return new PemReader(text).readBlocks();
  }

  private List<Block> readBlocks() {
    List<Block> blocks = new ArrayList<>();
    while (nextLine()) {
      if (!isBoundary()) {
        continue;
      }
      if (blocks.size() == MAX_BLOCKS) {
        throw new InvalidDocumentException(
            Reason.TOO_LARGE, "PEM of more than " + MAX_BLOCKS + " blocks");
      }
      blocks.add(readBlock(label(BEGIN)));
    }
    return blocks;
  }

  private Block readBlock(String label) {
    int from = next;
    while (nextLine()) {
      if (isBoundary()) {
        if (!label(END).equals(label)) {
          throw malformed("has a block that ends as another");
        }
        return new Block(label, from, lineStart);
      }
    }
    throw malformed("has a block without an end");
  }

  /** Finds the next line, without its end and without white space before that. */
  private boolean nextLine() {
    if (next == text.length) {
      return false;
    }
    lineStart = next;
    lineEnd = next;
    while (lineEnd < text.length && text[lineEnd] != '\n') {
      lineEnd++;
    }
    next = Math.min(lineEnd + 1, text.length);
    while (lineEnd > lineStart && isSpace(text[lineEnd - 1])) {
      lineEnd--;
    }
    return true;
  }

  /** Whether the line has a boundary somewhere; {@link #label} demands that it is nothing else. */
  private boolean isBoundary() {
    for (int i = lineStart; i < lineEnd; i++) {
      if (text[i] == '-' && (isAt(BEGIN, i) || isAt(END, i))) {
        return true;
      }
    }
    return false;
  }

  private boolean isAt(byte[] what, int position) {
    return position + what.length <= lineEnd
        && Arrays.equals(text, position, position + what.length, what, 0, what.length);
  }

  private String label(byte[] boundary) {
    int from = lineStart + boundary.length;
    int to = lineEnd - DASHES.length;
    if (!isAt(boundary, lineStart) || to <= from || !isAt(DASHES, to)) {
      throw malformed("has a boundary out of place");
    }
    if (to - from > MAX_LABEL) {
      throw malformed("has a label of more than " + MAX_LABEL + " characters");
    }
    for (int i = from; i < to; i++) {
      if (text[i] < ' ' || text[i] > '~') {
        throw malformed("has a label that is not printable");
      }
    }
    return new String(text, from, to - from, StandardCharsets.US_ASCII);
  }

  /**
   * Decodes a block of a text. Only the canonical base64 is taken: padded, and without bits that
   * are left over.
   */
  static byte[] decode(byte[] text, Block block) {
    byte[] compact = new byte[block.to() - block.from()];
    int length = 0;
    for (int i = block.from(); i < block.to(); i++) {
      if (!isSpace(text[i]) && text[i] != '\n') {
        compact[length++] = text[i];
      }
    }
    byte[] base64 = Arrays.copyOf(compact, length);
    try {
      return decode(base64);
    } finally {
      Arrays.fill(compact, (byte) 0);
      Arrays.fill(base64, (byte) 0);
    }
  }

  private static byte[] decode(byte[] base64) {
    byte[] content;
    try {
      content = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // No cause: its message may quote the key.
      throw malformed("has a block that is not base64");
    }
    byte[] canonical = Base64.getEncoder().encode(content);
    boolean same = Arrays.equals(canonical, base64);
    Arrays.fill(canonical, (byte) 0);
    if (!same) {
      Arrays.fill(content, (byte) 0);
      throw malformed("has a block of base64 that is not canonical");
    }
    return content;
  }

  /** Whether a text says nothing at all, as a document of no blocks does. */
  static boolean isBlank(byte[] text) {
    for (byte b : text) {
      if (!isSpace(b) && b != '\n') {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static InvalidDocumentException malformed(String problem) {
    return new InvalidDocumentException(Reason.MALFORMED, "PEM " + problem);
  }
}
