package dev.spiffe4j.workloadapi;

import java.nio.file.Path;

/** Where a Workload API is (Workload Endpoint §4). Immutable and thread-safe. */
public final class WorkloadApiAddress {
  private final String uri;

  private WorkloadApiAddress(String uri) {
    this.uri = uri;
  }

  /**
   * Makes the address of a Unix socket.
   *
   * @param socket its path
   * @return the address
   */
  public static WorkloadApiAddress of(Path socket) {
    return new WorkloadApiAddress("unix://" + socket.toAbsolutePath());
  }

  @Override
  public String toString() {
    return uri;
  }
}
