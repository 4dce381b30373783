package dev.spiffe4j;

import static dev.spiffe4j.TestCertificate.NOW;
import static dev.spiffe4j.TestCertificate.TRUST_DOMAIN;
import static dev.spiffe4j.TestCertificate.WEB;
import static dev.spiffe4j.TestCertificate.authority;
import static dev.spiffe4j.TestCertificate.leaf;
import static dev.spiffe4j.TestCertificate.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TestCertificate.Issued;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("X509-SVID §5.1: paths")
final class X509ChainVerificationTest {
  private final Issued root = root("root");
  private final Issued intermediate = authority("intermediate").issuedBy(root);
  private final Issued leaf = leaf().issuedBy(intermediate);

  @Test
  @DisplayName("X509-14, ID-36 a chain leads to an authority of the bundle")
  void verifiesAChain() {
    VerifiedPeer peer = Verification.under(root).verify(leaf, intermediate);
    assertThat(peer.spiffeId()).hasToString(WEB);
    assertThat(peer.chain()).containsExactly(leaf.certificate(), intermediate.certificate());
    assertThat(peer.authority()).isEqualTo(root.certificate());
    assertThat(peer.expiresAt()).isEqualTo(NOW.plusSeconds(3600));
    assertThat(peer).hasToString("VerifiedPeer[" + WEB + "]");
  }

  @Test
  @DisplayName("X509-41 the authority need not be self-signed, and the chain may end in it")
  void verifiesUnderAnIntermediate() {
    assertThat(Verification.under(intermediate).verify(leaf).authority())
        .isEqualTo(intermediate.certificate());
    assertThat(Verification.under(intermediate).verify(leaf, intermediate, root).chain())
        .containsExactly(leaf.certificate());
    assertThat(Verification.under(root).verify(leaf, intermediate, root).chain())
        .containsExactly(leaf.certificate(), intermediate.certificate());
  }

