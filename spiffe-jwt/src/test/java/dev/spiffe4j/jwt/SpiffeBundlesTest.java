package dev.spiffe4j.jwt;

import static dev.spiffe4j.jwt.TestAuthorities.EC;
import static dev.spiffe4j.jwt.TestAuthorities.ED25519;
import static dev.spiffe4j.jwt.TestAuthorities.LEAF;
import static dev.spiffe4j.jwt.TestAuthorities.OTHER;
import static dev.spiffe4j.jwt.TestAuthorities.P384;
import static dev.spiffe4j.jwt.TestAuthorities.RSA;
import static dev.spiffe4j.jwt.TestAuthorities.base64;
import static dev.spiffe4j.jwt.TestJwks.document;
import static dev.spiffe4j.jwt.TestJwks.jwt;
import static dev.spiffe4j.jwt.TestJwks.members;
import static dev.spiffe4j.jwt.TestJwks.set;
import static dev.spiffe4j.jwt.TestJwks.token;
import static dev.spiffe4j.jwt.TestJwks.utf8;
import static dev.spiffe4j.jwt.TestJwks.x509;
import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.X509SvidVerifier;
import java.security.PublicKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("SPIFFE bundles as JSON, read")
final class SpiffeBundlesTest {
  private static final PublicKey KEY = TestTokens.P256.getPublic();
  private static final PublicKey OTHER_KEY = TestTokens.P384.getPublic();
  private static final String GOOD_X509 = x509(EC);
  private static final String GOOD_JWT = jwt("good", KEY);

  private static SpiffeBundle read(String json) {
    return SpiffeBundles.parse(TRUST_DOMAIN, utf8(json));
  }

  private static List<IgnoredKey> ignored(String json) {
    List<IgnoredKey> ignored = new ArrayList<>();
    SpiffeBundles.parse(TRUST_DOMAIN, utf8(json), ignored::add);
    return ignored;
  }

