package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick reader accepts nothing that the exact one refuses, and hardly less. */
class PlainSpiffeIdTest {
  private static final String WHOLE = "spiffe://example.org/ns/Prod_1/sa/web-2.b";

  /** What the exact reader says: where the path begins, or -1. */
  private static int exact(String text) {
    try {
      return SpiffeIdSyntax.checkEach(text);
    } catch (InvalidSpiffeIdException e) {
      return -1;
    }
  }

  private static void assertNeverWrong(String text) {
    int plain = PlainSpiffeId.pathStart(text);
    int exact = exact(text);
    if (plain != exact && plain != -1) {
      throw new AssertionError("accepted: " + text);
    }
    if (exact != -1 && plain == -1 && !text.contains("/.")) {
      throw new AssertionError("not accepted: " + text);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"spiffe://a", "spiffe://a/b", "spiffe://example.org", WHOLE, "spiffe://-._/-._x"})
  @DisplayName("ID-06, ID-23: plain IDs are accepted at once")
  void accepts(String text) {
    assertThat(PlainSpiffeId.pathStart(text)).isEqualTo(exact(text)).isPositive();
  }

  @Test
  @DisplayName("ID-10, ID-22: each character of Unicode at each place of an ID")
  void eachCharacterAtEachPlace() {
    for (int place = 0; place < WHOLE.length(); place++) {
      for (int c = 0; c <= Character.MAX_VALUE; c++) {
        assertNeverWrong(WHOLE.substring(0, place) + (char) c + WHOLE.substring(place + 1));
      }
    }
  }

  @Test
  @DisplayName(
      "ID-19, ID-20, ID-21: slashes and dots at each place, beside each other, in paths of each length")
  void slashesAndDots() {
    String[] pieces = {"/", "//", "/.", "/..", "/...", "/.a", "./", "../", "/./", "/../", "/a/"};
    for (int length = 0; length < 40; length++) {
      String id = "spiffe://td/" + "a".repeat(length);
      for (int place = 9; place <= id.length(); place++) {
        for (String piece : pieces) {
          assertNeverWrong(id.substring(0, place) + piece + id.substring(place));
          assertNeverWrong(id.substring(0, place) + piece);
        }
      }
    }
  }

  @Test
  @DisplayName("ID-10, ID-22: random texts of what IDs are made of, and what they are not")
  void randomTexts() {
    Random random = new Random(1);
    String alphabet = "aZ09-._//....::%@ \u00e9\u0430\u212a\ud83d\ude00";
    for (int i = 0; i < 300_000; i++) {
      StringBuilder text = new StringBuilder("spiffe://");
      int length = random.nextInt(40);
      for (int j = 0; j < length; j++) {
        // Mostly what is allowed, so that some pass.
        text.append(alphabet.charAt(random.nextInt(random.nextInt(8) > 0 ? 7 : alphabet.length())));
      }
      assertNeverWrong(text.toString());
    }
  }

  @Test
  @DisplayName("ID-25, ID-28: limits are those of the exact reader")
  void limits() {
    for (int length = 250; length < 260; length++) {
      assertNeverWrong("spiffe://" + "a".repeat(length));
      assertNeverWrong("spiffe://" + "a".repeat(length) + "/b");
    }
    for (int length = 2040; length < 2056; length++) {
      assertNeverWrong("spiffe://a/" + "b".repeat(length - 11));
    }
  }
}
