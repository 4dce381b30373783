package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Blocks of PEM (RFC 7468), at their edges")
final class PemReaderTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String block(String label) {
    return "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n";
  }

  private static List<String> labels(String text) {
    return PemReader.blocks(bytes(text)).stream().map(PemReader.Block::label).toList();
  }

  private static Reason refusal(byte[] text) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, () -> PemReader.blocks(text));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("dashes in text between blocks are no blocks")
  void skipsDashes() {
    String text =
        """
        - a note - with dashes, and more of them: ------------------------
        -----BEGINNING of the end-----
        -----BEGIN
        """;
    assertThat(labels(text + block("X") + text)).containsExactly("X");
  }

  @Test
  @DisplayName("a label has 1 to 64 printable characters")
  void limitsLabels() {
    String longest = "x".repeat(64);
    assertThat(labels(block(longest) + block(" ") + block("~"))).containsExactly(longest, " ", "~");
    for (String bad : List.of("", "x".repeat(65), "a\u001fb", "a\u007f", "\u00e9")) {
      assertThat(refusal(bytes(block(bad)))).as(bad).isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  @DisplayName("a boundary is a line of its own, and whole")
  void wantsWholeBoundaries() {
    assertThat(labels("-----BEGIN X----- \t\r\nAAAA\r\n-----END X-----")).containsExactly("X");
    for (String bad :
        List.of(
            " " + block("X"),
            "a" + block("X"),
            block("X").replace("-----BEGIN X-----", "-----BEGIN X----"),
            block("X").replace("-----BEGIN X-----", "-----BEGIN X-----a"),
            block("X").replace("-----END X-----", "-----END Y-----"),
            block("X").replace("-----END X-----", "-----END X----"),
            block("X").replace("-----BEGIN", "-----END"),
            "-----BEGIN -----\n",
            "-----BEGIN ----\n")) {
      assertThat(refusal(bytes(bad))).as(bad).isEqualTo(Reason.MALFORMED);
    }
  }

  @Test
  @DisplayName("the largest document is read, and one of a byte more is not looked at")
  void limitsDocuments() {
    byte[] largest = new byte[PemReader.MAX_BYTES];
    Arrays.fill(largest, (byte) '\n');
    assertThat(PemReader.blocks(largest)).isEmpty();
    assertThat(refusal(new byte[PemReader.MAX_BYTES + 1])).isEqualTo(Reason.TOO_LARGE);
    assertThat(PemReader.blocks(bytes(block("X").repeat(4096)))).hasSize(4096);
    assertThat(refusal(bytes(block("X").repeat(4097)))).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("white space is blank, and nothing else is")
  void knowsBlanks() {
    assertThat(PemReader.isBlank(bytes(""))).isTrue();
    assertThat(PemReader.isBlank(bytes(" \t\r\n"))).isTrue();
    assertThat(PemReader.isBlank(bytes("\u0000"))).isFalse();
    assertThat(PemReader.isBlank(bytes("\n\n-"))).isFalse();
  }
}
