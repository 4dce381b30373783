package dev.spiffe4j;

import static dev.spiffe4j.TestCertificate.NOW;
import static dev.spiffe4j.TestCertificate.TRUST_DOMAIN;
import static dev.spiffe4j.TestCertificate.leaf;
import static dev.spiffe4j.TestCertificate.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.TestCertificate.Issued;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.security.PublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Contexts, JWT bundles and errors")
final class ValuesTest {
  private final Issued root = root("root");
  private final X509Bundle bundle = TestCertificate.bundle(root.certificate());

  private X509Svid svid(String id) {
    Issued issued = leaf(id).issuedBy(root);
    return X509Svid.of(issued.privateKey(), List.of(issued.certificate()));
  }

  @Test
  @DisplayName("a context is one moment: the first SVID is the default one")
  void holdsOneMoment() {
    X509Svid first = svid("spiffe://example.org/a");
    X509Svid second = svid("spiffe://example.org/b");
    X509Context context = X509Context.of(List.of(first, second), List.of(bundle));
    assertThat(context.x509Svid()).isSameAs(first);
    assertThat(context.svids()).containsExactly(first, second);
    assertThat(context.x509Bundle(TRUST_DOMAIN)).containsSame(bundle);
    assertThat(context.x509Bundle(TrustDomain.parse("other.org"))).isEmpty();
    assertThat(context.bundles()).containsOnlyKeys(TRUST_DOMAIN);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> context.bundles().clear());
  }

  @Test
  @DisplayName("WAPI-18 there is one bundle for each trust domain")
  void refusesTwoBundlesOfATrustDomain() {
    X509Context.of(List.of(), List.of(bundle));
    X509Bundle other = TestCertificate.bundle(root("other").certificate());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> X509Context.of(List.of(), List.of(bundle, other)));
  }

  @Test
  void verifiersWithoutAnSvidHaveNoneToPresent() {
    X509Context context = X509Context.of(List.of(), List.of(bundle));
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, context::x509Svid);
    assertThat(refusal.reason()).isEqualTo(SvidVerificationException.Reason.NO_SVID);
  }

  @Test
  void jwtBundlesDoNotChange() {
    PublicKey key = root.keys().getPublic();
    Map<String, PublicKey> authorities = new LinkedHashMap<>(Map.of("a", key));
    JwtBundle jwt = JwtBundle.of(TRUST_DOMAIN, authorities);
    authorities.clear();
    assertThat(jwt.trustDomain()).isEqualTo(TRUST_DOMAIN);
    assertThat(jwt.authority("a")).contains(key);
    assertThat(jwt.authority("b")).isEmpty();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> jwt.authorities().clear());
    JwtBundle same = JwtBundle.of(TRUST_DOMAIN, Map.of("a", key));
    assertThat(jwt).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(jwt).isNotEqualTo(JwtBundle.of(TrustDomain.parse("b"), Map.of("a", key)));
    assertThat(jwt).isNotEqualTo(JwtBundle.of(TRUST_DOMAIN, Map.of("b", key)));
    assertThat(jwt).hasToString("JwtBundle[example.org, authorities=[a]]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtBundle.of(TRUST_DOMAIN, Map.of("", key)));
  }

  @Test
  @DisplayName("a peer's proof ends with the first certificate of its path")
  void proofsEnd() {
    Issued brief =
        TestCertificate.authority("brief")
            .validity(NOW.minusSeconds(1), NOW.plusSeconds(60))
            .issuedBy(root);
    Issued leaf = leaf().issuedBy(brief);
    VerifiedPeer peer = Verification.under(root).verify(leaf, brief);
    assertThat(peer.expiresAt()).isEqualTo(NOW.plusSeconds(60));
    assertThat(Verification.under(brief).verify(leaf).expiresAt()).isEqualTo(NOW.plusSeconds(60));
  }

  @Test
  @DisplayName("errors survive being sent elsewhere, without the ID")
  void errorsAreSerializable() throws IOException, ClassNotFoundException {
    SvidVerificationException refusal =
        new SvidVerificationException(
            SvidVerificationException.Reason.EXPIRED, SpiffeId.parse(TestCertificate.WEB), "x");
    assertThat(refusal.spiffeId()).isPresent();
    SvidVerificationException copy = (SvidVerificationException) copy(refusal);
    assertThat(copy.reason()).isEqualTo(SvidVerificationException.Reason.EXPIRED);
    assertThat(copy.spiffeId()).isEmpty();
    assertThat(copy).hasMessage("x");

    InvalidSpiffeIdException invalid =
        catchThrowableOfType(InvalidSpiffeIdException.class, () -> SpiffeId.parse("spiffe://a/"));
    InvalidSpiffeIdException invalidCopy = (InvalidSpiffeIdException) copy(invalid);
    assertThat(invalidCopy.reason()).isEqualTo(invalid.reason());
    assertThat(invalidCopy.offset()).isEqualTo(invalid.offset());
    InvalidDocumentException document =
        new InvalidDocumentException(InvalidDocumentException.Reason.EMPTY, "y", invalid);
    assertThat(((SpiffeException) copy(document)).reason())
        .isEqualTo(InvalidDocumentException.Reason.EMPTY);
  }

  private static Object copy(Object original) throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(original);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
