package dev.spiffe4j.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The seeds, and every input that once broke a target, go through it without Jazzer too. */
class SeedsTest {
  @ParameterizedTest
  @EnumSource
  @DisplayName("every seed is taken or refused, and each target has seeds of both kinds")
  void seeds(Target target) throws IOException {
    int taken = 0;
    int refused = 0;
    for (Path seed : files(target)) {
      if (target.accepts(Files.readAllBytes(seed))) {
        taken++;
      } else {
        refused++;
      }
    }
    assertThat(taken).as("taken").isPositive();
    assertThat(refused).as("refused").isPositive();
  }

  private static List<Path> files(Target target) throws IOException {
    try (Stream<Path> files = Files.list(Path.of("seeds", target.name()))) {
      return files.sorted().toList();
    }
  }
}
