package dev.spiffe4j.jwt.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class JsonPropertyTest {
  @Property(tries = 300)
  void readsBackWhatIsWritten(@ForAll("objects") Map<String, Object> object) {
    assertThat(JsonReader.readObject(JsonWriter.write(object))).isEqualTo(object);
  }

  @Provide
  Arbitrary<Map<String, Object>> objects() {
    Arbitrary<Object> leaves =
        Arbitraries.oneOf(
            strings().map(s -> (Object) s),
            Arbitraries.longs().map(l -> (Object) l),
            Arbitraries.doubles().map(d -> (Object) d),
            Arbitraries.of(true, false));
    Arbitrary<Object> values =
        Arbitraries.lazyOf(
            () -> leaves,
            () -> leaves.list().ofMaxSize(4).map(l -> (Object) l),
            () -> Arbitraries.maps(strings(), leaves).ofMaxSize(4).map(m -> (Object) m));
    return Arbitraries.maps(strings(), values).ofMaxSize(6);
  }

  private static Arbitrary<String> strings() {
    return Arbitraries.strings()
        .ofMaxLength(12)
        .filter(s -> s.codePoints().noneMatch(c -> c >= 0xd800 && c <= 0xdfff));
  }

  @Property(tries = 2000)
  void neverFailsOtherwise(@ForAll byte[] bytes) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> JsonReader.readObject(bytes));
    assertThat(refusal).isNotNull();
  }
}
