package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidSpiffeIdException.Reason;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("SPIFFE-ID §2")
final class SpiffeIdTest {
  private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");
  private static final String DOMAIN_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
  private static final String PATH_CHARACTERS = DOMAIN_CHARACTERS + "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

  private static Reason refusal(String text) {
    return refusal(() -> SpiffeId.parse(text)).reason();
  }

  private static InvalidSpiffeIdException refusal(ThrowingCallable call) {
    InvalidSpiffeIdException refusal = catchThrowableOfType(InvalidSpiffeIdException.class, call);
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal;
  }

  @ParameterizedTest
  @CsvSource({
    "spiffe://example.org,example.org,''",
    "spiffe://example.org/web,example.org,/web",
    "spiffe://example.org/a/b,example.org,/a/b",
    "spiffe://example.org/1/2/3/4/5/6/7,example.org,/1/2/3/4/5/6/7",
    "spiffe://example.org/ns/x/sa/y,example.org,/ns/x/sa/y",
    "spiffe://example.org/9eebccd2-12bf-40a6-b262-65fe0487d453,example.org,"
        + "/9eebccd2-12bf-40a6-b262-65fe0487d453",
    "spiffe://example.org/.a,example.org,/.a",
    "spiffe://example.org/..a,example.org,/..a",
    "spiffe://example.org/...,example.org,/...",
    "spiffe://example.org/a.,example.org,/a.",
    "spiffe://example.org/a..,example.org,/a..",
    "spiffe://example.org/A-b_C.9,example.org,/A-b_C.9"
  })
  @DisplayName("ID-06, ID-20, ID-23 what is an ID is read as it is")
  void parses(String text, String trustDomain, String path) {
    SpiffeId id = SpiffeId.parse(text);
    assertThat(id.trustDomain().name()).isEqualTo(trustDomain);
    assertThat(id.path()).isEqualTo(path);
    assertThat(id.isTrustDomainId()).isEqualTo(path.isEmpty());
    assertThat(id).hasToString(text);
    assertThat(SpiffeId.parse(id.toString())).isEqualTo(id).hasSameHashCodeAs(id);
  }

  @Test
  void refusesNothing() {
    assertThat(refusal("")).isEqualTo(Reason.EMPTY);
    assertThatNullPointerException().isThrownBy(() -> SpiffeId.parse(nothing()));
  }

