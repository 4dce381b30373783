package dev.spiffe4j.attest.workload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * What {@code /proc/<pid>/stat} says of a process's life.
 *
 * @param state the state, field 3
 * @param startTime when it started, field 22, in ticks since boot
 */
record ProcessStat(char state, String startTime) {
  /** The largest file that is read; the fields are numbers, and the name has 64 bytes at most. */
  static final int MAX_BYTES = 8 * 1024;

  /** Field 3 is the first one after the name. */
  private static final int START_TIME = 22 - 3;

  static ProcessStat parse(byte[] stat) throws IOException {
    String text = new String(stat, StandardCharsets.ISO_8859_1);
    // The process chooses its name, which may hold blanks and parentheses: only the last one
    // counts.
    int nameEnd = text.lastIndexOf(')');
    if (nameEnd < 0) {
      throw new IOException("stat: no process name");
    }
    String[] fields = text.substring(nameEnd + 1).strip().split(" ", -1);
    if (fields.length <= START_TIME || fields[0].length() != 1) {
      throw new IOException("stat: " + fields.length + " fields after the name");
    }
    return new ProcessStat(fields[0].charAt(0), fields[START_TIME]);
  }

  /** Whether it runs; a zombie does not, though it still has its PID. */
  boolean isRunning() {
    return state != 'Z' && state != 'X' && state != 'x';
  }
}
