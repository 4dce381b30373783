package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestAuthorities.EC;
import static dev.spiffe4j.jwt.TestAuthorities.ED25519;
import static dev.spiffe4j.jwt.TestAuthorities.OTHER;
import static dev.spiffe4j.jwt.TestAuthorities.RSA;
import static dev.spiffe4j.jwt.TestAuthorities.base64;
import static dev.spiffe4j.jwt.TestAuthorities.bundle;
import static dev.spiffe4j.jwt.TestJwks.document;
import static dev.spiffe4j.jwt.TestJwks.jwt;
import static dev.spiffe4j.jwt.TestJwks.set;
import static dev.spiffe4j.jwt.TestJwks.utf8;
import static dev.spiffe4j.jwt.TestJwks.x509;
import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509SvidVerifier;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Maps of SPIFFE bundles")
final class BundleMapTest {
  private static final PublicKey KEY = TestTokens.P256.getPublic();
  private static final SpiffeBundle BUNDLE =
      SpiffeBundle.of(TRUST_DOMAIN)
          .withX509Bundle(bundle(EC))
          .withJwtBundle(JwtBundle.of(TRUST_DOMAIN, Map.of("a", KEY)))
          .withSequence(1);
  private static final SpiffeBundle OTHER_BUNDLE =
      SpiffeBundle.of(OTHER).withX509Bundle(X509Bundle.of(OTHER, List.of(RSA)));

  private static BundleMap read(String json) {
    return BundleMap.parse(utf8(json));
  }

  private static String map(String... members) {
    return "{\"trust_domains\":{" + String.join(",", members) + "}}";
  }

  private static String member(String name, String bundle) {
    return "\"" + name + "\":" + bundle;
  }

