package dev.spiffe4j.attest.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessStatusTest {
  private static final String STATUS =
      "Name:\tsh\nUid:\t1\t1000\t3\t4\nGid:\t5\t4294967295\t7\t8\nGroups:\t9 10 \n";

  @Test
  void readsTheEffectiveIds() throws IOException {
    assertThat(parse(STATUS)).isEqualTo(new ProcessStatus(1000, 4_294_967_295L, List.of(9L, 10L)));
  }

  @Test
  void aProcessMayHaveNoGroups() throws IOException {
    assertThat(parse(STATUS.replace("9 10 ", "")).groups()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"Uid:, Vid:", "Gid:, Hid:", "Groups:, Grouped:", "1000, x", "1000, 4294967296"})
  void refusesWhatIsNotWhole(String part, String instead) throws IOException {
    parse(STATUS);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> parse(STATUS.replace(part, instead)));
  }

  private static ProcessStatus parse(String text) throws IOException {
    return ProcessStatus.parse(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
