package dev.spiffe4j.workloadapi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Which of several SVIDs is to be the default one. */
final class Picked {
  private Picked() {}

  /** The same SVIDs with the first that is wanted in front, or none if none is. */
  static <V> List<V> first(List<V> svids, Predicate<? super V> picker) {
    for (V svid : svids) {
      if (picker.test(svid)) {
        List<V> picked = new ArrayList<>(svids);
        picked.remove(svid);
        picked.add(0, svid);
        return List.copyOf(picked);
      }
    }
    return List.of();
  }
}
