package dev.spiffe4j.testing;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Svid;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * Collects what an SVID of a {@link TestTrustDomain} shall be. What only a bad one has ends in
 * {@link #buildUnchecked}. Confined to one thread.
 */
public final class TestSvidBuilder {
  private static final Duration LIFETIME = Duration.ofHours(1);

  private final TestTrustDomain issuer;
  private List<String> uris;
  private Instant notBefore;
  private Instant notAfter;
  private KeyType keyType = KeyType.P256;
  private List<String> dnsNames = List.of();
  private int intermediates;
  private String hint = "";
  private boolean ca;
  private int extraUsage;

  TestSvidBuilder(TestTrustDomain issuer, SpiffeId id) {
    this.issuer = issuer;
    this.uris = List.of(id.toString());
    this.notBefore = issuer.now().minus(TestTrustDomain.BACKDATED);
    this.notAfter = earlier(issuer.now().plus(LIFETIME), issuer.authority());
  }

  private static Instant earlier(Instant end, X509Certificate authority) {
    Instant authorityEnd = authority.getNotAfter().toInstant();
    return end.isBefore(authorityEnd) ? end : authorityEnd;
  }

  /**
   * From when on it is valid; ten seconds ago by default.
   *
   * @param notBefore the first moment, in whole seconds
   * @return this builder
   */
  public TestSvidBuilder notBefore(Instant notBefore) {
    this.notBefore = requireNonNull(notBefore, "notBefore");
    return this;
  }

  /**
   * Until when it is valid; an hour from now by default, and not longer than its authority.
   *
   * @param notAfter the last moment, in whole seconds
   * @return this builder
   */
  public TestSvidBuilder notAfter(Instant notAfter) {
    this.notAfter = requireNonNull(notAfter, "notAfter");
    return this;
  }

  /**
   * How long it is valid from now on.
   *
   * @param lifetime how long
   * @return this builder
   */
  public TestSvidBuilder lifetime(Duration lifetime) {
    return notAfter(issuer.now().plus(lifetime));
  }

  /**
   * What key it has; P-256 by default.
   *
   * @param keyType the kind of key
   * @return this builder
   */
  public TestSvidBuilder keyType(KeyType keyType) {
    this.keyType = requireNonNull(keyType, "keyType");
    return this;
  }

  /**
   * Its DNS names; none by default.
   *
   * @param dnsNames the names; the first becomes the common name too
   * @return this builder
   */
  public TestSvidBuilder dnsNames(String... dnsNames) {
    this.dnsNames = List.of(dnsNames);
    return this;
  }

  /**
   * How many certificates stand between it and the authority; none by default.
   *
   * @param count how many
   * @return this builder
   */
  public TestSvidBuilder intermediates(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count: " + count + " (expected: >= 0)");
    }
    this.intermediates = count;
    return this;
  }

  /**
   * What it is meant for; nothing by default.
   *
   * @param hint such as {@code internal}
   * @return this builder
   */
  public TestSvidBuilder hint(String hint) {
    this.hint = requireNonNull(hint, "hint");
    return this;
  }

  /**
   * Its URI names, in place of its SPIFFE ID; for bad ones.
   *
   * @param uris any texts; none for a certificate without a name
   * @return this builder
   */
  public TestSvidBuilder uris(String... uris) {
    this.uris = List.of(uris);
    return this;
  }

  /**
   * Sets {@code cA} and {@code keyCertSign} in the leaf; for bad ones.
   *
   * @return this builder
   */
  public TestSvidBuilder certificateAuthority() {
    this.ca = true;
    return keyCertSign();
  }

  /**
   * Sets {@code keyCertSign} in the leaf, and not {@code cA}; for bad ones.
   *
   * @return this builder
   */
  public TestSvidBuilder keyCertSign() {
    this.extraUsage |= KeyUsage.keyCertSign;
    return this;
  }

  /**
   * Issues the SVID.
   *
   * @return the SVID
   * @throws dev.spiffe4j.InvalidDocumentException if the options make a bad one
   */
  public X509Svid build() {
    UncheckedSvid svid = buildUnchecked();
    return keyType
        .provider()
        .map(provider -> X509Svid.of(svid.privateKey(), svid.chain(), provider))
        .orElseGet(() -> X509Svid.of(svid.privateKey(), svid.chain()))
        .withHint(hint);
  }

  /**
   * Issues whatever the options say.
   *
   * @return the chain and the key
   */
  public UncheckedSvid buildUnchecked() {
    Deque<X509Certificate> chain = new ArrayDeque<>();
    TestCertificate.Signer signer = issuer.signer();
    for (int level = 1; level <= intermediates; level++) {
      signer = intermediate(level, signer);
      chain.addFirst(signer.certificate());
    }
    KeyPair keys = keyType.generate(issuer.random());
    chain.addFirst(leaf().signedBy(signer, keys.getPublic(), issuer.random()));
    return new UncheckedSvid(List.copyOf(chain), keys.getPrivate());
  }

  private TestCertificate.Signer intermediate(int level, TestCertificate.Signer above) {
    KeyPair keys = KeyType.P256.generate(issuer.random());
    X509Certificate certificate =
        TestCertificate.authority(
                "C=US,O=SPIFFE,OU=DOWNSTREAM-" + level,
                above.certificate().getNotBefore().toInstant(),
                above.certificate().getNotAfter().toInstant())
            .uri(issuer.trustDomain().spiffeId().toString())
            .signedBy(above, keys.getPublic(), issuer.random());
    return new TestCertificate.Signer(certificate, keys.getPrivate());
  }

  private TestCertificate leaf() {
    String subject = "C=US,O=SPIRE" + (dnsNames.isEmpty() ? "" : ",CN=" + dnsNames.get(0));
    TestCertificate leaf = TestCertificate.leaf(subject, notBefore, notAfter);
    uris.forEach(leaf::uri);
    dnsNames.forEach(leaf::dns);
    return leaf.ca(ca).alsoUsedFor(extraUsage);
  }
}