  @Test
  @DisplayName("the order above the leaf does not matter, and strangers in it neither")
  void verifiesInAnyOrder() {
    Issued below = authority("below").issuedBy(intermediate);
    Issued deep = leaf().issuedBy(below);
    Issued stranger = root("stranger");
    for (Issued[] chain :
        new Issued[][] {
          {deep, below, intermediate},
          {deep, intermediate, below},
          {deep, stranger, intermediate, stranger, below, root},
          {deep, below, intermediate, deep}
        }) {
      assertThat(Verification.under(root).verify(chain).chain())
          .containsExactly(deep.certificate(), below.certificate(), intermediate.certificate());
    }
    // The leaf comes first, whatever else is there.
    assertThat(Verification.under(root).refusal(below, deep, intermediate))
        .isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("X509-30, X509-31 without a link there is no path")
  void refusesGaps() {
    assertThat(Verification.under(root).refusal(leaf)).isEqualTo(Reason.UNTRUSTED_CHAIN);
    assertThat(Verification.under(root("other")).refusal(leaf, intermediate, root))
        .isEqualTo(Reason.UNTRUSTED_CHAIN);
  }

  @Test
  @DisplayName("RFC 5280 §7.1 names are equal in other letters, before and after they were seen")
  void comparesNamesAsTheyAreMeant() {
    Issued shoutingRoot = authority("ROOT").keys(root.keys()).selfSigned();
    Issued shoutingIntermediate =
        authority("INTERMEDIATE").keys(intermediate.keys()).issuedBy(shoutingRoot);
    X509Bundle bundle = TestCertificate.bundle(root.certificate());
    X509SvidVerifier verifier =
        X509SvidVerifier.of(id -> Optional.of(bundle), InstantSource.fixed(NOW));
    for (Issued signer : List.of(shoutingIntermediate, intermediate, shoutingIntermediate)) {
      for (Issued above : List.of(intermediate, shoutingIntermediate)) {
        Issued web = leaf().issuedBy(signer);
        assertThat(verifier.verify(Verification.certificates(web, above)).chain())
            .containsExactly(web.certificate(), above.certificate());
      }
    }
    Issued other = authority("another").keys(intermediate.keys()).issuedBy(root);
    assertThat(Verification.under(root).refusal(leaf().issuedBy(shoutingIntermediate), other))
        .isEqualTo(Reason.UNTRUSTED_CHAIN);
  }

  @Test
  @DisplayName("X509-30 a signature by another key of the same name is refused")
  void refusesForgedSignatures() {
    Issued impostor = root("root");
    Issued forged = leaf().withoutKeyIdentifiers().issuedBy(impostor);
    Verification.under(root, impostor).verify(forged);
    assertThat(Verification.under(root).refusal(forged)).isEqualTo(Reason.BAD_SIGNATURE);
    assertThat(Verification.under(root).refusal(forged, impostor)).isEqualTo(Reason.BAD_SIGNATURE);
  }

  @Test
  @DisplayName("BND-20 an empty bundle trusts nobody")
  void emptyBundlesTrustNobody() {
    assertThat(Verification.under().refusal(leaf, intermediate, root))
        .isEqualTo(Reason.UNTRUSTED_CHAIN);
  }

  @Test
  @DisplayName("no certificates prove nothing, and more than 16 are not looked at")
  void limitsChains() {
    assertThat(Verification.under(root).refusal()).isEqualTo(Reason.NO_SVID);
    Issued[] chain = new Issued[16];
    Arrays.fill(chain, intermediate);
    chain[0] = leaf;
    Verification.under(root).verify(chain);
    Issued[] longer = Arrays.copyOf(chain, 17);
    longer[16] = root;
    assertThat(Verification.under(root).refusal(longer)).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("a certificate of more than 64 KiB is not looked at")
  void limitsCertificates() {
    ASN1ObjectIdentifier oid = new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1");
    Issued large = leaf().with(oid, false, new byte[60_000]).issuedBy(root);
    Verification.under(root).verify(large);
    Issued larger = leaf().with(oid, false, new byte[66_000]).issuedBy(root);
    assertThat(Verification.under(root).refusal(larger)).isEqualTo(Reason.TOO_LARGE);
    assertThat(Verification.under(root).refusal(leaf, intermediate, larger))
        .isEqualTo(Reason.TOO_LARGE);
  }

  /** What an issuer may be that should not sign: applied to intermediates and to anchors. */
  static Stream<UnaryOperator<TestCertificate>> badIssuers() {
    return Stream.of(
        bad -> bad.ca(false),
        bad -> bad.without(Extension.basicConstraints),
        bad -> bad.with(Extension.basicConstraints, false, new byte[] {0x30, 0x03, 0x02, 0x01}),
        bad -> bad.keyUsage(KeyUsage.cRLSign | KeyUsage.digitalSignature),
        bad -> bad.without(Extension.keyUsage),
        bad -> bad.validity(NOW.minusSeconds(60), NOW.minusSeconds(1)),
        bad -> bad.validity(NOW.plusSeconds(1), NOW.plusSeconds(60)),
        bad -> bad.purposes(KeyPurposeId.id_kp_codeSigning),
        bad -> bad.with(Extension.extendedKeyUsage, false, new byte[] {0x30, 0x03, 0x06, 0x01}),
        bad -> bad.with(new ASN1ObjectIdentifier("1.3.6.1.4.1.9.1"), true, DERNull.INSTANCE));
  }

  @ParameterizedTest
  @MethodSource("badIssuers")
  @DisplayName("X509-10, X509-30 what stands above must be able to: intermediates")
  void refusesBadIntermediates(UnaryOperator<TestCertificate> bad) {
    KeyPair keys = intermediate.keys();
    Issued other = bad.apply(authority("intermediate").keys(keys)).issuedBy(root);
    Verification.under(root).verify(leaf, intermediate);
    assertThat(Verification.under(root).refusal(leaf, other))
        .isNotIn(Reason.UNTRUSTED_CHAIN, Reason.BAD_SIGNATURE);
    // A good one beside it is found.
    Verification.under(root).verify(leaf, other, intermediate);
  }

  @ParameterizedTest
  @MethodSource("badIssuers")
  @DisplayName("X509-54, X509-55 what stands above must be able to: authorities of the bundle")
  void refusesBadAnchors(UnaryOperator<TestCertificate> bad) {
    Issued other = bad.apply(authority("root").keys(root.keys())).selfSigned();
    Verification.under(root).verify(leaf, intermediate);
    assertThat(Verification.under(other).refusal(leaf, intermediate))
        .isNotIn(Reason.UNTRUSTED_CHAIN, Reason.BAD_SIGNATURE);
    Verification.under(other, root).verify(leaf, intermediate);
  }

  @Test
  @DisplayName("X509-55 a leaf that is itself in the bundle is refused, self-signed or not")
  void refusesLeavesInTheBundle() {
    Issued selfSigned = leaf().selfSigned();
    assertThat(Verification.under(selfSigned).refusal(selfSigned))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);
    assertThat(Verification.under(leaf).refusal(leaf)).isEqualTo(Reason.UNTRUSTED_CHAIN);
  }

  @Test
  @DisplayName("rule 4: a workload's own leaf signs nobody")
  void refusesLeavesAsIssuers() {
    Issued minted = leaf("spiffe://example.org/admin").issuedBy(leaf);
    Verification.under(root).verify(leaf, intermediate);
    assertThat(Verification.under(root).refusal(minted, leaf, intermediate))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);
  }

