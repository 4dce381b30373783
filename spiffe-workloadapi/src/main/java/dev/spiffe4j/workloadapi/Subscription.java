package dev.spiffe4j.workloadapi;

/** Something that goes on until it is ended. Thread-safe. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  /** Ends it; later calls do nothing. */
  @Override
  void close();
}
