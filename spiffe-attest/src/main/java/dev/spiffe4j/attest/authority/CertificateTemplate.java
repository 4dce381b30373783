package dev.spiffe4j.attest.authority;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import java.math.BigInteger;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * What a certificate says about its subject, in the form of SPIRE's templates.
 *
 * @param subject the subject
 * @param spiffeId the one URI SAN
 * @param dnsNames the DNS SANs, in order
 * @param authority whether it signs certificates
 */
record CertificateTemplate(
    X500Name subject, SpiffeId spiffeId, List<String> dnsNames, boolean authority) {

  CertificateTemplate {
    dnsNames = List.copyOf(dnsNames);
  }

  /** A self-signed authority; its serial number in the subject tells authorities apart. */
  static CertificateTemplate authority(TrustDomain trustDomain, BigInteger serialNumber) {
    X500Name subject =
        new X500NameBuilder(BCStyle.INSTANCE)
            .addRDN(BCStyle.C, "US")
            .addRDN(BCStyle.O, "SPIFFE")
            .addRDN(BCStyle.SERIALNUMBER, serialNumber.toString())
            .build();
    return new CertificateTemplate(subject, trustDomain.spiffeId(), List.of(), true);
  }

  /** A leaf: of the server, of an agent, of a workload. */
  static CertificateTemplate leaf(SpiffeId spiffeId, List<String> dnsNames) {
    X500NameBuilder subject =
        new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.C, "US").addRDN(BCStyle.O, "SPIRE");
    if (!dnsNames.isEmpty()) {
      subject.addRDN(BCStyle.CN, dnsNames.get(0));
    }
    return new CertificateTemplate(subject.build(), spiffeId, dnsNames, false);
  }

  /** X509-SVID §4.3: authorities sign certificates and nothing else, leaves the contrary. */
  int keyUsage() {
    return authority
        ? KeyUsage.keyCertSign | KeyUsage.cRLSign
        : KeyUsage.digitalSignature | KeyUsage.keyEncipherment | KeyUsage.keyAgreement;
  }
}
