package dev.spiffe4j.attest.authority;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.crypto.Der;
import java.math.BigInteger;
import java.util.List;

/** What a certificate says about its subject, in the form of SPIRE's templates. Immutable. */
final class CertificateTemplate {
  private static final byte[] COUNTRY = attribute("2.5.4.6", Der.printable("US"));
  private static final byte[] AUTHORITY_ORGANIZATION = attribute("2.5.4.10", Der.utf8("SPIFFE"));
  private static final byte[] LEAF_ORGANIZATION = attribute("2.5.4.10", Der.utf8("SPIRE"));
  private static final String COMMON_NAME = "2.5.4.3";
  private static final String SERIAL_NUMBER = "2.5.4.5";

  private final byte[] subject;
  private final SpiffeId spiffeId;
  private final List<String> dnsNames;
  private final boolean authority;

  private CertificateTemplate(
      byte[] subject, SpiffeId spiffeId, List<String> dnsNames, boolean authority) {
    this.subject = subject;
    this.spiffeId = spiffeId;
    this.dnsNames = List.copyOf(dnsNames);
    this.authority = authority;
  }

  /** A self-signed authority; its serial number in the subject tells authorities apart. */
  static CertificateTemplate authority(TrustDomain trustDomain, BigInteger serialNumber) {
    byte[] number = attribute(SERIAL_NUMBER, Der.printable(serialNumber.toString()));
    byte[] subject = Der.sequence(COUNTRY, AUTHORITY_ORGANIZATION, number);
    return new CertificateTemplate(subject, trustDomain.spiffeId(), List.of(), true);
  }

  /** A leaf: of the server, of an agent, of a workload. */
  static CertificateTemplate leaf(SpiffeId spiffeId, List<String> dnsNames) {
    byte[] subject =
        dnsNames.isEmpty()
            ? Der.sequence(COUNTRY, LEAF_ORGANIZATION)
            : Der.sequence(
                COUNTRY, LEAF_ORGANIZATION, attribute(COMMON_NAME, Der.utf8(dnsNames.get(0))));
    return new CertificateTemplate(subject, spiffeId, dnsNames, false);
  }

  private static byte[] attribute(String type, byte[] value) {
    return Der.setOf(Der.sequence(Der.oid(type), value));
  }

  /** The subject, in DER. */
  byte[] subject() {
    return subject;
  }

  /** The one URI SAN. */
  SpiffeId spiffeId() {
    return spiffeId;
  }

  /** The DNS SANs, in order. */
  List<String> dnsNames() {
    return dnsNames;
  }

  /** Whether it signs certificates. */
  boolean isAuthority() {
    return authority;
  }
}
