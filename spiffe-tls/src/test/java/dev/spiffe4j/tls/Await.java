package dev.spiffe4j.tls;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits for what nobody announces. */
public final class Await {
  private static final BlockingQueue<Object> NEVER = new LinkedBlockingQueue<>();

  private Await() {}

  public static void until(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it does not happen");
      }
      NEVER.poll(5, TimeUnit.MILLISECONDS);
    }
  }
}
