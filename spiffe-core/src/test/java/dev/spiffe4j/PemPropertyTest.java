package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class PemPropertyTest {
  @Property(tries = 500)
  void readsBackWhatIsWritten(@ForAll @From("labels") String label, @ForAll byte[] content) {
    byte[] pem = PemWriter.block(label, content);
    List<PemReader.Block> blocks = PemReader.blocks(pem);
    assertThat(blocks).extracting(PemReader.Block::label).containsExactly(label);
    assertThat(PemReader.decode(pem, blocks.get(0))).isEqualTo(content);
  }

  @Provide
  Arbitrary<String> labels() {
    return Arbitraries.of("CERTIFICATE", "PRIVATE KEY", "X", "A-B C");
  }

  @Property(tries = 2000)
  void neverFailsOtherwise(
      @ForAll byte[] noise, @ForAll @From("fragments") List<String> fragments) {
    byte[] pem =
        (String.join("", fragments) + new String(noise, StandardCharsets.ISO_8859_1))
            .getBytes(StandardCharsets.ISO_8859_1);
    InvalidDocumentException refusal =
        catchThrowableOfType(
            InvalidDocumentException.class,
            () -> PemReader.blocks(pem).forEach(block -> PemReader.decode(pem, block)));
    // Either way is fine, as long as it is no other exception.
    assertThat(refusal == null || refusal.reason() != null).isTrue();
  }

  @Provide
  Arbitrary<List<String>> fragments() {
    return Arbitraries.of(
            "-----BEGIN ", "-----END ", "X", "-----", "\n", "\r\n", " ", "AAAA", "AA==", "-")
        .list()
        .ofMaxSize(16);
  }
}
