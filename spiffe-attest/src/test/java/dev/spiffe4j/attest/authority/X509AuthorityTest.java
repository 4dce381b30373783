package dev.spiffe4j.attest.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.TestRequests;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.authority.AuthorityRotation.State;
import dev.spiffe4j.attest.authority.AuthorityRotation.Status;
import dev.spiffe4j.attest.store.BundleStore;
import dev.spiffe4j.attest.store.DataStore;
import dev.spiffe4j.testing.MutableInstantSource;
import java.math.BigInteger;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class X509AuthorityTest {
  private static final TrustDomain TD = TrustDomain.parse("example.org");
  private static final SpiffeId WEB = SpiffeId.of(TD, "web");
  private static final Instant START = Instant.parse("2026-03-01T12:00:00.123Z");
  private static final Instant SECOND = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  private final MutableInstantSource clock = MutableInstantSource.of(START);
  private final BundleStore bundles = DataStore.inMemory().bundles();
  private final PublicKey key = TestRequests.keys().getPublic();

  private X509Authority authority(KeyType keyType) {
    return X509Authority.builder(TD, KeyManager.inMemory(), bundles)
        .clock(clock)
        .keyType(keyType)
        .build();
  }

  private X509Authority started() {
    X509Authority authority = authority(KeyType.EC_P256);
    authority.rotate();
    return authority;
  }

  private TrustBundle bundle() {
    return bundles.find(TD).orElseThrow();
  }

  private X509Certificate ca() {
    return bundle().x509Authorities().get(0).certificate();
  }

  private X509Certificate leaf(X509Authority authority, String... dnsNames) {
    return authority.sign(WEB, List.of(dnsNames), key, HOUR).get(0);
  }

  @Test
  @DisplayName("X509-10, -11, -12, -13, -17, -22, -23, -29, -49 Signing certificates")
  void authorityTemplate() throws Exception {
    started();
    X509Certificate ca = ca();
    assertThat(ca.getBasicConstraints()).isEqualTo(Integer.MAX_VALUE);
    assertThat(ca.getKeyUsage())
        .containsExactly(false, false, false, false, false, true, true, false, false);
    assertThat(ca.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(ca.getExtendedKeyUsage()).isNull();
    assertThat(names(ca)).containsExactly("6:spiffe://example.org");
    assertThat(ca.getSubjectX500Principal().toString())
        .isEqualTo("SERIALNUMBER=" + ca.getSerialNumber() + ", O=SPIFFE, C=US");
    assertThat(ca.getIssuerX500Principal()).isEqualTo(ca.getSubjectX500Principal());
    assertThat(ca.getExtensionValue("2.5.29.35")).isNull();
    assertThat(X509Issuer.subjectKeyId(ca)).hasSize(20);
    assertThat(ca.getNotBefore().toInstant()).isEqualTo(SECOND.minusSeconds(10));
    assertThat(ca.getNotAfter().toInstant()).isEqualTo(SECOND.plus(Duration.ofHours(24)));
    ca.verify(ca.getPublicKey());
  }

  @Test
  @DisplayName("X509-01, -02, -05, -18, -21, -22, -24, -26, -27, -28 Leaves")
  void leafTemplate() throws Exception {
    X509Certificate leaf = leaf(started(), "a.example.org", "b.example.org");
    assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
    assertThat(leaf.getExtensionValue("2.5.29.19")).isNotNull();
    assertThat(leaf.getKeyUsage())
        .containsExactly(true, false, true, false, true, false, false, false, false);
    assertThat(leaf.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
    assertThat(leaf.getExtendedKeyUsage())
        .containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
    assertThat(names(leaf))
        .containsExactly("2:a.example.org", "2:b.example.org", "6:spiffe://example.org/web");
    assertThat(leaf.getSubjectX500Principal().toString())
        .isEqualTo("CN=a.example.org, O=SPIRE, C=US");
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo(SECOND.minusSeconds(10));
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo(SECOND.plus(HOUR));
    assertThat(leaf.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(authorityKeyId(leaf)).isEqualTo(X509Issuer.subjectKeyId(ca()));
  }

  @Test
  void leavesWithoutDnsNamesHaveNoCommonName() {
    assertThat(leaf(started()).getSubjectX500Principal().toString()).isEqualTo("O=SPIRE, C=US");
  }

  private static List<String> names(X509Certificate certificate) throws Exception {
    Collection<List<?>> names = certificate.getSubjectAlternativeNames();
    return names.stream().map(name -> name.get(0) + ":" + name.get(1)).toList();
  }

  private static byte[] authorityKeyId(X509Certificate certificate) throws Exception {
    byte[] value =
        ASN1OctetString.getInstance(certificate.getExtensionValue("2.5.29.35")).getOctets();
    AuthorityKeyIdentifier id =
        AuthorityKeyIdentifier.getInstance(ASN1Primitive.fromByteArray(value));
    assertThat(id.getAuthorityCertIssuer()).isNull();
    return id.getKeyIdentifierOctets();
  }

  @Test
  void serialNumbersArePositiveAndOfSixteenBytesAtTheMost() {
    X509Authority authority = started();
    assertThat(List.of(leaf(authority), leaf(authority), leaf(authority), ca()))
        .extracting(X509Certificate::getSerialNumber)
        .doesNotHaveDuplicates()
        .allSatisfy(
            serial -> assertThat(serial).isPositive().isLessThan(BigInteger.ONE.shiftLeft(128)));
  }

  @Test
  void everyKindOfAuthorityKeySigns() {
    for (KeyType type : List.of(KeyType.EC_P256, KeyType.EC_P384, KeyType.RSA_2048)) {
      X509Authority authority = authority(type);
      authority.rotate();
      assertThat(leaf(authority).getSigAlgName())
          .isEqualTo(
              switch (type) {
                case EC_P256 -> "SHA256withECDSA";
                case EC_P384 -> "SHA384withECDSA";
                case RSA_2048, RSA_4096 -> "SHA256withRSA";
              });
    }
  }

  @Test
  void everyProviderSignsAndChecks() {
    for (SignatureProvider choice :
        List.of(
            SignatureProvider.platform(),
            SignatureProvider.of(new BouncyCastleProvider()),
            SignatureProvider.fastest())) {
      X509Authority authority =
          X509Authority.builder(TD, KeyManager.inMemory(new SecureRandom(), choice), bundles)
              .clock(clock)
              .signatureProvider(choice)
              .build();
      authority.rotate();
      assertThat(leaf(authority).getSigAlgName()).isEqualTo("SHA256withECDSA");
    }
  }

  @Test
  @DisplayName("A key that begins to sign wrongly is noticed at each certificate")
  void whatAKeySignsWronglyLaterDoesNotLeave() {
    AtomicBoolean broken = new AtomicBoolean();
    SigningKey good = KeyManager.inMemory().generate("key", KeyType.EC_P256);
    SigningKey later =
        new SigningKey() {
          @Override
          public PublicKey publicKey() {
            return good.publicKey();
          }

          @Override
          public byte[] sign(SignatureAlgorithm algorithm, byte[] data) {
            return good.sign(algorithm, broken.get() ? new byte[] {1} : data);
          }
        };
    X509Authority authority =
        X509Authority.builder(TD, new OneKey(later), bundles).clock(clock).build();
    authority.rotate();
    leaf(authority);
    broken.set(true);
    assertThatThrownBy(() -> leaf(authority))
        .isInstanceOfSatisfying(
            AuthorityException.class,
            e -> assertThat(e.reason()).isEqualTo(AuthorityException.Reason.BAD_RESULT));
  }

  private record OneKey(SigningKey key) implements KeyManager {
    @Override
    public SigningKey generate(String name, KeyType type) {
      return key;
    }

    @Override
    public Optional<SigningKey> find(String name) {
      return Optional.empty();
    }
  }

  @Test
  @DisplayName("X509-61 No leaf outlives its authority")
  void leavesAreCappedToTheirIssuer() {
    X509Authority authority = started();
    clock.advance(Duration.ofHours(23).plusMinutes(30));
    assertThat(leaf(authority).getNotAfter()).isEqualTo(ca().getNotAfter());
  }

  @Test
  @DisplayName(
      "ID-44, X509-08 Nothing is said of other trust domains, or of the trust domain itself")
  void signsForWorkloadsOfTheTrustDomainOnly() {
    X509Authority authority = started();
    leaf(authority);
    for (String id : List.of("spiffe://other/web", "spiffe://example.org")) {
      assertThatThrownBy(() -> authority.sign(SpiffeId.parse(id), List.of(), key, HOUR))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void signsNothingBeforeItHasAKeyAndAfterTheKeyHasEnded() {
    X509Authority authority = authority(KeyType.EC_P256);
    assertThatThrownBy(() -> leaf(authority))
        .isInstanceOfSatisfying(
            AuthorityException.class,
            e -> assertThat(e.reason()).isEqualTo(AuthorityException.Reason.NOT_READY));
    authority.rotate();
    leaf(authority);
    clock.advance(Duration.ofHours(25));
    assertThatThrownBy(() -> leaf(authority))
        .isInstanceOfSatisfying(
            AuthorityException.class,
            e -> assertThat(e.reason()).isEqualTo(AuthorityException.Reason.NOT_READY));
    authority.rotate();
    leaf(authority);
  }

  @Test
  void theBundleGetsAnAuthorityWhenItIsPreparedAndItSignsWhenItIsActivated() {
    X509Authority authority = started();
    String first = authority.authorities().get(0).authorityId();

    Status prepared = authority.prepare();
    assertThat(prepared.state()).isEqualTo(State.PREPARED);
    assertThat(bundle().x509Authorities()).hasSize(2);
    assertThat(authorityIdOfIssuer(leaf(authority))).isEqualTo(first);

    assertThat(authority.activate().authorityId()).isEqualTo(prepared.authorityId());
    assertThat(authorityIdOfIssuer(leaf(authority))).isEqualTo(prepared.authorityId());
    assertThat(states(authority)).containsExactly(State.ACTIVE, State.OLD);
    assertThat(bundle().x509Authorities()).hasSize(2);
  }

  private String authorityIdOfIssuer(X509Certificate leaf) {
    X509Certificate issuer =
        X509SvidVerifier.of(td -> Optional.of(bundle().x509Bundle()), clock)
            .verify(List.of(leaf))
            .authority();
    return HexFormat.of().formatHex(X509Issuer.subjectKeyId(issuer));
  }

  private static List<State> states(X509Authority authority) {
    return authority.authorities().stream().map(Status::state).toList();
  }

  @Test
  void nothingIsActivatedThatWasNotPrepared() {
    X509Authority authority = started();
    assertThatThrownBy(authority::activate)
        .isInstanceOfSatisfying(
            AuthorityException.class,
            e -> assertThat(e.reason()).isEqualTo(AuthorityException.Reason.NOT_PREPARED));
  }

  @Test
  void preparesAtHalfOfItsLifeAndActivatesAtASixthLeft() {
    X509Authority authority = started();
    clock.set(SECOND.plus(Duration.ofHours(12)));
    authority.rotate();
    assertThat(states(authority)).containsExactly(State.ACTIVE);

    clock.advance(Duration.ofSeconds(1));
    authority.rotate();
    assertThat(states(authority)).containsExactly(State.ACTIVE, State.PREPARED);

    clock.set(SECOND.plus(Duration.ofHours(20)));
    authority.rotate();
    assertThat(states(authority)).containsExactly(State.ACTIVE, State.PREPARED);

    clock.advance(Duration.ofSeconds(1));
    authority.rotate();
    assertThat(states(authority)).containsExactly(State.ACTIVE, State.OLD);
  }

  @Test
  void aLongLifeIsPreparedThirtyDaysAheadAndActivatedSeven() {
    X509Authority authority =
        X509Authority.builder(TD, KeyManager.inMemory(), bundles)
            .clock(clock)
            .ttl(Duration.ofDays(365))
            .build();
    authority.rotate();
    clock.set(SECOND.plus(Duration.ofDays(335)));
    authority.rotate();
    assertThat(states(authority)).containsExactly(State.ACTIVE);
    clock.advance(Duration.ofSeconds(1));
    authority.rotate();
    assertThat(states(authority)).containsExactly(State.ACTIVE, State.PREPARED);
    clock.set(SECOND.plus(Duration.ofDays(358)).plusSeconds(1));
    authority.rotate();
    assertThat(states(authority)).containsExactly(State.ACTIVE, State.OLD);
  }

  @Test
  void whatAKeySignedWronglyDoesNotLeave() {
    KeyManager broken =
        new KeyManager() {
          private final KeyManager good = KeyManager.inMemory();

          @Override
          public SigningKey generate(String name, KeyType type) {
            SigningKey signs = good.generate(name, type);
            PublicKey claims = good.generate(name + "-other", type).publicKey();
            return new SigningKey() {
              @Override
              public PublicKey publicKey() {
                return claims;
              }

              @Override
              public byte[] sign(SignatureAlgorithm algorithm, byte[] data) {
                return signs.sign(algorithm, data);
              }
            };
          }

          @Override
          public Optional<SigningKey> find(String name) {
            return Optional.empty();
          }
        };
    X509Authority authority = X509Authority.builder(TD, broken, bundles).clock(clock).build();
    assertThatThrownBy(authority::rotate)
        .isInstanceOfSatisfying(
            AuthorityException.class,
            e -> assertThat(e.reason()).isEqualTo(AuthorityException.Reason.BAD_RESULT));
    assertThat(bundles.find(TD)).isEmpty();
  }
}
