package dev.spiffe4j.attest.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessStatTest {
  private static final String REST =
      " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20 21 22 23 24 25 26\n";

  @ParameterizedTest
  @ValueSource(strings = {"(sh)", "(a b)", "(x) Z 1)", "((()", "(\n)"})
  void readsWhatComesAfterTheName(String name) throws IOException {
    ProcessStat stat = parse("12 " + name + REST);

    assertThat(stat.startTime()).isEqualTo("4711");
    assertThat(stat.isRunning()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Z", "X", "x"})
  void aZombieDoesNotRun(String state) throws IOException {
    assertThat(parse("12 (sh)" + REST).isRunning()).isTrue();
    assertThat(parse("12 (sh)" + REST.replaceFirst("S", state)).isRunning()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "12", "12 (sh", "12 (sh)", "12 (sh) S 1 2", "12 (sh) ST 1 2 3"})
  void refusesWhatIsCutOff(String text) {
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> parse(text));
  }

  @Test
  void refusesAStateOfTwoLetters() throws IOException {
    parse("12 (sh)" + REST);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> parse("12 (sh)" + REST.replaceFirst("S", "SS")));
  }

  private static ProcessStat parse(String text) throws IOException {
    return ProcessStat.parse(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
