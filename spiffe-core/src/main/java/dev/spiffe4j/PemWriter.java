package dev.spiffe4j;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;

/** Writing of PEM (RFC 7468 §3): lines of 64 characters that end in a line feed. */
final class PemWriter {
  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private PemWriter() {}

  static byte[] certificates(Collection<X509Certificate> certificates) {
    byte[][] blocks =
        certificates.stream()
            .map(certificate -> block(PemReader.CERTIFICATE, Certificates.encode(certificate)))
            .toArray(byte[][]::new);
    return concat(blocks);
  }

  /** Writes a block; what is left of its content is only in the array that is returned. */
  static byte[] block(String label, byte[] content) {
    byte[] base64 = BASE64.encode(content);
    try {
      return concat(boundary("-----BEGIN " + label), base64, boundary("\n-----END " + label));
    } finally {
      Arrays.fill(base64, (byte) 0);
    }
  }

  private static byte[] boundary(String start) {
    return (start + "-----\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] concat(byte[]... parts) {
    byte[] whole = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
    int length = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, whole, length, part.length);
      length += part.length;
    }
    return whole;
  }
}
