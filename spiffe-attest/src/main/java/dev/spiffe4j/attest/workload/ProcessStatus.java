package dev.spiffe4j.attest.workload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom a process acts for, of {@code /proc/<pid>/status}.
 *
 * @param uid the effective user
 * @param gid the effective group
 * @param groups the supplementary groups, in order
 */
record ProcessStatus(long uid, long gid, List<Long> groups) {
  /** The largest file that is read; a process may have 65536 groups. */
  static final int MAX_BYTES = 1024 * 1024;

  private static final long MAX_ID = 0xffff_ffffL;

  /** Of real, effective, saved and file system ID, the second one counts. */
  private static final int EFFECTIVE = 1;

  ProcessStatus {
    groups = List.copyOf(groups);
  }

  static ProcessStatus parse(byte[] status) throws IOException {
    List<Long> uids = null;
    List<Long> gids = null;
    List<Long> groups = null;
    // The name comes first and is escaped by the kernel, so that it cannot hold a line of its own.
    for (String line : new String(status, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      uids = line.startsWith("Uid:") ? ids(line, "Uid:") : uids;
      gids = line.startsWith("Gid:") ? ids(line, "Gid:") : gids;
      groups = line.startsWith("Groups:") ? ids(line, "Groups:") : groups;
    }
    if (groups == null) {
      throw new IOException("status: no line Groups");
    }
    return new ProcessStatus(effective(uids, "Uid"), effective(gids, "Gid"), groups);
  }

  private static long effective(@Nullable List<Long> ids, String name) throws IOException {
    if (ids == null || ids.size() <= EFFECTIVE) {
      throw new IOException("status: no effective " + name);
    }
    return ids.get(EFFECTIVE);
  }

  private static List<Long> ids(String line, String name) throws IOException {
    List<Long> ids = new ArrayList<>();
    for (String word : line.substring(name.length()).strip().split("\\s+", -1)) {
      if (!word.isEmpty()) {
        ids.add(id(word, name));
      }
    }
    return ids;
  }

  private static long id(String word, String name) throws IOException {
    try {
      long id = Long.parseLong(word);
      if (id >= 0 && id <= MAX_ID) {
        return id;
      }
    } catch (NumberFormatException e) {
      throw new IOException("status: bad line " + name, e);
    }
    throw new IOException("status: bad line " + name);
  }
}
