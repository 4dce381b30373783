package dev.spiffe4j.testing;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What bad X.509-SVIDs are put together of. */
final class BadSvidParts {
  private static final String LEAF = "C=US,O=SPIRE";
  private static final String INTERMEDIATE = "C=US,O=SPIFFE,OU=DOWNSTREAM";
  private static final int LONGEST_CHAIN = 16;

  private final TestTrustDomain domain;
  private final String path;

  BadSvidParts(TestTrustDomain domain, String path) {
    this.domain = domain;
    this.path = path;
  }

  String domain() {
    return domain.trustDomain().spiffeId().toString();
  }

  Instant ago(long seconds) {
    return domain.now().minusSeconds(seconds);
  }

  TestCertificate leaf() {
    return unnamed().uri(domain.id(path).toString());
  }

  TestCertificate leaf(Instant notBefore, Instant notAfter) {
    return TestCertificate.leaf(LEAF, notBefore, notAfter).uri(domain.id(path).toString());
  }

  TestCertificate unnamed() {
    return TestCertificate.leaf(LEAF, begin(), end());
  }

  TestCertificate intermediate() {
    return intermediate(begin(), end());
  }

  TestCertificate intermediate(Instant notBefore, Instant notAfter) {
    return TestCertificate.authority(INTERMEDIATE, notBefore, notAfter);
  }

  private Instant begin() {
    return domain.now().minus(TestTrustDomain.BACKDATED);
  }

  private Instant end() {
    return domain.now().plus(Duration.ofMinutes(5));
  }

  /** An authority that nobody trusts. */
  TestCertificate.Signer stranger() {
    return TestCertificate.authority("CN=stranger", begin(), end())
        .selfSigned(newKeys(KeyType.P256), domain.random());
  }

  /** The authority's certificate with a key that is not its own. */
  TestCertificate.Signer impostor() {
    return new TestCertificate.Signer(domain.authority(), newKeys(KeyType.P256).getPrivate());
  }

  UncheckedSvid signed(TestCertificate leaf) {
    return signed(leaf, KeyType.P256);
  }

  UncheckedSvid signed(TestCertificate leaf, KeyType keyType) {
    return chain(leaf, keyType, List.of(), domain.signer());
  }

  UncheckedSvid signed(TestCertificate leaf, TestCertificate.Signer signer) {
    return chain(leaf, KeyType.P256, List.of(), signer);
  }

  /** A good leaf below something. */
  UncheckedSvid below(TestCertificate issuer) {
    TestCertificate.Signer signer = sign(issuer, domain.signer());
    return chain(leaf(), KeyType.P256, List.of(signer.certificate()), signer);
  }

  /** A good leaf below a good authority below something. */
  UncheckedSvid belowTwo(TestCertificate issuer) {
    TestCertificate.Signer upper = sign(issuer, domain.signer());
    TestCertificate.Signer lower =
        sign(TestCertificate.authority(INTERMEDIATE + "-2", begin(), end()), upper);
    return chain(leaf(), KeyType.P256, List.of(lower.certificate(), upper.certificate()), lower);
  }

  UncheckedSvid tooLong() {
    List<X509Certificate> above = new ArrayList<>();
    TestCertificate.Signer signer = domain.signer();
    for (int level = 1; level <= LONGEST_CHAIN; level++) {
      signer = sign(TestCertificate.authority(INTERMEDIATE + "-" + level, begin(), end()), signer);
      above.add(0, signer.certificate());
    }
    return chain(leaf(), KeyType.P256, above, signer);
  }

  private TestCertificate.Signer sign(TestCertificate template, TestCertificate.Signer above) {
    KeyPair keys = newKeys(KeyType.P256);
    return new TestCertificate.Signer(
        template.signedBy(above, keys.getPublic(), domain.random()), keys.getPrivate());
  }

  private UncheckedSvid chain(
      TestCertificate leaf,
      KeyType keyType,
      List<X509Certificate> above,
      TestCertificate.Signer signer) {
    KeyPair keys = newKeys(keyType);
    List<X509Certificate> chain = new ArrayList<>();
    chain.add(leaf.signedBy(signer, keys.getPublic(), domain.random()));
    chain.addAll(above);
    return new UncheckedSvid(chain, keys.getPrivate());
  }

  private KeyPair newKeys(KeyType keyType) {
    return keyType.generate(domain.random());
  }
}
