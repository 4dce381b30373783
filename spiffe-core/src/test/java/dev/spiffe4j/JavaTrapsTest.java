package dev.spiffe4j;

import static dev.spiffe4j.TestCertificate.NOW;
import static dev.spiffe4j.TestCertificate.WEB;
import static dev.spiffe4j.TestCertificate.authority;
import static dev.spiffe4j.TestCertificate.leaf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TestCertificate.Issued;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the JDK does, and what is done instead; each control shows that the trap is still there. */
@DisplayName("Java traps")
final class JavaTrapsTest {
  private final Issued root = TestCertificate.root("root");

  @Test
  @DisplayName("java.net.URI has no host for legal names, and decodes paths")
  void uriIsNoReaderOfIds() {
    assertThat(URI.create("spiffe://my_td/p").getHost()).isNull();
    assertThat(URI.create("spiffe://td/a%2Fb").getPath()).isEqualTo("/a/b");
    assertThat(SpiffeId.parse("spiffe://my_td/p").trustDomain().name()).isEqualTo("my_td");
  }

  @Test
  @DisplayName("equalsIgnoreCase takes a long s for an s")
  void caseFoldingIsNoComparison() {
    assertThat("spiffe".equalsIgnoreCase("\u017fpiffe")).isTrue();
    assertThat(refusal(leaf("\u00ffpiffe://example.org/web"))).isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("getSubjectAlternativeNames() tells nothing when a URI is not to the JDK's taste")
  void countsUrisThatTheJdkHides() {
    for (String odd : List.of("not a uri", "foo", "spiffe://td./p")) {
      Issued issued = leaf(WEB, odd).issuedBy(root);
      assertThat(jdkTells(issued.certificate())).isFalse();
      assertThat(Verification.under(root).refusal(issued)).isEqualTo(Reason.BAD_SPIFFE_ID);
      assertThat(refusal(leaf(odd, WEB))).isEqualTo(Reason.BAD_SPIFFE_ID);
    }
  }

  /** JDK 17 gives null, later ones throw. */
  private static boolean jdkTells(X509Certificate certificate) {
    try {
      return certificate.getSubjectAlternativeNames() != null;
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  @Test
  @DisplayName("the JDK drops the whole SAN for a name that ends in a dot, and we read it")
  void readsTrustDomainsThatEndInADot() {
    assertThat(refusal(leaf("spiffe://td./p"))).isEqualTo(Reason.NO_BUNDLE);
  }

  @Test
  @DisplayName("getBasicConstraints() is -1 for an extension that is absent, says no, or is broken")
  void tellsBrokenExtensionsFromAbsentOnes() {
    byte[] broken = {0x30, 0x03, 0x01, 0x01};
    Issued absent = leaf().without(Extension.basicConstraints).issuedBy(root);
    Issued bad = leaf().with(Extension.basicConstraints, false, broken).issuedBy(root);
    assertThat(absent.certificate().getBasicConstraints()).isEqualTo(-1);
    assertThat(bad.certificate().getBasicConstraints()).isEqualTo(-1);
    Verification.under(root).verify(absent);
    assertThat(Verification.under(root).refusal(bad)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("PKIX takes anchors that have ended, are no CA, or have too short a path length")
  void checksAnchors() throws GeneralSecurityException {
    for (TestCertificate bad :
        List.of(
            authority("a").validity(NOW.minusSeconds(60), NOW.minusSeconds(1)),
            authority("a").ca(false),
            authority("a").keyUsage(KeyUsage.digitalSignature),
            authority("a").pathLength(0))) {
      Issued anchor = bad.selfSigned();
      Issued between = authority("between").issuedBy(anchor);
      Issued leaf = leaf().issuedBy(between);
      assertThat(passesPkix(anchor.certificate(), Verification.certificates(leaf, between)))
          .isTrue();
      assertThat(Verification.under(anchor).refusal(leaf, between))
          .isIn(Reason.EXPIRED, Reason.CONSTRAINT_VIOLATED);
    }
  }

  private static boolean passesPkix(X509Certificate anchor, List<X509Certificate> chain)
      throws GeneralSecurityException {
    PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(NOW));
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(chain), parameters);
    return true;
  }

  @Test
  @DisplayName("generateCertificates takes trailing junk and nothing at all")
  void splitsDerItself() throws GeneralSecurityException {
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    assertThat(factory.generateCertificates(new ByteArrayInputStream(new byte[0]))).isEmpty();
    byte[] der = Certificates.encode(root.certificate());
    byte[] junk = Arrays.copyOf(der, der.length + 3);
    assertThat(factory.generateCertificate(new ByteArrayInputStream(junk))).isNotNull();
    assertThat(
            catchThrowableOfType(
                    InvalidDocumentException.class, () -> Certificates.parseDer(junk, 10))
                .reason())
        .isEqualTo(InvalidDocumentException.Reason.MALFORMED);
  }

  private Reason refusal(TestCertificate leaf) {
    return Verification.under(root).refusal(leaf.issuedBy(root));
  }
}
