package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Every row of the documents that somebody MUST keep has a test that is named after it, or a
 * conformance vector. The rows are in {@code conformance/rows.tsv}: their number, their level, the
 * section they stand in, and what they say.
 */
class RowsTest {
  private static final Pattern NAME =
      Pattern.compile("@DisplayName\\(\\s*\"((?:[^\"\\\\]|\\\\.)*)\"", Pattern.DOTALL);
  private static final Path CONFORMANCE = Path.of("..", "conformance");

  /** The rows that a vector is of, which name the test that runs it. */
  private static final Pattern VECTOR_ROWS = Pattern.compile("\"rows\": \\[([^\\]]*)]");

  private static final Pattern RANGE =
      Pattern.compile("\\b(ID|X509|JWT|WIT|BND)-(\\d\\d)(?:\\.\\.(?:\\1-)?(\\d\\d))?");

  @Test
  @DisplayName("every MUST of the five documents has a test, and no test is named after nothing")
  void everyMustHasATest() throws IOException {
    Set<String> all = new TreeSet<>();
    Set<String> must = new TreeSet<>();
    for (String[] row : rows()) {
      all.add(row[0]);
      if (row[1].startsWith("MUST")) {
        must.add(row[0]);
      }
    }
    assertThat(all).hasSizeGreaterThan(250);
    Set<String> tested = tested();
    assertThat(all).as("rows that tests are named after").containsAll(tested);
    must.removeAll(tested);
    assertThat(must).as("MUST rows without a test").isEmpty();
  }

  private static List<String[]> rows() throws IOException {
    return Files.readAllLines(CONFORMANCE.resolve("rows.tsv")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> line.split("\t", -1))
        .toList();
  }

  private static Set<String> tested() throws IOException {
    Set<String> tested = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      for (Path file : files.filter(RowsTest::isTest).toList()) {
        Matcher names = NAME.matcher(Files.readString(file));
        while (names.find()) {
          RANGE.matcher(names.group(1)).results().forEach(range -> add(tested, range));
        }
      }
    }
    tested.addAll(heldByVectors());
    return tested;
  }

  private static Set<String> heldByVectors() throws IOException {
    Set<String> held = new TreeSet<>();
    try (Stream<Path> files = Files.list(CONFORMANCE.resolve("vectors"))) {
      for (Path file : files.toList()) {
        Matcher lists = VECTOR_ROWS.matcher(Files.readString(file));
        while (lists.find()) {
          RANGE.matcher(lists.group(1)).results().forEach(range -> add(held, range));
        }
      }
    }
    assertThat(held).as("rows of the conformance vectors").hasSizeGreaterThan(100);
    return held;
  }

  private static boolean isTest(Path file) {
    String path = file.toString();
    return path.endsWith("Test.java") && path.contains("src/test/java");
  }

  private static void add(Set<String> tested, MatchResult range) {
    int from = Integer.parseInt(range.group(2));
    int to = range.group(3) == null ? from : Integer.parseInt(range.group(3));
    for (int row = from; row <= to; row++) {
      tested.add("%s-%02d".formatted(range.group(1), row));
    }
  }
}