  private static Reason refusal(String json) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> read(json));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("BND-28, BND-30, BND-50 bundles are for the trust domain of their name only")
  void readsBundles() {
    BundleMap map =
        read(
            map(
                member("other.test", set(x509(RSA))),
                member(
                    "example.org", document(",\"spiffe_sequence\":1", x509(EC), jwt("a", KEY)))));
    assertThat(map).isEqualTo(BundleMap.of(List.of(BUNDLE, OTHER_BUNDLE)));
    assertThat(map.bundles().keySet()).containsExactly(TRUST_DOMAIN, OTHER);
    assertThat(map.bundle(TRUST_DOMAIN)).contains(BUNDLE);
    assertThat(map.x509Bundle(OTHER)).contains(OTHER_BUNDLE.x509Bundle());
    assertThat(map.jwtBundle(OTHER)).contains(JwtBundle.of(OTHER, Map.of()));
    assertThat(map.bundle(TrustDomain.parse("third.test"))).isEmpty();
  }

  @Test
  @DisplayName("BND-04, BND-28, BND-37 an SVID is verified with its own trust domain's bundle")
  void verifiesWithTheRightBundle() {
    X509SvidVerifier verifier =
        X509SvidVerifier.of(BundleMap.of(List.of(BUNDLE, OTHER_BUNDLE)), InstantSource.fixed(NOW));
    verifier.verify(List.of(TestAuthorities.leaf("spiffe://example.org/web", TestTokens.P256)));
    SvidVerificationException refusal =
        catchThrowableOfType(
            SvidVerificationException.class,
            () ->
                verifier.verify(
                    List.of(TestAuthorities.leaf("spiffe://other.test/web", TestTokens.P256))));
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(SvidVerificationException.Reason.BAD_SIGNATURE);
  }

  @Test
  @DisplayName("BND-29 trust_domains is an object, which may be empty")
  void needsTrustDomains() {
    assertThat(read("{\"trust_domains\":{}}").bundles()).isEmpty();
    assertThat(read("{\"trust_domains\":{},\"more\":1}").bundles()).isEmpty();
    for (String json :
        List.of(
            "{}",
            "{\"trust_domains\":null}",
            "{\"trust_domains\":[]}",
            "{\"Trust_Domains\":{}}",
            "{\"keys\":[]}",
            "[]")) {
      assertThat(refusal(json)).isEqualTo(Reason.MALFORMED);
    }
    assertThat(refusal("")).isEqualTo(Reason.EMPTY);
    assertThat(refusal("{\"trust_domains\":{}} {}")).isEqualTo(Reason.TRAILING_DATA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spiffe://td", "TD", "", "t d", "td/x", "td:1", "tд", "t%64"})
  @DisplayName("BND-30 a name that is not one of a trust domain makes it no map")
  void refusesOtherNames(String name) {
    read(map(member("td", set())));
    assertThat(refusal(map(member("td", set()), member(name, set()))))
        .isEqualTo(Reason.BAD_SPIFFE_ID);
  }

  @Test
  @DisplayName("BND-31, BND-32, BND-38 a name that is there twice makes it no map")
  void refusesNamesTwice() {
    read(map(member("a", set()), member("b", set())));
    for (String again : List.of("a", "\\u0061")) {
      assertThat(refusal(map(member("a", set()), member(again, set()))))
          .isEqualTo(Reason.MALFORMED);
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BundleMap.of(List.of(BUNDLE, BUNDLE.withSequence(2))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "5",
        "{}",
        "{\"keys\":null}",
        "{\"keys\":[],\"spiffe_sequence\":-1}",
        "{\"keys\":[],\"spiffe_sequence\":\"1\"}"
      })
  @DisplayName("BND-39 a map is read as a whole: one that is no bundle makes it no map")
  void refusesOtherBundles(String bundle) {
    read(map(member("a", set())));
    assertThat(refusal(map(member("a", set()), member("b", bundle)))).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("BND-39 a trust domain that is not in a new map is not trusted any more")
  void isTheWholeStateOfTheWorld() {
    assertThat(read(map(member("a", set()), member("b", set()))).bundles()).hasSize(2);
    assertThat(read(map(member("a", set()))).bundle(TrustDomain.parse("b"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"spiffe_refresh_hint\":1",
        "\"refresh_hint\":1",
        "\"spiffe_refresh_hint\":\"x\"",
        "\"spiffe_refresh_hint\":-1",
        "\"spiffe_refresh_hint\":1.5"
      })
  @DisplayName("BND-33, BND-34, BND-49 refresh hints are neither read nor written")
  void ignoresRefreshHints(String hint) {
    BundleMap map = read(map(member("a", document("," + hint))));
    assertThat(map.bundles().values())
        .allSatisfy(bundle -> assertThat(bundle.refreshHint()).isEmpty());
    assertThat(map).isEqualTo(BundleMap.of(List.of(SpiffeBundle.of(TrustDomain.parse("a")))));

    BundleMap written = BundleMap.of(List.of(BUNDLE.withRefreshHint(Duration.ofMinutes(5))));
    assertThat(text(written.toJson())).doesNotContain("hint");
    assertThat(written).isEqualTo(BundleMap.of(List.of(BUNDLE)));
  }

  @Test
  @DisplayName("BND-18 unusable entries are ignored by themselves, and told with their bundle")
  void tellsIgnoredEntries() {
    List<IgnoredKey> ignored = new ArrayList<>();
    BundleMap map =
        BundleMap.parse(
            utf8(map(member("a", set(x509(EC), "5")), member("b", set("{}", x509(EC))))),
            ignored::add);
    assertThat(ignored)
        .extracting(key -> key.trustDomain() + ":" + key.index())
        .containsExactly("a:1", "b:0");
    assertThat(map.bundles().values())
        .allSatisfy(bundle -> assertThat(bundle.x509Bundle().authorities()).containsExactly(EC));
  }

  @Test
  @DisplayName("BND-02 an authority that several trust domains have is told")
  void tellsSharedAuthorities() {
    assertThat(BundleMap.of(List.of(BUNDLE, OTHER_BUNDLE)).sharedAuthorities()).isEmpty();
    SpiffeBundle both =
        SpiffeBundle.of(OTHER).withX509Bundle(X509Bundle.of(OTHER, List.of(RSA, EC)));
    assertThat(BundleMap.of(List.of(BUNDLE, both)).sharedAuthorities()).containsExactly(EC);
  }

  @Test
  @DisplayName("BND-31, BND-35 what is written is read back, and equal maps are equal bytes")
  void writesDeterministically() {
    BundleMap map = BundleMap.of(List.of(OTHER_BUNDLE, BUNDLE));
    assertThat(text(map.toJson()))
        .isEqualTo(
            map(
                member("example.org", document(",\"spiffe_sequence\":1", x509(EC), jwt("a", KEY))),
                member("other.test", set(x509(RSA)))));
    assertThat(BundleMap.parse(map.toJson())).isEqualTo(map);
    assertThat(BundleMap.of(List.of(BUNDLE, OTHER_BUNDLE)).toJson()).isEqualTo(map.toJson());
    assertThat(text(BundleMap.of(List.of()).toJson())).isEqualTo("{\"trust_domains\":{}}");
    assertThat(BundleMap.parse(BundleMap.of(List.of()).toJson()))
        .isEqualTo(BundleMap.of(List.of()));
  }

  @Test
  @DisplayName("documents are limited before they are read")
  void limitsSizes() {
    String members =
        IntStream.range(0, 1001)
            .mapToObj(i -> member("td-" + i, set()))
            .collect(Collectors.joining(","));
    assertThat(refusal(map(members))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(" ".repeat(16 * 1024 * 1024) + map())).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("gRPC's form has X.509 authorities only, with kty, one x5c, and no kid")
  void writesForGrpc() {
    BundleMap map =
        BundleMap.of(
            List.of(BUNDLE, OTHER_BUNDLE, SpiffeBundle.of(TrustDomain.parse("empty.test"))));
    assertThat(text(map.toGrpcJson()))
        .isEqualTo(
            map(
                member("empty.test", set()),
                member("example.org", document(",\"spiffe_sequence\":1", x509(EC))),
                member("other.test", set(x509(RSA)))));
    assertThat(text(map.toGrpcJson())).doesNotContain("kid").contains(base64(RSA));
  }

  @Test
  @DisplayName("gRPC takes no map that is empty or has other keys than RSA and EC")
  void refusesWhatGrpcRefuses() {
    SpiffeBundle ed25519 = SpiffeBundle.of(TRUST_DOMAIN).withX509Bundle(bundle(EC, ED25519));
    assertThat(BundleMap.of(List.of(ed25519)).toJson()).isNotEmpty();
    assertThat(
            catchThrowableOfType(
                    InvalidDocumentException.class,
                    () -> BundleMap.of(List.of(ed25519)).toGrpcJson())
                .reason())
        .isEqualTo(Reason.UNSUPPORTED_KEY);
    assertThat(
            catchThrowableOfType(
                    InvalidDocumentException.class, () -> BundleMap.of(List.of()).toGrpcJson())
                .reason())
        .isEqualTo(Reason.EMPTY);
  }
}
