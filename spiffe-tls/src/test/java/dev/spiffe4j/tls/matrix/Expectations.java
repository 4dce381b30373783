package dev.spiffe4j.tls.matrix;

import dev.spiffe4j.tls.stack.Stack;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** A table of what is to come of each flaw in each mode. */
record Expectations(List<Flaw> flaws, List<Mode> modes, List<Cell> cells) {
  /** One place of the table: {@code ok}, {@code not shown}, or why the peer is refused. */
  record Cell(Flaw flaw, Mode mode, String expected, String alert) {
    boolean isRefused() {
      return !expected.equals("ok") && !expected.equals("not shown");
    }

    /** How the connection may look to the peer. */
    List<String> seenBy(Stack stack) {
      if (!isRefused()) {
        return List.of("ok");
      }
      String seen = stack.mayCloseSilently() ? alert + " or lost" : alert;
      return List.of(seen.split(" or ", -1));
    }

    /** Who is traced: no server of the Web PKI, which has no identity, and no one unasked. */
    List<String> accepted() {
      return mode == Mode.WEB_CLIENT || mode == Mode.DEAF_SERVER
          ? List.of()
          : List.of("accepted spiffe://example.org" + Flaw.World.PEER);
    }

    List<String> refused() {
      return List.of("refused " + expected);
    }

    @Override
    public String toString() {
      return mode + " and " + flaw + ": " + expected;
    }
  }

  /** The last columns: what peers are told, and what servers of the Web PKI are. */
  private static final int ALERTS = 2;

  static Expectations parse(String table) {
    List<List<String>> lines = table.lines().map(Expectations::split).toList();
    List<String> head = lines.get(0);
    List<Mode> modes =
        head.subList(1, head.size() - ALERTS).stream().map(Expectations::mode).toList();
    List<List<String>> rows = lines.subList(1, lines.size());
    return new Expectations(
        rows.stream().map(row -> Flaw.valueOf(row.get(0))).toList(),
        modes,
        rows.stream()
            .flatMap(
                row ->
                    IntStream.range(0, modes.size())
                        .mapToObj(column -> cell(row, modes.get(column), column + 1)))
            .toList());
  }

  private static List<String> split(String line) {
    return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
  }

  private static Mode mode(String name) {
    return Mode.valueOf(name.toUpperCase(Locale.ROOT).replace(' ', '_'));
  }

  private static Cell cell(List<String> row, Mode mode, int column) {
    String alert = row.get(row.size() - (mode == Mode.WEB_CLIENT ? 1 : ALERTS));
    return new Cell(Flaw.valueOf(row.get(0)), mode, row.get(column), alert);
  }
}
