package dev.spiffe4j.benchmarks.client;

import com.sun.management.OperatingSystemMXBean;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What is measured of a client. It does the same as its namesake of java-spiffe. */
public final class Client {
  private Client() {}

  /**
   * Does it, and says what it has found.
   *
   * @param arguments what: {@code first}, {@code many} or {@code heap}; the socket; how often
   */
  public static void main(String[] arguments) throws IOException {
    WorkloadApiAddress address = WorkloadApiAddress.parse("unix:" + arguments[1]);
    int count = Integer.parseInt(arguments[2]);
    switch (arguments[0]) {
      case "first" -> first(address);
      case "many" -> many(address, count);
      case "heap" -> heap(address, count);
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  /** One source, and it stays. */
  private static void first(WorkloadApiAddress address) throws IOException {
    try (X509Source source = X509Source.connect(address)) {
      System.out.println(source.x509Context().x509Svid().spiffeId());
      System.in.transferTo(OutputStream.nullOutputStream());
    }
  }

  /** Clients that come and go: half of them to warm up, and the CPU time of the others. */
  private static void many(WorkloadApiAddress address, int count) {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long before = 0;
    for (int i = -count; i < count; i++) {
      if (i == 0) {
        before = system.getProcessCpuTime();
      }
      try (WorkloadApiClient client = WorkloadApiClient.connect(address)) {
        client.fetchX509Context();
      }
    }
    System.out.println((system.getProcessCpuTime() - before) / count);
  }

  /** The heap of one more source. */
  private static void heap(WorkloadApiAddress address, int count) {
    List<X509Source> sources = new ArrayList<>();
    sources.add(X509Source.connect(address));
    long before = used(count);
    for (int i = 0; i < count; i++) {
      sources.add(X509Source.connect(address));
    }
    System.out.println((used(count) - before) / count);
    sources.forEach(X509Source::close);
  }

  /** The smallest of several figures: what another thread is just doing is garbage in a moment. */
  private static long used(int count) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < Math.min(10, count); i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
    return least;
  }
}
