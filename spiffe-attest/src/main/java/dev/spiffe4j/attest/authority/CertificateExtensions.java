package dev.spiffe4j.attest.authority;

import dev.spiffe4j.attest.crypto.Der;
import dev.spiffe4j.attest.crypto.PublicKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The extensions of certificates, in DER. What is the same for all of a kind is made once. */
final class CertificateExtensions {
  private static final int DIGITAL_SIGNATURE = 0x80;
  private static final int KEY_ENCIPHERMENT = 0x20;
  private static final int KEY_AGREEMENT = 0x08;
  private static final int KEY_CERT_SIGN = 0x04;
  private static final int CRL_SIGN = 0x02;

  private static final int DNS_NAME = 2;
  private static final int URI = 6;

  // X509-SVID §4.3: key usage is critical; authorities sign certificates and nothing else, leaves
  // the contrary.
  private static final byte[] AUTHORITY_USAGE = keyUsage(KEY_CERT_SIGN | CRL_SIGN);
  private static final byte[] LEAF_USAGE =
      keyUsage(DIGITAL_SIGNATURE | KEY_ENCIPHERMENT | KEY_AGREEMENT);

  // X509-SVID §4.4: serverAuth and clientAuth.
  private static final byte[] SERVER_AND_CLIENT =
      extension(
          "2.5.29.37", Der.sequence(Der.oid("1.3.6.1.5.5.7.3.1"), Der.oid("1.3.6.1.5.5.7.3.2")));

  // X509-SVID §4.1: cA says which of the two it is.
  private static final byte[] IS_AUTHORITY = critical("2.5.29.19", Der.sequence(Der.yes()));
  private static final byte[] IS_LEAF = critical("2.5.29.19", Der.sequence());

  private static final byte[] SUBJECT_KEY_ID = Der.oid("2.5.29.14");
  private static final byte[] AUTHORITY_KEY_ID = Der.oid("2.5.29.35");
  private static final byte[] SUBJECT_NAMES = Der.oid("2.5.29.17");

  private CertificateExtensions() {}

  /**
   * Writes all extensions of a certificate.
   *
   * @param key the subject's
   * @param issuerKeyId null if it is self-signed
   */
  static byte[] of(CertificateTemplate template, PublicKey key, byte @Nullable [] issuerKeyId) {
    List<byte[]> all = new ArrayList<>();
    if (template.isAuthority()) {
      all.add(AUTHORITY_USAGE);
      all.add(IS_AUTHORITY);
    } else {
      all.add(LEAF_USAGE);
      all.add(SERVER_AND_CLIENT);
      all.add(IS_LEAF);
    }
    all.add(extension(SUBJECT_KEY_ID, Der.octets(keyId(key))));
    if (issuerKeyId != null) {
      all.add(extension(AUTHORITY_KEY_ID, Der.sequence(Der.implicit(0, issuerKeyId))));
    }
    all.add(extension(SUBJECT_NAMES, names(template)));
    return Der.sequence(all.toArray(byte[][]::new));
  }

  /** RFC 5280 §4.2.1.2 method 1: SHA-1 names the key and secures nothing. */
  private static byte[] keyId(PublicKey key) {
    try {
      return MessageDigest.getInstance("SHA-1").digest(PublicKeys.bits(key));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-1", e);
    }
  }

  private static byte[] names(CertificateTemplate template) {
    List<byte[]> names = new ArrayList<>();
    for (String name : template.dnsNames()) {
      names.add(Der.implicit(DNS_NAME, name.getBytes(StandardCharsets.US_ASCII)));
    }
    // X509-SVID §2: one URI SAN, the registered ID byte for byte.
    String id = template.spiffeId().toString();
    names.add(Der.implicit(URI, id.getBytes(StandardCharsets.US_ASCII)));
    return Der.sequence(names.toArray(byte[][]::new));
  }

  private static byte[] keyUsage(int usage) {
    return critical("2.5.29.15", Der.flags(usage));
  }

  private static byte[] critical(String oid, byte[] value) {
    return Der.sequence(Der.oid(oid), Der.yes(), Der.octets(value));
  }

  private static byte[] extension(String oid, byte[] value) {
    return extension(Der.oid(oid), value);
  }

  private static byte[] extension(byte[] oid, byte[] value) {
    return Der.sequence(oid, Der.octets(value));
  }
}
