package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestJwks.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Bundle;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class SpiffeBundlesPropertyTest {
  @Property(tries = 300)
  void readsBackBundles(@ForAll("bundles") SpiffeBundle bundle) {
    byte[] json = SpiffeBundles.toJson(bundle);
    SpiffeBundle read = SpiffeBundles.parse(bundle.trustDomain(), json);
    assertThat(read).isEqualTo(bundle);
    assertThat(SpiffeBundles.toJson(read)).isEqualTo(json);
  }

  @Property(tries = 100)
  void readsBackMaps(@ForAll("maps") BundleMap map) {
    assertThat(BundleMap.parse(map.toJson())).isEqualTo(map);
  }

  @Property(tries = 1000)
  void neverFailsOtherwise(@ForAll("fragments") List<String> fragments) {
    String json = String.join("", fragments);
    InvalidDocumentException refusal =
        catchThrowableOfType(
            InvalidDocumentException.class,
            () ->
                SpiffeBundles.parse(TestTokens.TRUST_DOMAIN, utf8("{\"keys\":[{" + json + "}]}")));
    assertThat(refusal == null || refusal.reason() != null).isTrue();
  }

  @Provide
  Arbitrary<BundleMap> maps() {
    return bundles()
        .list()
        .ofMaxSize(3)
        .uniqueElements(SpiffeBundle::trustDomain)
        .map(BundleMap::of);
  }

  @Provide
  Arbitrary<SpiffeBundle> bundles() {
    return Combinators.combine(
            Arbitraries.strings().withChars("abz09.-_").ofMinLength(1).ofMaxLength(20),
            certificates(),
            keys(),
            keys(),
            Arbitraries.longs().greaterOrEqual(-1),
            Arbitraries.longs().greaterOrEqual(0))
        .as(
            (name, certificates, jwt, wit, sequence, hint) -> {
              TrustDomain trustDomain = TrustDomain.parse(name);
              SpiffeBundle bundle =
                  SpiffeBundle.of(trustDomain)
                      .withX509Bundle(X509Bundle.of(trustDomain, certificates))
                      .withJwtBundle(JwtBundle.of(trustDomain, jwt))
                      .withWitBundle(WitBundle.of(trustDomain, wit));
              SpiffeBundle numbered = sequence < 0 ? bundle : bundle.withSequence(sequence);
              return hint == 0 ? numbered : numbered.withRefreshHint(Duration.ofSeconds(hint));
            });
  }

  private static Arbitrary<Set<X509Certificate>> certificates() {
    return Arbitraries.of(
            TestAuthorities.EC, TestAuthorities.P384, TestAuthorities.RSA, TestAuthorities.ED25519)
        .set()
        .ofMaxSize(4);
  }

  private static Arbitrary<Map<String, PublicKey>> keys() {
    Arbitrary<String> ids =
        Arbitraries.strings()
            .ofMinLength(1)
            .ofMaxLength(12)
            .filter(id -> id.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff));
    Arbitrary<PublicKey> keys =
        Arbitraries.of(
            TestTokens.P256.getPublic(),
            TestTokens.P384.getPublic(),
            TestTokens.P521.getPublic(),
            TestTokens.RSA.getPublic());
    return Arbitraries.maps(ids, keys).ofMaxSize(4);
  }

  @Provide
  Arbitrary<List<String>> fragments() {
    return Arbitraries.of(
            "\"use\":\"x509-svid\"",
            "\"use\":\"jwt-svid\"",
            "\"kid\":\"a\"",
            "\"kty\":\"EC\"",
            "\"kty\":\"RSA\"",
            "\"crv\":\"P-256\"",
            "\"x\":\"AA\"",
            "\"n\":\"\"",
            "\"x5c\":[\"MAA=\"]",
            "\"x5c\":[\"" + TestAuthorities.base64(TestAuthorities.EC) + "\"]",
            "\"x5c\":[[]]",
            ",",
            "{}",
            "[",
            "null")
        .list()
        .ofMaxSize(12);
  }
}
