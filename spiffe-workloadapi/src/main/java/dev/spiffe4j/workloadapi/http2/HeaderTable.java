package dev.spiffe4j.workloadapi.http2;

import java.util.ArrayList;
import java.util.List;

/** The fields that a header may name by their index (RFC 7541 §2.3). */
final class HeaderTable {
  /** What we allow, which is what is allowed without a word about it (RFC 9113 §6.5.2). */
  static final int MAX_SIZE = 4096;

  /** What each field counts beside its bytes (§4.1). */
  static final int ENTRY_OVERHEAD = 32;

  /** Appendix A: names and values. */
  private static final String[] STATIC = {
    ":authority", "",
    ":method", "GET",
    ":method", "POST",
    ":path", "/",
    ":path", "/index.html",
    ":scheme", "http",
    ":scheme", "https",
    ":status", "200",
    ":status", "204",
    ":status", "206",
    ":status", "304",
    ":status", "400",
    ":status", "404",
    ":status", "500",
    "accept-charset", "",
    "accept-encoding", "gzip, deflate",
    "accept-language", "",
    "accept-ranges", "",
    "accept", "",
    "access-control-allow-origin", "",
    "age", "",
    "allow", "",
    "authorization", "",
    "cache-control", "",
    "content-disposition", "",
    "content-encoding", "",
    "content-language", "",
    "content-length", "",
    "content-location", "",
    "content-range", "",
    "content-type", "",
    "cookie", "",
    "date", "",
    "etag", "",
    "expect", "",
    "expires", "",
    "from", "",
    "host", "",
    "if-match", "",
    "if-modified-since", "",
    "if-none-match", "",
    "if-range", "",
    "if-unmodified-since", "",
    "last-modified", "",
    "link", "",
    "location", "",
    "max-forwards", "",
    "proxy-authenticate", "",
    "proxy-authorization", "",
    "range", "",
    "referer", "",
    "refresh", "",
    "retry-after", "",
    "server", "",
    "set-cookie", "",
    "strict-transport-security", "",
    "transfer-encoding", "",
    "user-agent", "",
    "vary", "",
    "via", "",
    "www-authenticate", "",
  };

  private static final int STATIC_FIELDS = STATIC.length / 2;

  /** What was added, the oldest first. */
  private final List<Field> dynamic = new ArrayList<>();

  private int maxSize = MAX_SIZE;
  private int size;

  /** A field of a header. */
  record Field(String name, String value) {
    int size() {
      return name.length() + value.length() + ENTRY_OVERHEAD;
    }

    /** Without the value, which may be a secret. */
    @Override
    public String toString() {
      return name;
    }
  }

  Field get(int index) throws Http2Exception {
    if (index >= 1 && index <= STATIC_FIELDS) {
      int name = 2 * (index - 1);
      return new Field(STATIC[name], STATIC[name + 1]);
    }
    int age = index - STATIC_FIELDS - 1;
    if (age < 0 || age >= dynamic.size()) {
      throw Http2Exception.compression("no field of index " + index);
    }
    return dynamic.get(dynamic.size() - 1 - age);
  }

  /** §4.4: what is larger than the table empties it, and is no error. */
  void add(Field field) {
    evictTo(maxSize - field.size());
    if (field.size() <= maxSize) {
      dynamic.add(field);
      size += field.size();
    }
  }

  /** §6.3: not above what we have allowed. */
  void resize(int newSize) throws Http2Exception {
    if (newSize > MAX_SIZE) {
      throw Http2Exception.compression("table of " + newSize + " bytes");
    }
    maxSize = newSize;
    evictTo(newSize);
  }

  private void evictTo(int limit) {
    while (size > limit && !dynamic.isEmpty()) {
      size -= dynamic.remove(0).size();
    }
  }
}
