package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PersistentMapTest {
  @Test
  void isAMapAtEachMoment() {
    Random random = new Random(42);
    Map<Integer, Integer> expected = new HashMap<>();
    PersistentMap<Integer, Integer> map = PersistentMap.empty();
    List<PersistentMap<Integer, Integer>> maps = new ArrayList<>();
    List<Map<Integer, Integer>> copies = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int key = random.nextInt(2_000) * 65_536;
      if (random.nextInt(3) == 0) {
        map = map.without(key);
        expected.remove(key);
      } else {
        map = map.with(key, step);
        expected.put(key, step);
      }
      if (step % 2_000 == 0) {
        maps.add(map);
        copies.add(Map.copyOf(expected));
      }
    }
    maps.add(map);
    copies.add(expected);
    // The older ones have not changed either.
    for (int i = 0; i < maps.size(); i++) {
      assertSame(maps.get(i), copies.get(i));
    }
  }

  private static void assertSame(PersistentMap<Integer, Integer> map, Map<Integer, Integer> copy) {
    assertThat(map.size()).isEqualTo(copy.size());
    copy.forEach((key, value) -> assertThat(map.get(key)).hasValue(value));
    List<Integer> values = new ArrayList<>();
    map.forEach(values::add);
    assertThat(values).containsExactlyInAnyOrderElementsOf(copy.values());
    assertThat(map.get(-1)).isEmpty();
    assertThat(map.without(-1)).isSameAs(map);
  }
}
