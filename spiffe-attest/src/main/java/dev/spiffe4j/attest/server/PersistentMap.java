package dev.spiffe4j.attest.server;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An immutable hash map whose changed copies share what did not change: a copy costs the table of
 * buckets and one bucket. Thread-safe.
 */
final class PersistentMap<K, V> {
  private static final int MAX_LOAD = 4;
  private static final int MIN_BUCKETS = 8;

  /** Neither the table nor a bucket is changed once it is here. */
  private final List<List<Map.Entry<K, V>>> buckets;

  private final int size;

  private PersistentMap(List<List<Map.Entry<K, V>>> buckets, int size) {
    this.buckets = buckets;
    this.size = size;
  }

  static <K, V> PersistentMap<K, V> empty() {
    return new PersistentMap<>(Collections.nCopies(MIN_BUCKETS, List.of()), 0);
  }

  int size() {
    return size;
  }

  Optional<V> get(K key) {
    for (Map.Entry<K, V> entry : buckets.get(index(key, buckets.size()))) {
      if (entry.getKey().equals(key)) {
        return Optional.of(entry.getValue());
      }
    }
    return Optional.empty();
  }

  void forEach(Consumer<V> action) {
    buckets.forEach(bucket -> bucket.forEach(entry -> action.accept(entry.getValue())));
  }

  PersistentMap<K, V> with(K key, V value) {
    List<List<Map.Entry<K, V>>> table =
        size >= buckets.size() * MAX_LOAD ? rehashed() : new ArrayList<>(buckets);
    int index = index(key, table.size());
    List<Map.Entry<K, V>> bucket = copyWithout(table.get(index), key);
    boolean added = bucket.size() == table.get(index).size();
    bucket.add(Map.entry(key, value));
    table.set(index, bucket);
    return new PersistentMap<>(table, added ? size + 1 : size);
  }

  PersistentMap<K, V> without(K key) {
    int index = index(key, buckets.size());
    List<Map.Entry<K, V>> bucket = copyWithout(buckets.get(index), key);
    if (bucket.size() == buckets.get(index).size()) {
      return this;
    }
    List<List<Map.Entry<K, V>>> table = new ArrayList<>(buckets);
    table.set(index, bucket.isEmpty() ? List.of() : bucket);
    return new PersistentMap<>(table, size - 1);
  }

  private List<List<Map.Entry<K, V>>> rehashed() {
    int length = buckets.size() * 2;
    List<List<Map.Entry<K, V>>> table = new ArrayList<>(length);
    for (int i = 0; i < length; i++) {
      table.add(new ArrayList<>(MAX_LOAD));
    }
    for (List<Map.Entry<K, V>> bucket : buckets) {
      for (Map.Entry<K, V> entry : bucket) {
        table.get(index(entry.getKey(), length)).add(entry);
      }
    }
    return table;
  }

  private static <K, V> List<Map.Entry<K, V>> copyWithout(List<Map.Entry<K, V>> bucket, K key) {
    List<Map.Entry<K, V>> copy = new ArrayList<>(bucket.size() + 1);
    for (Map.Entry<K, V> entry : bucket) {
      if (!entry.getKey().equals(key)) {
        copy.add(entry);
      }
    }
    return copy;
  }

  private static int index(Object key, int length) {
    int hash = key.hashCode();
    // The table's length is a power of two, so the upper bits must count as well.
    return (hash ^ (hash >>> 16)) & (length - 1);
  }
}
