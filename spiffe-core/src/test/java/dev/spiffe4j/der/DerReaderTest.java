package dev.spiffe4j.der;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("X.690 §8.1, §10.1: DER elements")
final class DerReaderTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static Reason refusal(byte[] der) {
    InvalidDocumentException refusal =
        catchThrowableOfType(
            InvalidDocumentException.class,
            () -> {
              DerReader reader = new DerReader(der);
              reader.readElement();
              reader.requireEnd();
            });
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  void readsElements() {
    DerReader reader = new DerReader(hex("30 03 02 01 05  04 00"));
    assertThat(reader.peekTag()).isEqualTo(DerReader.SEQUENCE);
    DerReader sequence = reader.readContent(DerReader.SEQUENCE);
    assertThat(sequence.readElement()).isEqualTo(hex("020105"));
    assertThat(sequence.hasMore()).isFalse();
    assertThat(reader.readContent(DerReader.OCTET_STRING).remaining()).isEmpty();
    reader.requireEnd();
  }

  @Test
  void readsLengthsOfEverySize() {
    for (int length : new int[] {0, 1, 127, 128, 255, 256, 65_535, 65_536, 100_000}) {
      byte[] content = new byte[length];
      byte[] element = DerWriter.sequence(content);
      assertThat(new DerReader(element).readElement()).isEqualTo(element);
      assertThat(new DerReader(element).readContent(DerReader.SEQUENCE).remaining())
          .isEqualTo(content);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "30", // no length
        "30 01", // no content
        "30 80 00 00", // indefinite
        "30 81", // a length that ends early
        "30 81 7f", // not minimal
        "30 81 01 00", // not minimal
        "30 82 00 ff", // not minimal
        "30 82 01 00", // content that ends early
        "30 83 ff ff ff", // content that ends early
        "30 84 00 00 00 01 00", // not minimal
        "30 84 7f ff ff ff", // huge
        "30 84 ff ff ff ff", // negative as an int
        "30 88 ff ff ff ff ff ff ff ff", // huge
        "30 ff", // reserved
        "1f 01 00", // a tag of several bytes
        "3f 81 00 00" // a tag of several bytes
      })
  void refusesOtherElements(String bytes) {
    new DerReader(hex("30 00")).readElement();
    assertThat(refusal(hex(bytes))).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void refusesTrailingData() {
    assertThat(refusal(hex("30 00 00"))).isEqualTo(Reason.TRAILING_DATA);
  }

  @Test
  void refusesOtherTags() {
    InvalidDocumentException refusal =
        catchThrowableOfType(
            InvalidDocumentException.class,
            () -> new DerReader(hex("30 00")).readContent(DerReader.OCTET_STRING));
    assertThat(refusal.reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  void readsBitStringsOfWholeBytes() {
    assertThat(new DerReader(hex("03 03 00 01 02")).readBits()).isEqualTo(hex("0102"));
    for (String bits : new String[] {"03 00", "03 03 01 01 02", "04 02 00 01"}) {
      InvalidDocumentException refusal =
          catchThrowableOfType(
              InvalidDocumentException.class, () -> new DerReader(hex(bits)).readBits());
      assertThat(refusal.reason()).as(bits).isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  void staysInsideOfItsElement() {
    DerReader inner = new DerReader(hex("30 02 04 05 00 00 00 00 00")).readContent(0x30);
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, inner::readElement);
    assertThat(refusal.reason()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("whatever the bytes are, nothing else than a refusal comes of them")
  void neverFailsOtherwise() {
    Random random = new Random(1);
    byte[] seed = hex("30 0c 30 05 86 03 61 62 63 04 03 30 01 05");
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(seed, random.nextInt(seed.length + 1));
      for (int flips = random.nextInt(4); flips >= 0 && bytes.length > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      readAll(new DerReader(bytes));
    }
  }

  private static void readAll(DerReader reader) {
    try {
      while (reader.hasMore()) {
        readAll(reader.readContent(reader.peekTag()));
      }
    } catch (InvalidDocumentException e) {
      assertThat(e.reason()).isEqualTo(Reason.MALFORMED);
    }
  }
}