  @SuppressWarnings("NullAway") // what a caller without nullness checks would pass
  private static String nothing() {
    return null;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s",
        "spiffe",
        "spiffe:",
        "spiffe:/",
        "spiffe:example.org/p",
        "spiffe:/example.org/p",
        "http://example.org/p",
        "notspiffe://example.org",
        "other://example.org",
        "://example.org",
        "//example.org/p",
        "192.168.2.2:6688",
        "Spiffe://example.org",
        "SPIFFE://example.org/p",
        "ſpiffe://example.org/p",
        "spıffe://example.org/p",
        "sp\u0130ffe://example.org/p",
        " spiffe://example.org/p",
        "\uFEFFspiffe://example.org/p",
        "\nspiffe://example.org/p",
        "spiffe\u0000://example.org",
        "spiffe :// example.org"
      })
  @DisplayName("ID-01, ID-05, ID-49 the scheme is exactly spiffe, in lower case")
  void refusesOtherSchemes(String text) {
    assertThat(refusal(text)).isEqualTo(Reason.WRONG_SCHEME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spiffe://", "spiffe:///", "spiffe:///p", "spiffe:////a"})
  @DisplayName("ID-02 there is a trust domain")
  void refusesMissingTrustDomains(String text) {
    assertThat(refusal(text)).isEqualTo(Reason.MISSING_TRUST_DOMAIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://example.org?a=b",
        "spiffe://example.org?",
        "spiffe://example.org#f",
        "spiffe://example.org#",
        "spiffe://u@example.org/p",
        "spiffe://u:p@example.org/p",
        "spiffe://@example.org/p",
        "spiffe://example.org:80/p",
        "spiffe://example.org:/p",
        "spiffe://10.0.0.1:80/p",
        "spiffe://TD/p",
        "spiffe://tD/p",
        "spiffe://ex%61mple.org/p",
        "spiffe://example%2eorg/p",
        "spiffe://%F0%9F%A4%AF/p",
        "spiffe://[::1]/p",
        "spiffe://[2001:db8::1]/p",
        "spiffe://exa mple.org/p",
        "spiffe://example.org\n",
        "spiffe://example.org\r",
        "spiffe://example.org\t",
        "spiffe://example.org\u0000",
        "spiffe://trust$domain/p",
        "spiffe://a,b/p",
        "spiffe://example.org\\p",
        "spiffe://é/p",
        "spiffe://ex\u0430mple.org/p",
        "spiffe://example\u3002org/p",
        "spiffe://ſ/p",
        "spiffe://\uFF45xample.org/p",
        "spiffe://e\u0301/p",
        "spiffe://\ud800/p",
        "spiffe://\u212a/p"
      })
  @DisplayName("ID-03, ID-04, ID-07..ID-11, ID-13, ID-29 nothing else is in the trust domain")
  void refusesTrustDomainCharacters(String text) {
    assertThat(refusal(text)).isEqualTo(Reason.BAD_TRUST_DOMAIN_CHARACTER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://example.org/p?a=b",
        "spiffe://example.org/p?",
        "spiffe://example.org/p#f",
        "spiffe://example.org/p#",
        "spiffe://example.org/a%2Fb",
        "spiffe://example.org/%61pi",
        "spiffe://example.org/%2e%2e",
        "spiffe://example.org/%F0%9F%A4%AF",
        "spiffe://example.org/a:b",
        "spiffe://example.org/a;b",
        "spiffe://example.org/a@b",
        "spiffe://example.org/a b",
        "spiffe://example.org/a\\b",
        "spiffe://example.org/p\n",
        "spiffe://example.org/p\r",
        "spiffe://example.org/p\u0000",
        "spiffe://example.org/p\u0085",
        "spiffe://example.org/é",
        "spiffe://example.org/\uFF41",
        "spiffe://example.org/a\u0301",
        "spiffe://example.org/\ud83d\ude00",
        "spiffe://example.org/\udc00",
        "spiffe://example.org/~a",
        "spiffe://example.org/*",
        "spiffe://example.org/a\u200b"
      })
  @DisplayName("ID-03, ID-04, ID-18, ID-22, ID-29, ID-53 nothing else is in the path")
  void refusesPathCharacters(String text) {
    assertThat(refusal(text)).isEqualTo(Reason.BAD_PATH_CHARACTER);
  }

  static IntStream codePoints() {
    return IntStream.concat(
        IntStream.range(0, 256).filter(c -> c != '/'),
        IntStream.of(0x130, 0x131, 0x17f, 0x212a, 0x430, 0x660, 0xff0e, 0xff0f, 0x1d41a));
  }

  @Test
  @DisplayName("ID-10 of all characters, only these are in a trust domain")
  void sweepsTrustDomainCharacters() {
    codePoints()
        .mapToObj(Character::toString)
        .forEach(
            c -> {
              if (DOMAIN_CHARACTERS.contains(c)) {
                assertThat(SpiffeId.parse("spiffe://td" + c + "/p").trustDomain().name())
                    .isEqualTo("td" + c);
                assertThat(TrustDomain.parse(c + "td").name()).isEqualTo(c + "td");
              } else {
                assertThat(refusal("spiffe://td" + c + "/p"))
                    .isEqualTo(Reason.BAD_TRUST_DOMAIN_CHARACTER);
                assertThat(refusal(() -> TrustDomain.parse(c + "td")).reason())
                    .isEqualTo(Reason.BAD_TRUST_DOMAIN_CHARACTER);
              }
            });
  }

  @Test
  @DisplayName("ID-22, ID-24 of all characters, only these are in a path segment")
  void sweepsPathCharacters() {
    codePoints()
        .mapToObj(Character::toString)
        .forEach(
            c -> {
              if (PATH_CHARACTERS.contains(c)) {
                assertThat(SpiffeId.parse("spiffe://td/p" + c).path()).isEqualTo("/p" + c);
                assertThat(SpiffeId.of(TRUST_DOMAIN, "p" + c).path()).isEqualTo("/p" + c);
              } else {
                assertThat(refusal("spiffe://td/p" + c)).isEqualTo(Reason.BAD_PATH_CHARACTER);
                assertThat(refusal(() -> SpiffeId.of(TRUST_DOMAIN, "p" + c)).reason())
                    .isEqualTo(Reason.BAD_PATH_CHARACTER);
              }
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://example.org//",
        "spiffe://example.org//path",
        "spiffe://example.org/a//b",
        "spiffe://example.org///",
        "spiffe://example.org/a//"
      })
  @DisplayName("ID-19 no segment is empty")
  void refusesEmptySegments(String text) {
    assertThat(refusal(text)).isEqualTo(Reason.EMPTY_SEGMENT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.",
        "/..",
        "/./path",
        "/path/./other",
        "/path/.",
        "/path/..",
        "/../path",
        "/path/../other",
        "/a/b/..",
        "/../.."
      })
  @DisplayName("ID-20 no segment is . or ..")
  void refusesDotSegments(String path) {
    assertThat(refusal("spiffe://example.org" + path)).isEqualTo(Reason.DOT_SEGMENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a/", "/a/b/"})
  @DisplayName("ID-21 no path ends in a slash")
  void refusesTrailingSlashes(String path) {
    assertThat(refusal("spiffe://example.org" + path)).isEqualTo(Reason.TRAILING_SLASH);
  }

  @Test
  @DisplayName("ID-24 a segment cannot bring along anything else")
  void buildsFromSegments() {
    assertThat(SpiffeId.of(TRUST_DOMAIN)).hasToString("spiffe://example.org");
    assertThat(SpiffeId.of(TRUST_DOMAIN, "foo", "Bar")).hasToString("spiffe://example.org/foo/Bar");
    assertThat(refusalOf("")).isEqualTo(Reason.EMPTY_SEGMENT);
    assertThat(refusalOf("a", "")).isEqualTo(Reason.EMPTY_SEGMENT);
    assertThat(refusalOf("", "a")).isEqualTo(Reason.EMPTY_SEGMENT);
    for (String bad : new String[] {"/", "/foo", "foo/", "foo/bar", "$", "a%2Fb", "é"}) {
      assertThat(refusalOf("a", bad)).as(bad).isEqualTo(Reason.BAD_PATH_CHARACTER);
    }
    assertThat(refusalOf(".")).isEqualTo(Reason.DOT_SEGMENT);
    assertThat(refusalOf("a", "..")).isEqualTo(Reason.DOT_SEGMENT);
  }

  private static Reason refusalOf(String... segments) {
    return refusal(() -> SpiffeId.of(TRUST_DOMAIN, segments)).reason();
  }

  @Test
  @DisplayName("ID-25, ID-26, ID-27, ID-50 an ID has at most 2048 bytes")
  void limitsLength() {
    String prefix = "spiffe://example.org/";
    for (int length : new int[] {2047, 2048}) {
      String text = prefix + "a".repeat(length - prefix.length());
      assertThat(SpiffeId.parse(text).toString()).hasSize(length);
      assertThat(SpiffeId.of(TRUST_DOMAIN, text.substring(prefix.length()))).hasToString(text);
    }
    String tooLong = "a".repeat(2049 - prefix.length());
    assertThat(refusal(prefix + tooLong)).isEqualTo(Reason.TOO_LONG);
    assertThat(refusalOf(tooLong)).isEqualTo(Reason.TOO_LONG);
    assertThat(refusal("x".repeat(1_000_000))).isEqualTo(Reason.TOO_LONG);
    assertThat(refusal(prefix + "a/".repeat(100_000))).isEqualTo(Reason.TOO_LONG);
  }

  @Test
  @DisplayName("ID-28, ID-50 a trust domain name has at most 255 bytes")
  void limitsTrustDomainLength() {
    String longest = "a".repeat(255);
    assertThat(SpiffeId.parse("spiffe://" + longest + "/p").trustDomain().name())
        .isEqualTo(longest);
    assertThat(TrustDomain.parse(longest).name()).isEqualTo(longest);
    assertThat(refusal("spiffe://" + longest + "a/p")).isEqualTo(Reason.TRUST_DOMAIN_TOO_LONG);
    assertThat(refusal(() -> TrustDomain.parse(longest + "a")).reason())
        .isEqualTo(Reason.TRUST_DOMAIN_TOO_LONG);
  }

  @Test
  @DisplayName("ID-30 paths are case-sensitive")
  void comparesCase() {
    SpiffeId lower = SpiffeId.parse("spiffe://example.org/a");
    assertThat(SpiffeId.parse("spiffe://example.org/A")).isNotEqualTo(lower);
    assertThat(SpiffeId.parse("spiffe://example.org/a")).isEqualTo(lower);
    assertThat(lower).isNotEqualTo(SpiffeId.parse("spiffe://example.com/a"));
    assertThat(lower).isNotEqualTo(SpiffeId.parse("spiffe://example.org"));
    assertThat(lower.equals((Object) "spiffe://example.org/a")).isFalse();
  }

  @Test
  @DisplayName("ID-15 a member is of exactly that trust domain")
  void knowsItsTrustDomain() {
    assertThat(SpiffeId.parse("spiffe://example.org/a").isMemberOf(TRUST_DOMAIN)).isTrue();
    assertThat(SpiffeId.parse("spiffe://example.org").isMemberOf(TRUST_DOMAIN)).isTrue();
    for (String other : new String[] {"a.example.org", "example.or", "org", "xample.org"}) {
      assertThat(SpiffeId.parse("spiffe://" + other + "/a").isMemberOf(TRUST_DOMAIN)).isFalse();
    }
  }

  static Stream<Locale> locales() {
    return Stream.of(
        Locale.ROOT,
        Locale.forLanguageTag("tr"),
        Locale.forLanguageTag("az"),
        Locale.forLanguageTag("lt"));
  }

  @ParameterizedTest
  @MethodSource("locales")
  @DisplayName("Java trap: the default locale changes nothing")
  void doesNotDependOnTheLocale(Locale locale) {
    Locale before = Locale.getDefault();
    Locale.setDefault(locale);
    try {
      assertThat(SpiffeId.parse("spiffe://idi.example/i")).hasToString("spiffe://idi.example/i");
      assertThat(refusal("SPIFFE://IDI.EXAMPLE/I")).isEqualTo(Reason.WRONG_SCHEME);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void sortsByText() {
    SpiffeId[] ids =
        Stream.of("spiffe://b", "spiffe://a/b", "spiffe://a", "spiffe://a/a")
            .map(SpiffeId::parse)
            .toArray(SpiffeId[]::new);
    Arrays.sort(ids);
    assertThat(ids)
        .extracting(SpiffeId::toString)
        .containsExactly("spiffe://a", "spiffe://a/a", "spiffe://a/b", "spiffe://b");
  }

  @Test
  @DisplayName("errors say where, and quote at most 64 characters, escaped")
  void saysWhere() {
    assertThat(refusal(() -> SpiffeId.parse("spiffe://td/a\nb")).offset()).isEqualTo(13);
    assertThat(refusal(() -> SpiffeId.parse("spiffe://td/")).offset()).isEqualTo(11);
    assertThat(refusal(() -> SpiffeId.parse("spiffe://td/a/../b")).offset()).isEqualTo(14);
    InvalidSpiffeIdException refusal =
        refusal(() -> SpiffeId.parse("spiffe://td/\u001b[31m" + "x".repeat(1000)));
    assertThat(refusal.getMessage()).hasSizeLessThan(200).doesNotContain("\u001b");
  }

  @Test
  @DisplayName("untrusted text is cut after 64 characters, and only printable ASCII is shown")
  void printsUntrustedText() {
    assertThat(SpiffeIdSyntax.printable("")).isEmpty();
    assertThat(SpiffeIdSyntax.printable("x".repeat(64))).isEqualTo("x".repeat(64));
    assertThat(SpiffeIdSyntax.printable("x".repeat(65))).isEqualTo("x".repeat(64) + "...");
    assertThat(SpiffeIdSyntax.printable("\u0000\u001f a~\u007f\u00e9\u202e")).isEqualTo("?? a~???");
  }

  @Test
  @DisplayName("ID-28 a trust domain that is too long is too long from its 256th byte on")
  void saysWhereTrustDomainsAreTooLong() {
    assertThat(refusal(() -> SpiffeId.parse("spiffe://" + "a".repeat(256))).offset())
        .isEqualTo(9 + 255);
    assertThat(refusal(() -> TrustDomain.parse("a".repeat(256))).offset()).isEqualTo(255);
  }
}
