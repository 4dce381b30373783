package dev.spiffe4j.workloadapi.http2;

import dev.spiffe4j.workloadapi.wire.SecurityHeader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Writes the headers of calls. None is ever remembered by the other side (RFC 7541 §6.2.2), so that
 * nothing has to be kept in step with it.
 */
final class RequestHeaders {
  private static final int METHOD_POST = 3;
  private static final int SCHEME_HTTP = 6;
  private static final int AUTHORITY = 1;
  private static final int PATH = 4;
  private static final int CONTENT_TYPE = 31;
  private static final int USER_AGENT = 58;

  /** The largest number that {@code grpc-timeout} may have. */
  private static final long MAX_TIMEOUT = 99_999_999;

  private static final TimeUnit[] UNITS = {
    TimeUnit.NANOSECONDS,
    TimeUnit.MICROSECONDS,
    TimeUnit.MILLISECONDS,
    TimeUnit.SECONDS,
    TimeUnit.MINUTES,
    TimeUnit.HOURS,
  };
  private static final String UNIT_LETTERS = "numSMH";

  private final ByteArrayOutputStream block = new ByteArrayOutputStream();

  private RequestHeaders() {}

  /**
   * Headers of a call.
   *
   * @param path service and method
   * @param timeoutNanos how long it may take, or 0
   * @param emptiesTable whether to say that the table is not used, which is due after the server
   *     has changed its size (RFC 9113 §4.3.1)
   */
  static byte[] of(String path, long timeoutNanos, boolean emptiesTable) {
    RequestHeaders headers = new RequestHeaders();
    if (emptiesTable) {
      headers.writeInteger(0x20, 5, 0);
    }
    headers.writeInteger(0x80, 7, METHOD_POST);
    headers.writeInteger(0x80, 7, SCHEME_HTTP);
    headers.write(PATH, "/" + path);
    // The path of a socket is no authority, and some servers reset such a stream.
    headers.write(AUTHORITY, "localhost");
    if (timeoutNanos > 0) {
      headers.write("grpc-timeout", timeout(timeoutNanos));
    }
    headers.write("te", "trailers");
    headers.write(CONTENT_TYPE, "application/grpc");
    headers.write(USER_AGENT, "grpc-spiffe4j");
    headers.write(SecurityHeader.NAME, SecurityHeader.VALUE);
    return headers.block.toByteArray();
  }

  /** In the finest unit that can say it. */
  static String timeout(long nanos) {
    int unit = 0;
    while (roundedUp(nanos, UNITS[unit]) > MAX_TIMEOUT) {
      unit++;
    }
    return Long.toString(roundedUp(nanos, UNITS[unit])) + UNIT_LETTERS.charAt(unit);
  }

  /** The server is not to be the first to give up. */
  private static long roundedUp(long nanos, TimeUnit unit) {
    long one = unit.toNanos(1);
    return nanos / one + (nanos % one == 0 ? 0 : 1);
  }

  private void write(int nameIndex, String value) {
    writeInteger(0, 4, nameIndex);
    writeString(value);
  }

  private void write(String name, String value) {
    block.write(0);
    writeString(name);
    writeString(value);
  }

  private void writeString(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    writeInteger(0, 7, bytes.length);
    block.writeBytes(bytes);
  }

  /** §5.1. */
  private void writeInteger(int pattern, int bits, int value) {
    int full = (1 << bits) - 1;
    if (value < full) {
      block.write(pattern | value);
      return;
    }
    block.write(pattern | full);
    int rest = value - full;
    for (; rest >= 0x80; rest >>>= 7) {
      block.write(0x80 | (rest & 0x7f));
    }
    block.write(rest);
  }
}
