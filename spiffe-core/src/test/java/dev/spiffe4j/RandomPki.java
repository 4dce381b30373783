package dev.spiffe4j;

import static dev.spiffe4j.TestCertificate.NOW;

import dev.spiffe4j.TestCertificate.Issued;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;

/**
 * A few roots, up to three intermediates that may be cross-signed, and a leaf; some of it broken, a
 * bit of it missing, in any order. The same number makes the same shape.
 */
final class RandomPki {
  private static final ASN1ObjectIdentifier UNKNOWN =
      new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");
  private static final List<KeyPair> KEYS =
      IntStream.range(0, 9).mapToObj(i -> TestCertificate.ec("secp256r1")).toList();
  private static final KeyPair WEAK = TestCertificate.rsa(1024);
  private static final KeyPair STRANGER = TestCertificate.ec("secp256r1");

  private static final List<UnaryOperator<TestCertificate>> ODD_AUTHORITIES =
      List.of(
          odd -> odd.pathLength(0),
          odd -> odd.pathLength(0),
          odd -> odd.pathLength(0),
          odd -> odd.pathLength(1),
          odd -> odd.ca(false),
          odd -> odd.without(Extension.basicConstraints),
          odd -> odd.keyUsage(KeyUsage.cRLSign),
          odd -> odd.without(Extension.keyUsage),
          odd -> odd.purposes(KeyPurposeId.id_kp_serverAuth),
          odd -> odd.purposes(KeyPurposeId.id_kp_clientAuth),
          odd -> odd.purposes(KeyPurposeId.id_kp_codeSigning),
          odd -> odd.uris("spiffe://example.org/authority"),
          odd -> odd.withoutKeyIdentifiers(),
          odd -> constrained(odd, "example.org", true),
          odd -> constrained(odd, "other.test", true),
          odd -> constrained(odd, "example.org", false),
          odd -> constrained(odd, "other.test", false));

  private static final List<UnaryOperator<TestCertificate>> ODD_LEAVES =
      List.of(
          odd -> odd.ca(true),
          odd -> odd.keyUsage(KeyUsage.keyAgreement),
          odd -> odd.keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign),
          odd -> odd.without(Extension.keyUsage),
          odd -> odd.without(Extension.basicConstraints),
          odd -> odd.purposes(KeyPurposeId.id_kp_codeSigning),
          odd -> odd.purposes(KeyPurposeId.id_kp_clientAuth),
          odd -> odd.without(Extension.extendedKeyUsage),
          odd -> odd.without(Extension.subjectAlternativeName),
          odd -> odd.uris(TestCertificate.WEB, TestCertificate.WEB),
          odd -> odd.uris("spiffe://example.org"),
          odd -> odd.uris("spiffe://example.org/a//b"),
          odd -> odd.keys(WEAK),
          odd -> odd.withoutKeyIdentifiers());

  private static final List<UnaryOperator<TestCertificate>> ODD_ANYWHERE =
      List.of(
          odd -> odd.validity(NOW.minusSeconds(60), NOW.minusSeconds(1)),
          odd -> odd.validity(NOW.plusSeconds(1), NOW.plusSeconds(60)),
          odd -> odd.validity(NOW, NOW),
          odd -> odd.with(UNKNOWN, true, DERNull.INSTANCE),
          odd -> odd.with(UNKNOWN, false, DERNull.INSTANCE));

  private final Random random;
  private final List<X509Certificate> bundle = new ArrayList<>();
  private final List<X509Certificate> presented = new ArrayList<>();

  RandomPki(long number) {
    this.random = new Random(number);
    List<Issued> roots = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      roots.add(authority(i).selfSigned());
    }
    List<X509Certificate> above = new ArrayList<>();
    Issued issuer = issueAuthorities(roots, above);
    presented.add(leaf().issuedBy(maybeWrong(issuer)).certificate());
    Collections.shuffle(above, random);
    presented.addAll(above);
    roots.stream().map(Issued::certificate).filter(root -> !chance(6)).forEach(bundle::add);
  }

  private Issued issueAuthorities(List<Issued> roots, List<X509Certificate> above) {
    Issued issuer = roots.get(random.nextInt(roots.size()));
    int count = chance(3) ? random.nextInt(4) : 2 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      Issued next = authority(3 + i).issuedBy(maybeWrong(issuer));
      if (!chance(12)) {
        above.add(next.certificate());
      }
      if (chance(4)) {
        Issued other = roots.get(random.nextInt(roots.size()));
        above.add(authority(3 + i).issuedBy(maybeWrong(other)).certificate());
      }
      issuer = next;
    }
    if (chance(5)) {
      above.add(roots.get(0).certificate());
    }
    return issuer;
  }

  /** Certificates of one number have one name and one key, whoever signs them. */
  private TestCertificate authority(int number) {
    // One name for two authorities in two: a reader has to find out which of them signed.
    String name = number == 1 || number == 4 ? "authority" : "authority " + number;
    return maybeOdd(TestCertificate.authority(name).keys(KEYS.get(number)), ODD_AUTHORITIES, 7);
  }

  private TestCertificate leaf() {
    return maybeOdd(TestCertificate.leaf().keys(KEYS.get(8)), ODD_LEAVES, 3);
  }

  private TestCertificate maybeOdd(
      TestCertificate certificate, List<UnaryOperator<TestCertificate>> odd, int in) {
    TestCertificate aged =
        chance(12)
            ? ODD_ANYWHERE.get(random.nextInt(ODD_ANYWHERE.size())).apply(certificate)
            : certificate;
    return chance(in) ? odd.get(random.nextInt(odd.size())).apply(aged) : aged;
  }

  /** The issuer, or one who has its name and not its key. */
  private Issued maybeWrong(Issued issuer) {
    return chance(12) ? new Issued(issuer.certificate(), STRANGER) : issuer;
  }

  private boolean chance(int in) {
    return random.nextInt(in) == 0;
  }

  private static TestCertificate constrained(
      TestCertificate certificate, String host, boolean permitted) {
    GeneralSubtree[] subtrees = {
      new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host))
    };
    return certificate.with(
        Extension.nameConstraints,
        true,
        permitted ? new NameConstraints(subtrees, null) : new NameConstraints(null, subtrees));
  }

  /** Parsed anew, since the JDK remembers with a certificate who was found to have signed it. */
  List<X509Certificate> bundle() {
    return fresh(bundle);
  }

  /** What a peer presents, leaf first; parsed anew. */
  List<X509Certificate> presented() {
    return fresh(presented);
  }

  private static List<X509Certificate> fresh(List<X509Certificate> certificates) {
    return certificates.stream()
        .map(certificate -> TestCertificate.parse(Certificates.encode(certificate)))
        .toList();
  }
}
