package dev.spiffe4j.attest.authority;

import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.der.DerReader;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * A certificate that signs, its key, and what verifies it.
 *
 * @param key the key
 * @param certificate the certificate
 * @param chain what follows a leaf that it signed; nothing if it is self-signed
 * @param roots where its chain ends
 * @param issuedAt when it was made
 */
record X509Issuer(
    SigningKey key,
    X509Certificate certificate,
    List<X509Certificate> chain,
    X509Bundle roots,
    Instant issuedAt)
    implements Slots.Authority {

  private static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";

  X509Issuer {
    chain = List.copyOf(chain);
  }

  @Override
  public String authorityId() {
    return HexFormat.of().formatHex(subjectKeyId(certificate));
  }

  @Override
  public Instant expiresAt() {
    return certificate.getNotAfter().toInstant();
  }

  static byte[] subjectKeyId(X509Certificate certificate) {
    byte[] extension = certificate.getExtensionValue(SUBJECT_KEY_IDENTIFIER);
    if (extension == null) {
      throw new IllegalArgumentException("certificate: without a subject key identifier");
    }
    return new DerReader(extension)
        .readContent(DerReader.OCTET_STRING)
        .readContent(DerReader.OCTET_STRING)
        .remaining();
  }
}
