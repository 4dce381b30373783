package dev.spiffe4j.attest.store;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A part of a longer list.
 *
 * @param <T> what is listed
 * @param items the part, in order
 * @param next where the following part begins; empty if this is the last
 */
public record Page<T>(List<T> items, String next) {
  /**
   * Makes a page of a copy.
   *
   * @param items the part, in order
   * @param next where the following part begins; empty if this is the last
   */
  public Page {
    items = List.copyOf(items);
    requireNonNull(next, "next");
  }
}
