package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.WorkloadApiException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds callers as a test tells it to. */
final class RecordingTracker implements CallerTracker {
  final BlockingQueue<Held> held = new LinkedBlockingQueue<>();
  volatile boolean refusing;

  @Override
  public Caller track(PeerCredentials peer) {
    Held caller = new Held(peer);
    held.add(caller);
    if (refusing) {
      throw new WorkloadApiException(WorkloadApiException.Reason.CALLER_GONE, "refused");
    }
    return caller;
  }

  Held next() throws InterruptedException {
    Held next = held.poll(60, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody has connected");
    }
    return next;
  }

  static final class Held implements Caller {
    final CountDownLatch closed = new CountDownLatch(1);
    final AtomicInteger closes = new AtomicInteger();
    volatile boolean alive = true;
    private final PeerCredentials credentials;

    Held(PeerCredentials credentials) {
      this.credentials = credentials;
    }

    void awaitClosed() throws InterruptedException {
      if (!closed.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("the connection goes on");
      }
    }

    @Override
    public PeerCredentials credentials() {
      return credentials;
    }

    @Override
    public boolean isAlive() {
      return alive;
    }

    @Override
    public void close() {
      closes.incrementAndGet();
      closed.countDown();
    }
  }
}
