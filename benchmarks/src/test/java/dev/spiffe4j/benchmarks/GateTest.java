package dev.spiffe4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GateTest {
  private static final Gate RATIO = new Gate("ratio", "s", "ours", "theirs", 2, 0);
  private static final Gate BYTES = new Gate("bytes", "s", "ours", null, 0, 32);

  private final Figures figures = new Figures();

  @Test
  @DisplayName("a ratio is of medians, and met from its limit on")
  void ratio() {
    measured("theirs", 90, 100, 4000);
    measured("ours", 50, 1, 60);
    assertThat(RATIO.figure(figures)).isEqualTo(2.0);
    assertThat(RATIO.isMet(figures)).isTrue();
    measured("ours", 60, 60);
    assertThat(RATIO.isMet(figures)).isFalse();
  }

  @Test
  @DisplayName("allocation is met up to its limit")
  void bytes() {
    figures.addBytes("ours", 32);
    assertThat(BYTES.isMet(figures)).isTrue();
    figures.addBytes("ours", 48);
    assertThat(BYTES.isMet(figures)).isFalse();
  }

  @Test
  @DisplayName("what was not measured meets nothing")
  void notMeasured() {
    measured("theirs", 100);
    assertThat(RATIO.isMet(figures)).isFalse();
    assertThat(BYTES.isMet(figures)).isFalse();
    assertThat(new GateTable(List.of(RATIO), figures).text()).startsWith("SHORT");
  }

  @Test
  @DisplayName("the bare scan knows the same IDs as our parser")
  void byteScan() {
    for (String size : new String[] {"short", "1k", "2k"}) {
      String id = Ids.valid(size);
      assertThat(ByteScan.pathStart(id.getBytes(StandardCharsets.US_ASCII)))
          .isEqualTo("spiffe://example.org".length());
    }
    assertThat(Ids.valid("2k")).hasSize(2048);
    for (String fault : new String[] {"path", "trustDomain", "scheme"}) {
      assertThat(ByteScan.pathStart(Ids.invalid(fault).getBytes(StandardCharsets.US_ASCII)))
          .isEqualTo(-1);
    }
  }

  private void measured(String benchmark, double... nanos) {
    for (double one : nanos) {
      figures.addNanos(benchmark, one);
    }
  }
}
