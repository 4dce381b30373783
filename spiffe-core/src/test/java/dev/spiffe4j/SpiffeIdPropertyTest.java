package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

@Label("SPIFFE IDs, generated")
final class SpiffeIdPropertyTest {
  private static final String NAME = "[a-z0-9._-]{1,255}";
  private static final String SEGMENT = "(?!\\.{1,2}(?:/|$))[a-zA-Z0-9._-]+";

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .numeric()
        .withChars("._-")
        .ofMinLength(1)
        .ofMaxLength(255);
  }

  @Provide
  Arbitrary<List<String>> paths() {
    return Arbitraries.strings()
        .alpha()
        .numeric()
        .withChars("._-")
        .ofMinLength(1)
        .ofMaxLength(40)
        .filter(segment -> !segment.equals(".") && !segment.equals(".."))
        .list()
        .ofMaxSize(8);
  }

  /** Pieces of IDs and of what is none, in any order. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "spiffe://",
            "spiffe",
            "://",
            "/",
            "a",
            "Z",
            ".",
            "..",
            "-",
            "_",
            "example.org",
            ":80",
            "@",
            "?",
            "#",
            "%41",
            "é",
            "\u0000",
            " ",
            "SPIFFE://");
    return Combinators.combine(
            Arbitraries.of("spiffe://td/", "spiffe://td", "spiffe://", ""),
            pieces.list().ofMaxSize(5))
        .as((start, more) -> start + String.join("", more));
  }

  @Property(tries = 500, seed = "2")
  @Label("ID-06, ID-23, ID-25, ID-27 what is printed is read back, with its parts")
  void readsWhatItPrints(
      @ForAll @From("names") String name, @ForAll @From("paths") List<String> segments) {
    TrustDomain trustDomain = TrustDomain.parse(name);
    SpiffeId id = SpiffeId.of(trustDomain, segments.toArray(new String[0]));
    String path = segments.isEmpty() ? "" : "/" + String.join("/", segments);
    assertThat(id).hasToString("spiffe://" + name + path);
    assertThat(id.path()).isEqualTo(path);
    assertThat(id.trustDomain()).isEqualTo(trustDomain).hasToString(name);
    assertThat(id.isTrustDomainId()).isEqualTo(segments.isEmpty());
    assertThat(id.isMemberOf(trustDomain)).isTrue();

    SpiffeId copy = SpiffeId.parse(id.toString());
    assertThat(copy).isEqualTo(id).hasSameHashCodeAs(id).isEqualByComparingTo(id);
    assertThat(copy.trustDomain()).isEqualTo(trustDomain).hasSameHashCodeAs(trustDomain);
    assertThat(trustDomain.spiffeId()).isEqualTo(SpiffeId.parse("spiffe://" + name));
  }

  @Property(tries = 5000, seed = "2")
  @Label("ID-01..ID-05, ID-18..ID-22 exactly the texts of the grammar are read, and as they are")
  void readsExactlyTheGrammar(@ForAll @From("texts") String text) {
    boolean valid = text.matches("spiffe://" + NAME + "(/" + SEGMENT + ")*");
    Optional<SpiffeId> read = read(text);
    assertThat(read.isPresent()).as(text).isEqualTo(valid);
    read.ifPresent(id -> assertThat(id).hasToString(text));
  }

  @Property(tries = 2000, seed = "2")
  @Label("ID-15, ID-30 IDs are equal, and in order, as their texts are")
  void comparesTexts(@ForAll @From("texts") String one, @ForAll @From("texts") String other) {
    Optional<SpiffeId> first = read(one);
    Optional<SpiffeId> second = read(other);
    if (first.isEmpty() || second.isEmpty()) {
      return;
    }
    assertThat(first.equals(second)).isEqualTo(one.equals(other));
    assertThat(Integer.signum(first.get().compareTo(second.get())))
        .isEqualTo(Integer.signum(one.compareTo(other)));
  }

  private static Optional<SpiffeId> read(String text) {
    try {
      return Optional.of(SpiffeId.parse(text));
    } catch (InvalidSpiffeIdException e) {
      assertThat(e.offset()).isBetween(0, text.length());
      return Optional.empty();
    }
  }

  @Property(tries = 2000, seed = "2")
  @Label("BND-30 exactly the names of the grammar are trust domains")
  void readsExactlyNames(@ForAll @From("texts") String text) {
    if (text.matches(NAME)) {
      assertThat(TrustDomain.parse(text)).hasToString(text);
    } else {
      assertThatExceptionOfType(InvalidSpiffeIdException.class)
          .isThrownBy(() -> TrustDomain.parse(text));
    }
  }
}