  private static Reason refusal(String json) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> read(json));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("BND-01, BND-03, BND-21, X509-36, X509-46, JWT-33 one entry is one key for one use")
  void readsEachUse() {
    SpiffeBundle bundle =
        read(
            set(
                x509(EC),
                jwt("a", KEY),
                x509(RSA),
                jwt("b", OTHER_KEY),
                token("wit-svid", "a", OTHER_KEY),
                x509(P384),
                x509(ED25519)));
    assertThat(bundle.trustDomain()).isEqualTo(TRUST_DOMAIN);
    assertThat(bundle.x509Bundle().authorities()).containsExactly(EC, RSA, P384, ED25519);
    assertThat(bundle.jwtBundle().authorities())
        .containsOnlyKeys("a", "b")
        .containsEntry("a", KEY)
        .containsEntry("b", OTHER_KEY);
    assertThat(bundle.witBundle().authorities())
        .containsOnlyKeys("a")
        .containsEntry("a", OTHER_KEY);
  }

  @Test
  @DisplayName(
      "BND-08, BND-09, BND-23 members that are not known are ignored, none but keys needed")
  void ignoresOtherMembers() {
    SpiffeBundle bundle =
        read(
            document(
                ",\"more\":{\"keys\":[]},\"refresh_hint\":\"x\"",
                x509(members(KEY), ",\"alg\":5,\"x5t\":\"\",\"x5c\":[\"" + base64(EC) + "\"]"),
                "{\"more\":1,\"alg\":\"ES256\"," + jwt("a", KEY).substring(1)));
    assertThat(bundle.x509Bundle().authorities()).containsExactly(EC);
    assertThat(bundle.jwtBundle().authorities()).containsOnlyKeys("a");
    assertThat(bundle.sequence()).isEmpty();
    assertThat(bundle.refreshHint()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"keys\":null}",
        "{\"keys\":{}}",
        "{\"keys\":\"\"}",
        "{\"Keys\":[]}",
        "{\"spiffe_sequence\":1}",
        "[]",
        "null",
        "x",
        "{\"keys\":[]",
        "{\"keys\":[],}"
      })
  @DisplayName("BND-17, BND-45 a document without an array of keys is no bundle")
  void refusesOtherDocuments(String json) {
    read(set());
    assertThat(refusal(json)).isEqualTo(Reason.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"keys\":[],\"keys\":[]}",
        "{\"keys\":[],\"\\u006beys\":[]}",
        "{\"keys\":[],\"x\":1,\"x\":1}",
        "{\"keys\":[],\"spiffe_sequence\":1,\"spiffe_sequence\":1}",
        "{\"keys\":[{\"use\":\"jwt-svid\",\"use\":\"x509-svid\"}]}"
      })
  @DisplayName("BND-51 a name that is there twice makes it no bundle")
  void refusesDuplicateNames(String json) {
    assertThat(refusal(json)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void refusesEmptyAndTrailingData() {
    assertThat(refusal("")).isEqualTo(Reason.EMPTY);
    assertThat(refusal(set() + "{}")).isEqualTo(Reason.TRAILING_DATA);
  }

  @Test
  @DisplayName("documents are limited before they are read")
  void limitsSizes() {
    assertThat(refusal(" ".repeat(4 * 1024 * 1024) + set())).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal(set(many(1001, i -> "5")))).isEqualTo(Reason.TOO_LARGE);
    assertThat(refusal("{\"keys\":" + "[".repeat(100_000))).isEqualTo(Reason.TOO_LARGE);
  }

  private static String many(int count, IntFunction<String> entry) {
    return IntStream.range(0, count).mapToObj(entry).collect(Collectors.joining(","));
  }

  @Test
  @DisplayName("a thousand keys are read")
  void readsManyKeys() {
    SpiffeBundle tokens = read(set(many(1000, i -> jwt("key-" + i, KEY))));
    assertThat(tokens.jwtBundle().authorities()).hasSize(1000);
    assertThat(ignored(set(many(1000, i -> jwt("key-" + i, KEY))))).isEmpty();
    SpiffeBundle certificates = read(set(many(1000, i -> x509(RSA))));
    assertThat(certificates.x509Bundle().authorities()).containsExactly(RSA);
  }

  @Test
  @DisplayName("BND-13, BND-46 sequences have 64 bits and are exact")
  void readsSequences() {
    for (long sequence : new long[] {0, 1, (1L << 53) + 1, Long.MAX_VALUE}) {
      assertThat(read(document(",\"spiffe_sequence\":" + sequence)).sequence())
          .isEqualTo(OptionalLong.of(sequence));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "1.5",
        "1.0",
        "1e3",
        "\"1\"",
        "null",
        "[1]",
        "{}",
        "true",
        "9223372036854775808",
        "18446744073709551616"
      })
  @DisplayName("BND-13, BND-46 a sequence of another kind or range makes it no bundle")
  void refusesOtherSequences(String sequence) {
    assertThat(refusal(document(",\"spiffe_sequence\":" + sequence, GOOD_X509)))
        .isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("BND-15, BND-47 hints are seconds; those of zero or less are none")
  void readsRefreshHints() {
    assertThat(hint("300")).contains(Duration.ofMinutes(5));
    assertThat(hint("1")).contains(Duration.ofSeconds(1));
    assertThat(hint("1000000000000")).contains(Duration.ofSeconds(1_000_000_000_000L));
    assertThat(hint("9223372036854775807")).contains(Duration.ofSeconds(Long.MAX_VALUE));
    for (String none : List.of("0", "-0", "-5", "-9223372036854775808")) {
      assertThat(hint(none)).isEmpty();
    }
    assertThat(read(document(",\"spiffe_refresh_hint\":9223372036854775807")).refreshInterval())
        .isEqualTo(Duration.ofDays(1));
  }

  private static Optional<Duration> hint(String hint) {
    return read(document(",\"spiffe_refresh_hint\":" + hint)).refreshHint();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.5", "300.0", "\"300\"", "null", "[]", "9223372036854775808"})
  @DisplayName("BND-15, BND-47 a hint of another kind or range makes it no bundle")
  void refusesOtherHints(String hint) {
    assertThat(refusal(document(",\"spiffe_refresh_hint\":" + hint, GOOD_X509)))
        .isEqualTo(Reason.MALFORMED);
  }

  /** An entry, and why it is ignored. */
  record Unusable(String entry, Reason reason) {}

  static List<Unusable> unusable() {
    String key = members(KEY);
    String x5c = ",\"x5c\":[\"" + base64(EC) + "\"]";
    String x5cOfOther = ",\"x5c\":[\"" + base64(P384) + "\"]";
    List<Unusable> entries = new ArrayList<>();
    for (String entry : List.of("5", "null", "[]", "\"\"")) {
      entries.add(new Unusable(entry, Reason.MALFORMED));
    }
    // BND-27, BND-42: without a use that is known.
    for (String use :
        List.of(
            "",
            "\"use\":\"foo\",",
            "\"use\":\"\",",
            "\"use\":null,",
            "\"use\":[\"jwt-svid\"],",
            "\"use\":\"sig\",",
            "\"use\":\"JWT-SVID\",", // BND-26
            "\"use\":\"x509-SVID\",",
            "\"use\":\"jwt-svid \",")) {
      entries.add(new Unusable("{" + use + "\"kid\":\"x\"," + key + x5c + "}", Reason.BAD_PROFILE));
    }
    // BND-18, BND-43: of unknown types and curves.
    entries.add(new Unusable("{\"use\":\"jwt-svid\",\"kid\":\"x\"}", Reason.UNSUPPORTED_KEY));
    for (String type : List.of("XYZ", "AKP", "ec", "")) {
      entries.add(
          new Unusable(
              "{\"use\":\"jwt-svid\",\"kid\":\"x\",\"kty\":\"" + type + "\"}",
              Reason.UNSUPPORTED_KEY));
      entries.add(
          new Unusable(
              x509(key.replace("\"EC\"", "\"" + type + "\""), x5c), Reason.UNSUPPORTED_KEY));
    }
    entries.add(new Unusable(jwt("x", KEY).replace("P-256", "secp256k1"), Reason.UNSUPPORTED_KEY));
    // BND-44: broken.
    entries.add(new Unusable(jwt("x", KEY).replace("\"x\":\"", "\"x\":\"*"), Reason.MALFORMED));
    entries.add(new Unusable(jwt("x", KEY).replace("\"y\":", "\"z\":"), Reason.MALFORMED));
    // JWT-51, JWT-52.
    entries.add(new Unusable("{\"use\":\"jwt-svid\"," + key + "}", Reason.BAD_PROFILE));
    entries.add(new Unusable(jwt("", KEY), Reason.BAD_PROFILE));
    entries.add(
        new Unusable(
            "{\"use\":\"jwt-svid\",\"kid\":\"x\",\"kty\":\"oct\",\"k\":\"AAAA\"}",
            Reason.BAD_PROFILE));
    entries.add(
        new Unusable(
            jwt("x", KEY).replace("\"kty\"", "\"d\":\"AAAA\",\"kty\""), Reason.BAD_PROFILE));
    entries.add(new Unusable(x509(key, x5c + ",\"d\":\"AAAA\""), Reason.BAD_PROFILE));
    entries.add(new Unusable(jwt("x", TestTokens.WEAK_RSA.getPublic()), Reason.UNSUPPORTED_KEY));
    // X509-44: without certificates.
    entries.add(new Unusable(x509(key, ""), Reason.EMPTY));
    entries.add(new Unusable(x509(key, ",\"x5c\":[]"), Reason.EMPTY));
    entries.add(new Unusable(x509(key, ",\"x5c\":null"), Reason.EMPTY));
    // X509-39: base64 that is padded and not base64url, of one certificate.
    String der = base64(EC);
    for (String bad :
        List.of(
            "\"" + der + "\"",
            "{}",
            "5",
            "[5]",
            "[null]",
            "[\"\"]",
            "[\"" + der + "\\n\"]",
            "[\"" + der.substring(0, 64) + "\\n" + der.substring(64) + "\"]",
            "[\"AA\"]",
            "[\"AB==\"]",
            "[\"MAA\"]",
            "[\"MA==\"]",
            "[\"MAA=\"]",
            "[\"-_8=\"]",
            "[\"" + der.substring(0, der.length() - 8) + "\"]")) {
      entries.add(new Unusable(x509(key, ",\"x5c\":" + bad), Reason.MALFORMED));
    }
    entries.add(new Unusable(x509(key, ",\"x5c\":[\"" + twice() + "\"]"), Reason.TRAILING_DATA));
    // X509-55: of no authority, also as the first of two.
    entries.add(new Unusable(x509(LEAF), Reason.BAD_PROFILE));
    entries.add(
        new Unusable(
            x509(key, ",\"x5c\":[\"" + base64(LEAF) + "\",\"" + der + "\"]"), Reason.BAD_PROFILE));
    // X509-57: of another key than the certificate.
    entries.add(new Unusable(x509(key, x5cOfOther), Reason.KEY_MISMATCH));
    entries.add(new Unusable(x509(members(RSA.getPublicKey()), x5c), Reason.KEY_MISMATCH));
    entries.add(new Unusable(x509("\"kty\":\"EC\"", x5c), Reason.KEY_MISMATCH));
    entries.add(new Unusable(x509("\"kty\":\"EC\",\"crv\":\"P-256\"", x5c), Reason.KEY_MISMATCH));
    entries.add(new Unusable(x509(key.replace("P-256", "P-384"), x5c), Reason.KEY_MISMATCH));
    entries.add(new Unusable(x509(key.replace("\"x\":\"", "\"x\":\"A"), x5c), Reason.KEY_MISMATCH));
    return entries;
  }

  private static String twice() {
    byte[] der = TestAuthorities.der(EC);
    byte[] both = Arrays.copyOf(der, 2 * der.length);
    System.arraycopy(der, 0, both, der.length, der.length);
    return Base64.getEncoder().encodeToString(both);
  }

  @ParameterizedTest
  @MethodSource("unusable")
  @DisplayName(
      "BND-18, BND-26, BND-27, BND-42, BND-43, BND-44, JWT-51, JWT-52, X509-39, X509-44, X509-55,"
          + " X509-56, X509-57 an unusable entry is ignored by itself, and told")
  void ignoresUnusableEntries(Unusable unusable) {
    String json = set(GOOD_X509, unusable.entry(), GOOD_JWT);
    assertThat(ignored(set(GOOD_X509, GOOD_JWT))).isEmpty();
    assertThat(read(json)).isEqualTo(read(set(GOOD_X509, GOOD_JWT)));
    assertThat(ignored(json))
        .extracting(IgnoredKey::trustDomain, IgnoredKey::index, IgnoredKey::reason)
        .containsExactly(tuple(TRUST_DOMAIN, 1, unusable.reason()));
  }

  @Test
  @DisplayName("every ignored entry is told, in order")
  void tellsAllIgnoredEntries() {
    assertThat(ignored(set("1", GOOD_X509, x509(LEAF), "2", GOOD_JWT, "3")))
        .extracting(IgnoredKey::index)
        .containsExactly(0, 2, 3, 5);
  }

  @Test
  @DisplayName("JWT-50 of a repeated kid, equal keys count once and different keys not at all")
  void ignoresAmbiguousKeyIds() {
    String a = jwt("a", KEY);
    String other = jwt("a", OTHER_KEY);
    String b = jwt("b", KEY);
    assertThat(read(set(a, a)).jwtBundle().authorities()).containsOnlyKeys("a");
    assertThat(ignored(set(a, a))).isEmpty();
    assertThat(read(set(a, b, other)).jwtBundle().authorities()).containsOnlyKeys("b");
    assertThat(ignored(set(a, b, other))).extracting(IgnoredKey::index).containsExactly(0, 2);
    // IDs of different uses do not meet.
    SpiffeBundle uses = read(set(a, token("wit-svid", "a", OTHER_KEY)));
    assertThat(uses.jwtBundle().authorities()).containsOnlyKeys("a");
    assertThat(uses.witBundle().authorities()).containsOnlyKeys("a");
  }

  @Test
  @DisplayName("X509-45, X509-56 only the first certificate of an entry counts")
  void readsTheFirstCertificate() {
    String entry =
        x509(members(KEY), ",\"x5c\":[\"%s\",\"%s\",5]".formatted(base64(EC), base64(RSA)));
    assertThat(read(set(entry)).x509Bundle().authorities()).containsExactly(EC);
    assertThat(ignored(set(entry))).isEmpty();
  }

  @Test
  @DisplayName("X509-58 kid on an entry of X.509 changes nothing")
  void readsCertificatesWithKeyId() {
    String entry = x509(members(KEY), ",\"kid\":\"a\",\"x5c\":[\"" + base64(EC) + "\"]");
    assertThat(read(set(entry, jwt("a", OTHER_KEY))))
        .isEqualTo(read(set(GOOD_X509, jwt("a", OTHER_KEY))));
  }

  @Test
  @DisplayName("X509-43, JWT-36, BND-22, BND-41 a key of one use is for no other")
  void keepsUsesApart() {
    String x5c = ",\"x5c\":[\"" + base64(EC) + "\"]";
    SpiffeBundle jwtOnly =
        read(set("{\"use\":\"jwt-svid\",\"kid\":\"a\"," + members(KEY) + x5c + "}"));
    assertThat(jwtOnly.x509Bundle().authorities()).isEmpty();
    assertThat(jwtOnly.jwtBundle().authorities()).containsOnlyKeys("a");
    SpiffeBundle x509Only = read(set(x509(members(KEY), ",\"kid\":\"a\"" + x5c)));
    assertThat(x509Only.jwtBundle().authorities()).isEmpty();
    assertThat(x509Only.witBundle().authorities()).isEmpty();
    SpiffeBundle witOnly = read(set(token("wit-svid", "a", KEY)));
    assertThat(witOnly.jwtBundle().authorities()).isEmpty();
    assertThat(witOnly.x509Bundle().authorities()).isEmpty();
  }

  private static X509SvidVerifier x509Verifier(SpiffeBundle bundle) {
    return X509SvidVerifier.of(
        trustDomain -> Optional.of(bundle.x509Bundle()), InstantSource.fixed(NOW));
  }

  private static JwtSvidVerifier jwtVerifier(SpiffeBundle bundle) {
    return JwtSvidVerifier.builder(trustDomain -> Optional.of(bundle.jwtBundle()), "reports")
        .clock(InstantSource.fixed(NOW))
        .build();
  }

  private static boolean trustsNothing(SpiffeBundle bundle) {
    return catchThrowableOfType(
                SvidVerificationException.class, () -> x509Verifier(bundle).verify(List.of(LEAF)))
            != null
        && catchThrowableOfType(
                SvidVerificationException.class,
                () -> jwtVerifier(bundle).verify(TestTokens.good()))
            != null;
  }

  @Test
  @DisplayName(
      "BND-05, BND-19, BND-20, X509-47, JWT-37 what is not in the newest bundle is revoked")
  void trustsOnlyWhatIsThere() {
    SpiffeBundle full = read(set(x509(EC), jwt("p256", KEY)));
    assertThat(x509Verifier(full).verify(List.of(LEAF)).spiffeId())
        .hasToString("spiffe://example.org/web");
    jwtVerifier(full).verify(TestTokens.good());

    assertThat(trustsNothing(read(set()))).isTrue();
    assertThat(trustsNothing(read(set("5", "{}")))).isTrue();
    assertThat(trustsNothing(read(set(x509(P384), jwt("p256", OTHER_KEY))))).isTrue();
    // Each kind of SVID goes by its own kind of key.
    SpiffeBundle onlyJwt = read(set(jwt("p256", KEY)));
    jwtVerifier(onlyJwt).verify(TestTokens.good());
    assertThat(
            catchThrowableOfType(
                SvidVerificationException.class, () -> x509Verifier(onlyJwt).verify(List.of(LEAF))))
        .isNotNull();
    SpiffeBundle onlyX509 = read(set(x509(EC)));
    x509Verifier(onlyX509).verify(List.of(LEAF));
    assertThat(
            catchThrowableOfType(
                SvidVerificationException.class,
                () -> jwtVerifier(onlyX509).verify(TestTokens.good())))
        .isNotNull();
  }

  @Test
  @DisplayName("BND-48 an authority whose SAN is no SPIFFE ID is one all the same")
  void readsAuthoritiesOfOddNames() {
    // The bundle does not ask for names at all: those of TestAuthorities have none.
    assertThat(read(set(GOOD_X509)).x509Bundle().authorities()).containsExactly(EC);
  }

  @Test
  @DisplayName("a certificate whose key is not on its curve is ignored")
  void ignoresCertificatesOfBrokenKeys() {
    byte[] spki = KEY.getEncoded();
    spki[spki.length - 1] ^= 1;
    var certificate = TestAuthorities.authority(SubjectPublicKeyInfo.getInstance(spki));
    String entry = x509(members(KEY), ",\"x5c\":[\"" + base64(certificate) + "\"]");
    assertThat(read(set(entry, GOOD_X509)).x509Bundle().authorities()).containsExactly(EC);
    assertThat(ignored(set(entry, GOOD_X509))).extracting(IgnoredKey::index).containsExactly(0);
  }

  @Test
  @DisplayName("BND-03 one document is whose bundle it is said to be")
  void recordsTheTrustDomainBesideTheDocument() {
    byte[] json = utf8(set(GOOD_X509));
    assertThat(SpiffeBundles.parse(OTHER, json).trustDomain()).isEqualTo(OTHER);
    assertThat(SpiffeBundles.parse(OTHER, json))
        .isNotEqualTo(SpiffeBundles.parse(TRUST_DOMAIN, json));
  }
}