  @Test
  @DisplayName("X509-16 pathLenConstraint counts the issuers below, of anchors too")
  void checksPathLengths() {
    Issued zero = authority("zero").pathLength(0).selfSigned();
    Issued below = authority("below").issuedBy(zero);
    Verification.under(zero).verify(leaf().issuedBy(zero));
    assertThat(Verification.under(zero).refusal(leaf().issuedBy(below), below))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);

    Issued one = authority("one").pathLength(1).selfSigned();
    Issued first = authority("first").issuedBy(one);
    Issued second = authority("second").issuedBy(first);
    Verification.under(one).verify(leaf().issuedBy(first), first);
    assertThat(Verification.under(one).refusal(leaf().issuedBy(second), second, first))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);

    Issued limited = authority("limited").pathLength(0).issuedBy(root);
    Issued underLimited = authority("under").issuedBy(limited);
    Verification.under(root).verify(leaf().issuedBy(limited), limited);
    assertThat(
            Verification.under(root).refusal(leaf().issuedBy(underLimited), underLimited, limited))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);
  }

  @Test
  @DisplayName("X509-12, X509-53 an intermediate's SPIFFE ID has no path")
  void refusesIntermediatesThatNameWorkloads() {
    for (String uri : List.of("spiffe://example.org/x", "spiffe://example.org/")) {
      Issued named = authority("named").uris(uri).issuedBy(root);
      assertThat(Verification.under(root).refusal(leaf().issuedBy(named), named))
          .isIn(Reason.BAD_PROFILE, Reason.BAD_SPIFFE_ID);
    }
    for (String uri : List.of("spiffe://example.org", "spiffe://other.org", "https://a/b")) {
      Issued named = authority("named").uris(uri).issuedBy(root);
      Verification.under(root).verify(leaf().issuedBy(named), named);
    }
    Issued unnamed = authority("a").without(Extension.subjectAlternativeName).issuedBy(root);
    Verification.under(root).verify(leaf().issuedBy(unnamed), unnamed);
  }

  @Test
  @DisplayName("ID-54, BND-48 an authority of the bundle may have any SAN or none")
  void acceptsAnchorsOfAnyName() {
    for (TestCertificate anchor :
        List.of(
            authority("a").without(Extension.subjectAlternativeName),
            authority("a").uris("spiffe://example.com/"),
            authority("a").uris("spiffe://other.org", "https://x"))) {
      Issued issued = anchor.selfSigned();
      Verification.under(issued).verify(leaf().issuedBy(issued));
    }
  }

  @Test
  @DisplayName("X509-29 extended key usages above are held against those below")
  void chainsExtendedKeyUsages() {
    Issued client = authority("client").purposes(KeyPurposeId.id_kp_clientAuth).issuedBy(root);
    Verification.under(root).verify(leaf().issuedBy(client), client);
    assertThat(
            Verification.under(root)
                .refusal(leaf().purposes(KeyPurposeId.id_kp_serverAuth).issuedBy(client), client))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);
  }

  @Test
  @DisplayName("X509-20 URI name constraints confine the SPIFFE IDs below, underscores too")
  void checksNameConstraints() {
    Issued permitted = constrained(permitting("example.org"));
    Verification.under(root).verify(leaf().issuedBy(permitted), permitted);
    Issued other = constrained(permitting("other.org"));
    assertThat(Verification.under(root).refusal(leaf().issuedBy(other), other))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);
    Issued excluded =
        constrained(new NameConstraints(null, new GeneralSubtree[] {subtree("example.org")}));
    assertThat(Verification.under(root).refusal(leaf().issuedBy(excluded), excluded))
        .isEqualTo(Reason.CONSTRAINT_VIOLATED);

    // Java traps: a constraint with an underscore fails the parse, and PKIX throws on such names.
    assertThatIllegalArgumentException().isThrownBy(() -> constrained(permitting("my_domain")));
    X509Bundle bundle = X509Bundle.of(TrustDomain.parse("my_domain"), List.of(root.certificate()));
    X509SvidVerifier verifier =
        X509SvidVerifier.of(id -> Optional.of(bundle), InstantSource.fixed(NOW));
    Issued underscored = leaf("spiffe://my_domain/web").keys(leaf.keys()).issuedBy(permitted);
    assertThat(refusal(verifier, underscored, permitted)).isEqualTo(Reason.CONSTRAINT_VIOLATED);
    Issued allowed = leaf("spiffe://my_domain/web").issuedBy(excluded);
    assertThat(verifier.verify(Verification.certificates(allowed, excluded)).spiffeId())
        .hasToString("spiffe://my_domain/web");
  }

  private Issued constrained(NameConstraints constraints) {
    return authority("constrained")
        .with(Extension.nameConstraints, true, constraints)
        .issuedBy(root);
  }

  private static NameConstraints permitting(String host) {
    return new NameConstraints(new GeneralSubtree[] {subtree(host)}, null);
  }

  private static GeneralSubtree subtree(String host) {
    return new GeneralSubtree(new GeneralName(GeneralName.uniformResourceIdentifier, host));
  }

  @Test
  @DisplayName("X509-13, X509-31, ID-31, rule 1: each trust domain's bundle is for its own SVIDs")
  void separatesTrustDomains() {
    Issued otherRoot = root("other");
    X509Bundle own = TestCertificate.bundle(root.certificate());
    X509Bundle other =
        X509Bundle.of(TrustDomain.parse("other.org"), List.of(otherRoot.certificate()));
    Map<TrustDomain, X509Bundle> bundles = Map.of(TRUST_DOMAIN, own, other.trustDomain(), other);
    X509SvidVerifier verifier =
        X509SvidVerifier.of(id -> Optional.ofNullable(bundles.get(id)), InstantSource.fixed(NOW));

    verifier.verify(Verification.certificates(leaf().issuedBy(root)));
    verifier.verify(Verification.certificates(leaf("spiffe://other.org/a").issuedBy(otherRoot)));
    assertThat(refusal(verifier, leaf().issuedBy(otherRoot))).isEqualTo(Reason.UNTRUSTED_CHAIN);
    assertThat(refusal(verifier, leaf("spiffe://other.org/a").issuedBy(root)))
        .isEqualTo(Reason.UNTRUSTED_CHAIN);
    assertThat(refusal(verifier, leaf("spiffe://unknown.org/a").issuedBy(root)))
        .isEqualTo(Reason.NO_BUNDLE);
    assertThat(refusal(verifier, leaf("spiffe://a.example.org/a").issuedBy(root)))
        .isEqualTo(Reason.NO_BUNDLE);
  }

  @Test
  @DisplayName("BND-01, BND-37 a root of two trust domains serves both, each by its own bundle")
  void sharesRoots() {
    Issued second = root("second");
    Verification.under(root, second).verify(leaf().issuedBy(root));
    Verification.under(root, second).verify(leaf().issuedBy(second));
    X509Bundle other = X509Bundle.of(TrustDomain.parse("other.org"), List.of(root.certificate()));
    X509SvidVerifier verifier =
        X509SvidVerifier.of(
            id ->
                Stream.of(TestCertificate.bundle(root.certificate()), other)
                    .filter(bundle -> bundle.trustDomain().equals(id))
                    .findFirst(),
            InstantSource.fixed(NOW));
    assertThat(
            verifier
                .verify(Verification.certificates(leaf("spiffe://other.org/a").issuedBy(root)))
                .spiffeId()
                .trustDomain())
        .hasToString("other.org");
  }

  @Test
  @DisplayName("a source that answers with another trust domain's bundle has none")
  void refusesBundlesOfOtherTrustDomains() {
    X509Bundle other = X509Bundle.of(TrustDomain.parse("other.org"), List.of(root.certificate()));
    X509SvidVerifier verifier =
        X509SvidVerifier.of(id -> Optional.of(other), InstantSource.fixed(NOW));
    assertThat(refusal(verifier, leaf().issuedBy(root))).isEqualTo(Reason.NO_BUNDLE);
  }

  private static Reason refusal(X509SvidVerifier verifier, Issued... chain) {
    SvidVerificationException refusal =
        catchThrowableOfType(
            SvidVerificationException.class,
            () -> verifier.verify(Verification.certificates(chain)));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("BND-05 what a bundle leaves out is revoked at once, for peers seen before too")
  void forgetsWithTheBundle() {
    List<X509Bundle> current = new ArrayList<>(List.of(TestCertificate.bundle(root.certificate())));
    X509SvidVerifier verifier =
        X509SvidVerifier.of(id -> Optional.of(current.get(0)), InstantSource.fixed(NOW));
    verifier.verify(Verification.certificates(leaf, intermediate));
    verifier.verify(Verification.certificates(leaf, intermediate));
    current.set(0, TestCertificate.bundle(root("new").certificate()));
    assertThat(refusal(verifier, leaf, intermediate)).isEqualTo(Reason.UNTRUSTED_CHAIN);
    current.set(0, TestCertificate.bundle(root.certificate()));
    verifier.verify(Verification.certificates(leaf, intermediate));
  }

  @Test
  @DisplayName("a peer seen before is refused once a certificate of its path has ended")
  void looksAtTheClockAgain() {
    List<Instant> now = new ArrayList<>(List.of(NOW));
    X509Bundle bundle = TestCertificate.bundle(root.certificate());
    Issued brief =
        authority("brief").validity(NOW.minusSeconds(1), NOW.plusSeconds(60)).issuedBy(root);
    Issued lasting = leaf().validity(NOW, NOW.plus(Duration.ofHours(2))).issuedBy(brief);
    X509SvidVerifier verifier = X509SvidVerifier.of(id -> Optional.of(bundle), () -> now.get(0));
    verifier.verify(Verification.certificates(lasting, brief));
    now.set(0, NOW.plusSeconds(60));
    verifier.verify(Verification.certificates(lasting, brief));
    now.set(0, NOW.plusSeconds(61));
    assertThat(refusal(verifier, lasting, brief)).isEqualTo(Reason.EXPIRED);
    now.set(0, NOW.minusSeconds(5));
    assertThat(refusal(verifier, lasting, brief)).isEqualTo(Reason.NOT_YET_VALID);
  }

  @Test
  @DisplayName("of two paths the one that holds is found")
  void findsTheSecondPath() {
    // The same intermediate key under two roots, of which one is trusted.
    Issued otherRoot = root("old root");
    Issued cross = authority("intermediate").keys(intermediate.keys()).issuedBy(otherRoot);
    Verification.under(root).verify(leaf, cross, intermediate);
    Verification.under(root).verify(leaf, intermediate, cross);
    Verification.under(otherRoot).verify(leaf, cross, intermediate);
    Verification.under(otherRoot, root).verify(leaf, cross);
  }

  @Test
  @DisplayName("intermediates that sign each other lead nowhere, and soon")
  void endsInLoops() {
    KeyPair one = TestCertificate.ec("secp256r1");
    KeyPair two = TestCertificate.ec("secp256r1");
    Issued first = authority("1").keys(one).selfSigned();
    Issued second = authority("2").keys(two).selfSigned();
    Issued firstByTwo = authority("1").keys(one).issuedBy(second);
    Issued secondByOne = authority("2").keys(two).issuedBy(first);
    Issued below = leaf().issuedBy(first);
    assertThat(Verification.under(root).refusal(below, firstByTwo, secondByOne, first, second))
        .isEqualTo(Reason.UNTRUSTED_CHAIN);
  }

  @Test
  @DisplayName("decoys of one name and key end the search, and do not blow it up")
  void endsWithDecoys() {
    KeyPair keys = TestCertificate.ec("secp256r1");
    Issued decoy = authority("decoy").keys(keys).selfSigned();
    List<Issued> chain = new ArrayList<>(List.of(leaf().issuedBy(decoy)));
    while (chain.size() < 16) {
      chain.add(authority("decoy").keys(keys).selfSigned());
    }
    assertThat(Verification.under(root).refusal(chain.toArray(Issued[]::new)))
        .isIn(Reason.TOO_LARGE, Reason.UNTRUSTED_CHAIN);
  }

  @Test
  @DisplayName("among many authorities of one name the right one is found by its key identifier")
  void findsTheRightAnchorAmongMany() {
    List<X509Certificate> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(root("root").certificate());
    }
    many.add(root.certificate());
    X509Bundle bundle = X509Bundle.of(TRUST_DOMAIN, many);
    assertThat(
            X509SvidVerifier.of(id -> Optional.of(bundle), InstantSource.fixed(NOW))
                .verify(Verification.certificates(leaf, intermediate))
                .authority())
        .isEqualTo(root.certificate());
  }

  @Test
  @DisplayName("the leaf may be in the chain again")
  void acceptsDuplicateLeaves() {
    Verification.under(root).verify(leaf, leaf, intermediate, intermediate);
  }

  @Test
  @DisplayName("X509-30 the signature algorithm outside must be the one that is signed")
  void refusesExchangedAlgorithms() {
    Issued rsa = authority("rsa").keys(TestCertificate.rsa(2048)).selfSigned();
    Issued good = leaf().issuedBy(rsa);
    Verification.under(rsa).verify(good);
    byte[] exchanged =
        TestCertificate.withOuterAlgorithm(good.certificate(), "1.2.840.113549.1.1.12");
    InvalidDocumentException refusal =
        catchThrowableOfType(
            InvalidDocumentException.class, () -> X509Bundle.parse(TRUST_DOMAIN, exchanged));
    assertThat(refusal.reason()).isEqualTo(InvalidDocumentException.Reason.MALFORMED);
  }

  @Test
  @DisplayName("refusals say whom the peer claimed to be")
  void saysWhomThePeerClaimed() {
    Issued signer = leaf().keyUsage(KeyUsage.digitalSignature | KeyUsage.cRLSign).issuedBy(root);
    for (Issued bad : List.of(leaf, signer, leaf("spiffe://unknown.org/web").issuedBy(root))) {
      SvidVerificationException refusal =
          catchThrowableOfType(
              SvidVerificationException.class, () -> Verification.under(root).verify(bad));
      assertThat(refusal.spiffeId()).isPresent();
    }
  }
}
