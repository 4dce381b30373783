package dev.spiffe4j.benchmarks;

/** The rules of SPIFFE-ID §2 as bare as they can be checked: one pass, one table, no object. */
final class ByteScan {
  private static final byte[] PREFIX = {'s', 'p', 'i', 'f', 'f', 'e', ':', '/', '/'};

  /** 1 for characters of trust domains, 2 for those of paths only. */
  private static final byte[] KINDS = new byte[256];

  static {
    "abcdefghijklmnopqrstuvwxyz0123456789.-_".chars().forEach(c -> KINDS[c] = 1);
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ".chars().forEach(c -> KINDS[c] = 2);
  }

  private ByteScan() {}

  /** Where the path begins, or -1 for what is not an ID. */
  static int pathStart(byte[] id) {
    if (id.length > 2048 || id.length <= PREFIX.length) {
      return -1;
    }
    for (int i = 0; i < PREFIX.length; i++) {
      if (id[i] != PREFIX[i]) {
        return -1;
      }
    }
    int i = PREFIX.length;
    while (i < id.length && KINDS[id[i] & 0xff] == 1) {
      i++;
    }
    int pathStart = i;
    if (i == PREFIX.length || i - PREFIX.length > 255 || (i < id.length && id[i] != '/')) {
      return -1;
    }
    return isPath(id, pathStart) ? pathStart : -1;
  }

  private static boolean isPath(byte[] id, int from) {
    int i = from;
    while (i < id.length) {
      int start = ++i;
      while (i < id.length && KINDS[id[i] & 0xff] != 0) {
        i++;
      }
      int length = i - start;
      if (length == 0
          || (i < id.length && id[i] != '/')
          || (length <= 2 && id[start] == '.' && id[i - 1] == '.')) {
        return false;
      }
    }
    return true;
  }
}
