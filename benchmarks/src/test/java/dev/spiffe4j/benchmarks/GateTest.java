package dev.spiffe4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

class GateTest {
  private static final Gate RATIO = new Gate("ratio", "s", "ours", "theirs", null, 2, 0, null);
  private static final Gate BYTES = new Gate("bytes", "s", "ours", null, null, 0, 32, null);

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
  @DisplayName("a size is compared with another one, and smaller is better")
  void sizes() {
    Gate sizes = new Gate("sizes", "s", "ours", "theirs", "bytes", 0, 0.8, null);
    figures.addBytes("theirs", 1000);
    figures.addBytes("ours", 800);
    assertThat(sizes.isMet(figures)).isTrue();
    figures.addBytes("ours", 820);
    assertThat(sizes.figure(figures)).isEqualTo(0.81);
    assertThat(sizes.isMet(figures)).isFalse();
  }

  @Test
  @DisplayName("a limit may be another one from a version of the JDK on")
  void limitOfJdk() {
    Gate gate = new Gate("ratio", "s", "ours", "theirs", null, 8, 0, Map.of(21, 6.0, 25, 5.0));
    assertThat(gate.on(17).limit()).isEqualTo(8);
    assertThat(gate.on(21).limit()).isEqualTo(6);
    assertThat(gate.on(24).limit()).isEqualTo(6);
    assertThat(gate.on(26).limit()).isEqualTo(5);
    assertThat(RATIO.on(25)).isEqualTo(RATIO);
  }

  @Test
  @DisplayName("each gate is met at its limit, falls short just beyond it, and names what exists")
  void eachGateCanFail() throws Exception {
    List<Gate> gates =
        new Gson()
                .fromJson(Files.readString(Path.of("gates.json")), JsonObject.class)
                .getAsJsonArray("gates")
                .asList()
                .stream()
                .map(gate -> new Gson().fromJson(gate, Gate.class))
                .flatMap(gate -> Stream.of(gate.on(17), gate.on(25)).distinct())
                .toList();
    assertThat(gates).hasSizeGreaterThan(40);
    for (Gate gate : gates) {
      assertThat(gate.limit()).as(gate.what()).isPositive();
      assertThat(gate.isMet(atLimit(gate, 0.999))).as(gate.what()).isTrue();
      assertThat(gate.isMet(atLimit(gate, 1.001))).as(gate.what()).isFalse();
      assertThat(gate.isMet(new Figures())).as(gate.what()).isFalse();
      for (String name : gate.benchmarks()) {
        BenchmarkName parsed = BenchmarkName.parse(name);
        if (!Scenario.ALL.containsKey(parsed.subject())) {
          Class<?> benchmark = Class.forName(getClass().getPackageName() + "." + parsed.subject());
          assertThat(benchmark.getMethods())
              .as(name)
              .anyMatch(
                  method ->
                      method.getName().equals(parsed.variant())
                          && method.isAnnotationPresent(Benchmark.class));
        }
      }
    }
  }

  /** Figures in which our side has so many times the time or the size that is allowed. */
  private static Figures atLimit(Gate gate, double times) {
    Figures figures = new Figures();
    if (gate.isRatio()) {
      figures.addNanos(gate.against(), 1000);
      figures.addBytes(gate.against(), 1000);
    }
    figures.addNanos(gate.of(), times * 1000 / gate.atLeast());
    figures.addBytes(gate.of(), times * gate.atMost() * (gate.isRatio() ? 1000 : 1));
    return figures;
  }

  @Test
  @DisplayName("the self-test makes our side worse than a gate allows")
  void slowdown() {
    measured("theirs", 1000);
    measured("ours", 100);
    // Allowed are 500 ns.
    assertThat(RATIO.slowdown(figures, 1.5)).isEqualTo("-Dspiffe4j.slowdown.steps=750");
    assertThat(BYTES.slowdown(figures, 1.5)).isEqualTo("-Dspiffe4j.slowdown.bytes=48");
  }

  @Test
  @DisplayName("what is measured in turns is one benchmark")
  void turns() {
    String turn = BenchmarkName.turn("X509ParseBenchmark.turns", "javaSpiffe");
    assertThat(turn).isEqualTo("X509ParseBenchmark.turns#javaSpiffe");
    assertThat(BenchmarkName.benchmark(turn)).isEqualTo("X509ParseBenchmark.turns");
    assertThat(BenchmarkName.parse(turn))
        .isEqualTo(BenchmarkName.parse("X509ParseBenchmark.turns"));
    assertThat(BenchmarkName.benchmark("A.b(c=d)")).isEqualTo("A.b(c=d)");
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
