package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidSpiffeIdException.Reason;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("SPIFFE-ID §2.1: trust domains")
final class TrustDomainTest {
  private static Reason refusal(String text) {
    InvalidSpiffeIdException refusal =
        catchThrowableOfType(InvalidSpiffeIdException.class, () -> TrustDomain.parse(text));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "example.org",
        "a",
        "my_td",
        "-a",
        "a.1",
        "1.2.3.4",
        "10.0.0.1",
        "1.2.3.999",
        "1.2.3.4.5",
        "a_b.example",
        "_dmarc.example.org",
        "example_.org",
        "a..b",
        ".example.org",
        "example.org.",
        "-example.org",
        "example-.org",
        "_",
        "..",
        ".",
        "123",
        "td.",
        "xn--bcher-kva.example"
      })
  @DisplayName("ID-12, ID-14, ID-52 every name of the characters is read alike, like DNS or not")
  void parsesNames(String name) {
    assertThat(TrustDomain.parse(name).name()).isEqualTo(name);
    assertThat(TrustDomain.parse(name)).hasToString(name);
    assertThat(TrustDomain.parse(name).spiffeId()).hasToString("spiffe://" + name);
    SpiffeId id = SpiffeId.parse("spiffe://" + name + "/p");
    assertThat(id.trustDomain()).isEqualTo(TrustDomain.parse(name));
    assertThat(id.path()).isEqualTo("/p");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spiffe://example.org",
        "spiffe://example.org/p",
        "http://example.org",
        "example.org/",
        "example.org/p",
        "EXAMPLE.org",
        "example.org:80",
        "u@example.org",
        "[::1]",
        "example%2eorg",
        "exa mple.org",
        "example.org\n",
        " example.org",
        "trust$domain",
        "a:/b",
        "://example.org",
        "ex\u00e4mple.org",
        "example.org?",
        "example.org#"
      })
  @DisplayName("ID-10, BND-30 an ID is not a trust domain name, nor is anything else")
  void refusesOtherTexts(String text) {
    assertThat(refusal(text)).isEqualTo(Reason.BAD_TRUST_DOMAIN_CHARACTER);
  }

  @Test
  @DisplayName("ID-02 a name has a character")
  void refusesAnEmptyName() {
    assertThat(refusal("")).isEqualTo(Reason.MISSING_TRUST_DOMAIN);
  }

  @Test
  @DisplayName("ID-15 names are equal as a whole or not at all")
  void compares() {
    TrustDomain name = TrustDomain.parse("example.org");
    assertThat(name).isEqualTo(TrustDomain.parse("example.org"));
    assertThat(name).hasSameHashCodeAs(TrustDomain.parse("example.org"));
    assertThat(name).isNotEqualTo(TrustDomain.parse("a.example.org"));
    assertThat(name).isNotEqualTo(TrustDomain.parse("example.org."));
    assertThat(name.equals((Object) "example.org")).isFalse();
    assertThat(TrustDomain.parse("a")).isLessThan(TrustDomain.parse("b"));
    assertThat(TrustDomain.parse("a")).isEqualByComparingTo(TrustDomain.parse("a"));
  }

  @Test
  @DisplayName("ID-16 who has no name that is theirs can take a random UUID")
  void takesRandomNames() {
    String name = UUID.randomUUID().toString();
    assertThat(TrustDomain.parse(name)).hasToString(name);
  }
}
