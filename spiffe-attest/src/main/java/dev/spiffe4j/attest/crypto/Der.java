package dev.spiffe4j.attest.crypto;

import dev.spiffe4j.der.DerReader;
import dev.spiffe4j.der.DerWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes DER elements (X.690 §8, §10, §11). What is written is taken as it is, and not checked. */
public final class Der {
  private static final int BOOLEAN = 0x01;
  private static final int NULL = 0x05;
  private static final int UTF8_STRING = 0x0c;
  private static final int PRINTABLE_STRING = 0x13;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SET = 0x31;
  private static final int CONTEXT = 0x80;
  private static final int CONSTRUCTED_CONTEXT = 0xa0;

  /** The years that two digits can tell (RFC 5280 §4.1.2.5). */
  private static final int FIRST_UTC_YEAR = 1950;

  private static final int LAST_UTC_YEAR = 2049;
  private static final DateTimeFormatter UTC = format("yyMMddHHmmss'Z'");
  private static final DateTimeFormatter GENERALIZED = format("yyyyMMddHHmmss'Z'");

  private Der() {}

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  public static byte[] sequence(byte[]... elements) {
    return DerWriter.sequence(elements);
  }

  /** A SET of one element, which needs no order. */
  public static byte[] setOf(byte[] element) {
    return DerWriter.element(SET, element);
  }

  public static byte[] yes() {
    return DerWriter.element(BOOLEAN, new byte[] {(byte) 0xff});
  }

  public static byte[] nothing() {
    return DerWriter.element(NULL);
  }

  public static byte[] integer(BigInteger value) {
    return DerWriter.element(DerReader.INTEGER, value.toByteArray());
  }

  /** A BIT STRING of whole bytes. */
  public static byte[] bits(byte[] bytes) {
    return DerWriter.element(DerReader.BIT_STRING, new byte[] {0}, bytes);
  }

  /** A BIT STRING of named flags, the first of which is the highest bit of the lowest byte. */
  public static byte[] flags(int flags) {
    // X.690 §11.2.2: without the zeros at its end.
    int low = flags & 0xff;
    int unused = low == 0 ? 0 : Integer.numberOfTrailingZeros(low);
    return low == 0
        ? DerWriter.element(DerReader.BIT_STRING, new byte[] {0})
        : DerWriter.element(DerReader.BIT_STRING, new byte[] {(byte) unused, (byte) low});
  }

  public static byte[] octets(byte[] bytes) {
    return DerWriter.element(DerReader.OCTET_STRING, bytes);
  }

  public static byte[] utf8(String text) {
    return DerWriter.element(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] printable(String text) {
    return DerWriter.element(PRINTABLE_STRING, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** RFC 5280 §4.1.2.5: with two digits of the year as long as they tell it. */
  public static byte[] time(Instant time) {
    int year = time.atOffset(ZoneOffset.UTC).getYear();
    boolean utc = year >= FIRST_UTC_YEAR && year <= LAST_UTC_YEAR;
    String text = (utc ? UTC : GENERALIZED).format(time);
    return DerWriter.element(
        utc ? UTC_TIME : GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  /** What stands under a number of its own, in place of its tag. */
  public static byte[] implicit(int number, byte[] content) {
    return DerWriter.element(CONTEXT | number, content);
  }

  /** What stands under a number of its own, tag and all. */
  public static byte[] explicit(int number, byte[] element) {
    return DerWriter.element(CONSTRUCTED_CONTEXT | number, element);
  }

  /** An object identifier in its dotted form. */
  public static byte[] oid(String dotted) {
    String[] arcs = dotted.split("\\.", -1);
    byte[][] content = new byte[arcs.length - 1][];
    content[0] = arc(40L * Long.parseLong(arcs[0]) + Long.parseLong(arcs[1]));
    for (int i = 2; i < arcs.length; i++) {
      content[i - 1] = arc(Long.parseLong(arcs[i]));
    }
    return DerWriter.element(DerReader.OBJECT_IDENTIFIER, content);
  }

  /** X.690 §8.19.2: seven bits a byte. */
  private static byte[] arc(long value) {
    int count = Math.max(1, (70 - Long.numberOfLeadingZeros(value)) / 7);
    byte[] bytes = new byte[count];
    for (int i = count - 1; i >= 0; i--) {
      int more = i > 0 ? 0x80 : 0;
      bytes[count - 1 - i] = (byte) (((value >>> (7 * i)) & 0x7f) | more);
    }
    return bytes;
  }
}
