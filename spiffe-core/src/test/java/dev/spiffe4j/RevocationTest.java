package dev.spiffe4j;

import static dev.spiffe4j.TestCertificate.NOW;
import static dev.spiffe4j.TestCertificate.authority;
import static dev.spiffe4j.TestCertificate.leaf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TestCertificate.Issued;
import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 5280 §6.3: revocation lists, where somebody has them")
final class RevocationTest {
  private static final CRLNumber NUMBER = new CRLNumber(BigInteger.ONE);

  private final Issued root = TestCertificate.root("root");
  private final Issued intermediate = authority("intermediate").issuedBy(root);
  private final Issued leaf = leaf().issuedBy(intermediate);
  private final Issued other = leaf().issuedBy(intermediate);

  private static X509v2CRLBuilder list(Issued issuer, Instant from, Instant to) {
    X500Name name =
        X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
    X509v2CRLBuilder builder = new X509v2CRLBuilder(name, Date.from(from));
    builder.setNextUpdate(Date.from(to));
    return builder;
  }

  private static X509v2CRLBuilder list(Issued issuer) {
    return list(issuer, NOW.minusSeconds(60), NOW.plusSeconds(60));
  }

  private static X509v2CRLBuilder revoking(X509v2CRLBuilder list, Issued... revoked) {
    for (Issued one : revoked) {
      list.addCRLEntry(
          one.certificate().getSerialNumber(), Date.from(NOW), CRLReason.keyCompromise);
    }
    return list;
  }

  private static byte[] numbered(X509v2CRLBuilder list, Issued signer) {
    try {
      list.addExtension(Extension.cRLNumber, false, NUMBER);
      return signed(list, signer);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] signed(X509v2CRLBuilder list, Issued signer) {
    return signed(list, signer, "SHA256withECDSA");
  }

  private static byte[] signed(X509v2CRLBuilder list, Issued signer, String algorithm) {
    try {
      return list.build(new JcaContentSignerBuilder(algorithm).build(signer.privateKey()))
          .getEncoded();
    } catch (IOException | OperatorCreationException e) {
      throw new AssertionError(e);
    }
  }

  private VerifiedPeer verify(Issued peer, byte[]... lists) {
    X509Bundle bundle = TestCertificate.bundle(root.certificate());
    RevocationLists parsed = RevocationLists.parse(List.of(lists));
    return X509SvidVerifier.builder(id -> Optional.of(bundle))
        .clock(InstantSource.fixed(NOW))
        .revocationLists(() -> parsed)
        .build()
        .verify(Verification.certificates(peer, intermediate));
  }

  private Reason refusal(byte[]... lists) {
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> verify(leaf, lists));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("X509-59 without lists nothing is held to them")
  void passesWithoutLists() {
    verify(leaf);
    X509Bundle bundle = TestCertificate.bundle(root.certificate());
    X509SvidVerifier.of(id -> Optional.of(bundle), InstantSource.fixed(NOW))
        .verify(Verification.certificates(leaf, intermediate));
  }

  @Test
  void refusesWhatIsOnTheListOfItsIssuer() {
    byte[] list = numbered(revoking(list(intermediate), leaf), intermediate);
    verify(leaf, numbered(revoking(list(intermediate), other), intermediate));
    verify(other, list);
    assertThat(refusal(list)).isEqualTo(Reason.REVOKED);
    assertThat(refusal(numbered(revoking(list(root), intermediate), root)))
        .isEqualTo(Reason.REVOKED);
  }

  @Test
  void listsOfOthersSayNothing() {
    Issued stranger = TestCertificate.root("stranger");
    verify(leaf, numbered(revoking(list(stranger), leaf, intermediate), stranger));
  }

  @Test
  @DisplayName("a list that cannot be relied on refuses everything under its issuer")
  void refusesUnreliableLists() throws IOException {
    verify(leaf, numbered(list(intermediate), intermediate));
    Issued impostor = authority("intermediate").issuedBy(root);
    assertThat(refusal(numbered(list(intermediate), impostor)))
        .isEqualTo(Reason.REVOCATION_UNKNOWN);
    assertThat(refusal(signed(list(intermediate), intermediate)))
        .isEqualTo(Reason.REVOCATION_UNKNOWN);
    assertThat(
            refusal(
                numbered(
                    list(intermediate, NOW.minusSeconds(60), NOW.minusSeconds(1)), intermediate)))
        .isEqualTo(Reason.REVOCATION_UNKNOWN);
    assertThat(
            refusal(
                numbered(
                    list(intermediate, NOW.plusSeconds(1), NOW.plusSeconds(60)), intermediate)))
        .isEqualTo(Reason.REVOCATION_UNKNOWN);
    X509v2CRLBuilder critical = list(intermediate);
    critical.addExtension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.2"), true, DERNull.INSTANCE);
    assertThat(refusal(numbered(critical, intermediate))).isEqualTo(Reason.REVOCATION_UNKNOWN);
  }

  @Test
  @DisplayName("a list may be signed only as certificates may be: not with SHA-1")
  void refusesListsSignedWithSha1() throws IOException {
    X509v2CRLBuilder good = list(intermediate).addExtension(Extension.cRLNumber, false, NUMBER);
    verify(leaf, signed(good, intermediate, "SHA512withECDSA"));
    X509v2CRLBuilder bad = list(intermediate).addExtension(Extension.cRLNumber, false, NUMBER);
    assertThat(refusal(signed(bad, intermediate, "SHA1withECDSA")))
        .isEqualTo(Reason.REVOCATION_UNKNOWN);
  }

  @Test
  void refusesListsOfIssuersThatMayNotSignThem() {
    Issued issuer = authority("no crl").keyUsage(KeyUsage.keyCertSign).issuedBy(root);
    Issued below = leaf().issuedBy(issuer);
    X509Bundle bundle = TestCertificate.bundle(root.certificate());
    RevocationLists lists = RevocationLists.parse(List.of(numbered(list(issuer), issuer)));
    List<X509Certificate> chain = Verification.certificates(below, issuer);
    X509SvidVerifier.Builder verifier =
        X509SvidVerifier.builder(id -> Optional.of(bundle)).clock(InstantSource.fixed(NOW));
    verifier.build().verify(chain);
    SvidVerificationException refusal =
        catchThrowableOfType(
            SvidVerificationException.class,
            () -> verifier.revocationLists(() -> lists).build().verify(chain));
    assertThat(refusal.reason()).isEqualTo(Reason.REVOCATION_UNKNOWN);
  }

  @Test
  @DisplayName("lists are DER alone")
  void parsesDerAlone() {
    byte[] list = numbered(list(root), root);
    RevocationLists.parse(List.of(list));
    assertThat(RevocationLists.none().isEmpty()).isTrue();
    assertThat(reason(new byte[0])).isEqualTo(InvalidDocumentException.Reason.EMPTY);
    assertThat(reason(Arrays.copyOf(list, list.length + 1)))
        .isEqualTo(InvalidDocumentException.Reason.TRAILING_DATA);
    assertThat(reason(Arrays.copyOf(list, list.length - 1)))
        .isEqualTo(InvalidDocumentException.Reason.MALFORMED);
    assertThat(reason(Certificates.encode(root.certificate())))
        .isEqualTo(InvalidDocumentException.Reason.MALFORMED);
  }

  private static InvalidDocumentException.Reason reason(byte[] list) {
    return catchThrowableOfType(
            InvalidDocumentException.class, () -> RevocationLists.parse(List.of(list)))
        .reason();
  }
}
