package dev.spiffe4j.examples.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One line of a child: a kind, and values without blanks.
 *
 * @param kind what happened
 * @param values the details
 */
record Event(String kind, Map<String, String> values) {
  static Event of(String kind, String... keysAndValues) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return new Event(kind, values);
  }

  static Event parse(String line) {
    String[] words = line.split(" ", -1);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 1; i < words.length; i++) {
      int equals = words[i].indexOf('=');
      if (equals > 0) {
        values.put(words[i].substring(0, equals), words[i].substring(equals + 1));
      }
    }
    return new Event(words[0], values);
  }

  String value(String key) {
    return Optional.ofNullable(values.get(key))
        .orElseThrow(() -> new StepFailed("no " + key + " in: " + this));
  }

  /** Prints the event for the parent to read. */
  void print() {
    System.out.println(this);
  }

  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(kind);
    values.forEach((key, value) -> line.append(' ').append(key).append('=').append(value));
    return line.toString();
  }
}
