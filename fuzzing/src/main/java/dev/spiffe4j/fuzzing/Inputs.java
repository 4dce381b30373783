package dev.spiffe4j.fuzzing;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** How inputs are cut into parts, and what must hold of what was read. */
final class Inputs {
  static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");
  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private Inputs() {}

  static String text(byte[] data) {
    return new String(data, StandardCharsets.UTF_8);
  }

  /** Lines, at least as many as asked for; the last one holds the rest. */
  static List<String> lines(byte[] data, int count) {
    List<String> lines = new ArrayList<>(List.of(text(data).split("\n", count)));
    while (lines.size() < count) {
      lines.add("");
    }
    return lines;
  }

  /** Two parts: the length of the first is in the two bytes before it. */
  static List<byte[]> halves(byte[] data) {
    if (data.length < 2) {
      return List.of(new byte[0], new byte[0]);
    }
    int split = Math.min(data.length, 2 + (((data[0] & 0xff) << 8) | (data[1] & 0xff)));
    return List.of(
        Arrays.copyOfRange(data, 2, split), Arrays.copyOfRange(data, split, data.length));
  }

  static byte[] rest(byte[] data) {
    return Arrays.copyOfRange(data, Math.min(1, data.length), data.length);
  }

  static int choice(byte[] data, int of) {
    return data.length == 0 ? 0 : (data[0] & 0xff) % of;
  }

  /** For what is documented to refuse its argument so. */
  static <T> T argument(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (IllegalArgumentException e) {
      throw new InvalidDocumentException(Reason.MALFORMED, String.valueOf(e.getMessage()), e);
    }
  }

  static void requireSame(Object read, Object printed) {
    if (!read.equals(printed)) {
      throw new AssertionError(read + " became " + printed);
    }
  }
}
