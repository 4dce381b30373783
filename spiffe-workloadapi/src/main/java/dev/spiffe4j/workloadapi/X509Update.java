package dev.spiffe4j.workloadapi;

import dev.spiffe4j.X509Context;
import java.util.List;

/**
 * A message that was read.
 *
 * @param context what it says
 * @param problems what was left out of it, in words
 */
record X509Update(X509Context context, List<String> problems) {
  X509Update {
    problems = List.copyOf(problems);
  }
}
