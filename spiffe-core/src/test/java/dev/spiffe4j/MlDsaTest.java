package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TestCertificate.Issued;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1BitString;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.jcajce.interfaces.MLDSAPrivateKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("ML-DSA in X.509-SVIDs: by a provider on every JDK, by the platform from JDK 24 on")
final class MlDsaTest {
  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
  private static final boolean PLATFORM_HAS_IT =
      Security.getAlgorithms("Signature").contains("ML-DSA");
  private static final String SET = "ML-DSA-65";

  private static KeyPair keys(String set) {
    try {
      return KeyPairGenerator.getInstance(set, PROVIDER).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static Issued root(String set) {
    return TestCertificate.authority("root").keys(keys(set)).algorithm(set).selfSigned();
  }

  private static Issued leaf(Issued issuer, String algorithm, KeyPair keys) {
    return TestCertificate.leaf().keys(keys).algorithm(algorithm).issuedBy(issuer);
  }

  private static X509SvidVerifier.Builder verifier(Issued root) {
    X509Bundle bundle = TestCertificate.bundle(root.certificate());
    return X509SvidVerifier.builder(trustDomain -> Optional.of(bundle))
        .clock(InstantSource.fixed(TestCertificate.NOW));
  }

  private static Optional<Reason> refusal(X509SvidVerifier.Builder verifier, Issued... chain) {
    return Optional.ofNullable(
            catchThrowableOfType(
                SvidVerificationException.class,
                () -> verifier.build().verify(Verification.certificates(chain))))
        .map(SvidVerificationException::reason);
  }

  private static Optional<Reason> byProvider(Issued root, Issued... chain) {
    return refusal(verifier(root).signatureProvider(PROVIDER), chain);
  }

  private static Optional<Reason> byPlatform(Issued root, Issued... chain) {
    return refusal(verifier(root).signatureProvider(SignatureProvider.platform()), chain);
  }

  private static Optional<Reason> wherePlatformHasIt(Reason otherwise) {
    return PLATFORM_HAS_IT ? Optional.empty() : Optional.of(otherwise);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"})
  @DisplayName("a chain of each parameter set is verified, or refused as unsupported")
  void verifiesEachParameterSet(String set) {
    Issued root = root(set);
    Issued authority =
        TestCertificate.authority("middle").keys(keys(set)).algorithm(set).issuedBy(root);
    Issued leaf = leaf(authority, set, keys(set));
    assertThat(byProvider(root, leaf, authority)).isEmpty();
    assertThat(byPlatform(root, leaf, authority))
        .isEqualTo(wherePlatformHasIt(Reason.UNSUPPORTED_ALGORITHM));
  }

  @Test
  @DisplayName("chains may mix ML-DSA with other algorithms, either way")
  void verifiesMixedChains() {
    Issued root = root(SET);
    Issued ecLeaf = leaf(root, SET, TestCertificate.ec("secp256r1"));
    assertThat(byProvider(root, ecLeaf)).isEmpty();
    assertThat(byPlatform(root, ecLeaf))
        .isEqualTo(wherePlatformHasIt(Reason.UNSUPPORTED_ALGORITHM));

    // Nothing here is signed by the key that an older platform does not know.
    Issued ecRoot = TestCertificate.root("ec");
    Issued leaf = leaf(ecRoot, "", keys(SET));
    assertThat(byProvider(ecRoot, leaf)).isEmpty();
    assertThat(byPlatform(ecRoot, leaf)).isEmpty();
  }

  @Test
  @DisplayName("a signature by another key or parameter set is refused")
  void refusesOtherSignatures() {
    Issued root = root(SET);
    assertThat(byProvider(root, leaf(root, SET, keys(SET)))).isEmpty();
    Reason platform = PLATFORM_HAS_IT ? Reason.BAD_SIGNATURE : Reason.UNSUPPORTED_ALGORITHM;
    Issued sameSet = leaf(root(SET), SET, keys(SET));
    assertThat(byProvider(root, sameSet)).contains(Reason.BAD_SIGNATURE);
    assertThat(byPlatform(root, sameSet)).contains(platform);
    // The parameter set is told before any provider is asked.
    Issued otherSet = leaf(root("ML-DSA-44"), "ML-DSA-44", keys(SET));
    assertThat(byProvider(root, otherSet)).contains(Reason.BAD_SIGNATURE);
    assertThat(byPlatform(root, otherSet)).contains(Reason.BAD_SIGNATURE);
    Issued ecRoot = TestCertificate.root("root");
    assertThat(byProvider(ecRoot, sameSet)).contains(Reason.BAD_SIGNATURE);
    assertThat(byPlatform(ecRoot, sameSet)).contains(Reason.BAD_SIGNATURE);
    assertThat(byProvider(root, leaf(ecRoot, "", keys(SET)))).contains(Reason.BAD_SIGNATURE);
  }

  @Test
  @DisplayName("RFC 9881 §2: neither keys nor signatures have parameters")
  void refusesParameters() throws IOException, GeneralSecurityException {
    Issued leaf = leaf(root(SET), SET, keys(SET));
    MlDsa.checkEncoding(leaf.certificate());
    byte[] der = leaf.certificate().getEncoded();
    assertThat(withParameters(der, false, false)).isEqualTo(der);
    requireRefused(withParameters(der, true, false));
    requireRefused(withParameters(der, false, true));
  }

  /** Most JDKs refuse it before we do; those that do not must not hide it. */
  private static void requireRefused(byte[] der) {
    X509Certificate certificate;
    try {
      certificate = TestCertificate.parse(der);
    } catch (IllegalArgumentException e) {
      return;
    }
    SvidVerificationException refusal =
        catchThrowableOfType(
            SvidVerificationException.class, () -> X509Constraints.checkCertificate(certificate));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isIn(Reason.MALFORMED, Reason.UNSUPPORTED_ALGORITHM);
  }

  private static byte[] withParameters(byte[] der, boolean inSignature, boolean inKey)
      throws IOException {
    ASN1Sequence whole = ASN1Sequence.getInstance(der);
    ASN1EncodableVector tbs = new ASN1EncodableVector();
    for (int i = 0; i < ASN1Sequence.getInstance(whole.getObjectAt(0)).size(); i++) {
      tbs.add(ASN1Sequence.getInstance(whole.getObjectAt(0)).getObjectAt(i));
    }
    AlgorithmIdentifier with =
        new AlgorithmIdentifier(
            AlgorithmIdentifier.getInstance(whole.getObjectAt(1)).getAlgorithm(), DERNull.INSTANCE);
    ASN1EncodableVector changed = new ASN1EncodableVector();
    for (int i = 0; i < tbs.size(); i++) {
      SubjectPublicKeyInfo key = i == 6 ? SubjectPublicKeyInfo.getInstance(tbs.get(i)) : null;
      if (inSignature && i == 2) {
        changed.add(with);
      } else if (inKey && key != null) {
        changed.add(new SubjectPublicKeyInfo(with, key.getPublicKeyData().getBytes()));
      } else {
        changed.add(tbs.get(i));
      }
    }
    ASN1EncodableVector parts = new ASN1EncodableVector();
    parts.add(new DERSequence(changed));
    parts.add(inSignature ? with : whole.getObjectAt(1));
    parts.add(ASN1BitString.getInstance(whole.getObjectAt(2)));
    return new DERSequence(parts).getEncoded();
  }

  @Test
  @DisplayName("an SVID is held if its key is proven to be the certificate's")
  void holdsSvids() {
    Issued root = TestCertificate.root("root");
    Issued leaf = leaf(root, "", keys(SET));
    List<X509Certificate> chain = List.of(leaf.certificate());
    assertThat(X509Svid.of(leaf.privateKey(), chain, PROVIDER).spiffeId())
        .hasToString(TestCertificate.WEB);
    for (KeyPair other : List.of(keys(SET), keys("ML-DSA-44"), TestCertificate.ec("secp256r1"))) {
      assertThat(svidRefusal(() -> X509Svid.of(other.getPrivate(), chain, PROVIDER)))
          .contains(InvalidDocumentException.Reason.KEY_MISMATCH);
    }
    if (!PLATFORM_HAS_IT) {
      assertThat(svidRefusal(() -> X509Svid.of(leaf.privateKey(), chain)))
          .contains(InvalidDocumentException.Reason.UNSUPPORTED_KEY);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ML-DSA-44", "ML-DSA-65", "ML-DSA-87"})
  @DisplayName("keys are read from PKCS#8: as seed, expanded or both, as far as the provider does")
  void readsKeys(String set) {
    Issued leaf = leaf(TestCertificate.root("root"), "", keys(set));
    MLDSAPrivateKey key = (MLDSAPrivateKey) leaf.privateKey();
    PrivateKey expanded = key.getPrivateKey(false);
    PrivateKey seed = key.getPrivateKey(true);
    for (PrivateKey form : List.of(key, expanded, seed)) {
      X509Svid svid =
          X509Svid.parsePem(
              pem(leaf), PrivateKeys.toPem(form, leaf.certificate().getPublicKey()), PROVIDER);
      assertThat(svid.privateKey().getEncoded()).isEqualTo(form.getEncoded());
    }
    for (PrivateKey form : List.of(key, expanded)) {
      Optional<InvalidDocumentException.Reason> refusal =
          svidRefusal(() -> X509Svid.parse(der(leaf), form.getEncoded()));
      assertThat(refusal)
          .isEqualTo(
              PLATFORM_HAS_IT
                  ? Optional.empty()
                  : Optional.of(InvalidDocumentException.Reason.UNSUPPORTED_KEY));
    }
    // A platform may learn to read seeds; until then it says so.
    assertThat(
            svidRefusal(
                    () ->
                        X509Svid.parsePem(
                            pem(leaf), PrivateKeys.toPem(seed, leaf.certificate().getPublicKey())))
                .orElse(InvalidDocumentException.Reason.MALFORMED))
        .isIn(
            InvalidDocumentException.Reason.MALFORMED,
            InvalidDocumentException.Reason.UNSUPPORTED_KEY);
    PrivateKey other = keys(set).getPrivate();
    assertThat(svidRefusal(() -> X509Svid.parse(der(leaf), other.getEncoded()))).isPresent();
  }

  private static byte[] pem(Issued leaf) {
    return PemWriter.certificates(List.of(leaf.certificate()));
  }

  private static byte[] der(Issued leaf) {
    return Certificates.encode(leaf.certificate());
  }

  private static Optional<InvalidDocumentException.Reason> svidRefusal(Runnable making) {
    return Optional.ofNullable(catchThrowableOfType(InvalidDocumentException.class, making::run))
        .map(InvalidDocumentException::reason);
  }

  @Test
  @DisplayName("a revocation list signed with ML-DSA is checked by the same provider")
  void checksRevocationLists()
      throws IOException, GeneralSecurityException, OperatorCreationException {
    Issued root = root(SET);
    Issued good = leaf(root, SET, keys(SET));
    Issued revoked = leaf(root, SET, keys(SET));
    byte[] list =
        new JcaX509v2CRLBuilder(root.certificate(), Date.from(TestCertificate.NOW))
            .setNextUpdate(Date.from(TestCertificate.NOW.plus(Duration.ofDays(1))))
            .addCRLEntry(revoked.certificate().getSerialNumber(), Date.from(TestCertificate.NOW), 1)
            .addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.ONE))
            .build(new JcaContentSignerBuilder(SET).setProvider(PROVIDER).build(root.privateKey()))
            .getEncoded();
    RevocationLists lists = RevocationLists.parse(List.of(list));
    X509SvidVerifier.Builder verifier =
        verifier(root).signatureProvider(PROVIDER).revocationLists(() -> lists);
    assertThat(refusal(verifier, good)).isEmpty();
    assertThat(refusal(verifier, revoked)).contains(Reason.REVOKED);
  }

  @Test
  void tellsKeysByTheirEncoding() {
    for (MlDsa set : MlDsa.values()) {
      assertThat(MlDsa.of(keys(set.algorithm()).getPublic())).contains(set);
    }
    assertThat(
            Stream.of(TestCertificate.ec("secp256r1"), TestCertificate.ed25519())
                .map(keys -> MlDsa.of(keys.getPublic())))
        .containsOnly(Optional.empty());
  }
}
