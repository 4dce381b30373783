package dev.spiffe4j.attest.store;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Cuts pages of sorted collections. */
final class Pages {
  private Pages() {}

  static <T> Page<T> cut(
      Collection<T> rest, Predicate<T> filter, int limit, Function<T, String> key) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit: " + limit + " (expected: >= 1)");
    }
    List<T> items = new ArrayList<>();
    for (T item : rest) {
      if (!filter.test(item)) {
        continue;
      }
      if (items.size() == limit) {
        return new Page<>(items, key.apply(items.get(limit - 1)));
      }
      items.add(item);
    }
    return new Page<>(items, "");
  }
}
