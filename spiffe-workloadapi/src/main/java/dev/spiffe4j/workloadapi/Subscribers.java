package dev.spiffe4j.workloadapi;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who want to hear of each new value. Each has a place for the latest one, and is called on
 * an executor, one call after the other: who is slow misses values in between, and who is slow or
 * throws harms no other. Thread-safe.
 */
final class Subscribers<T> {
  private static final Logger LOGGER = System.getLogger(Subscribers.class.getName());

  private final Executor executor;
  private final List<Subscriber> all = new CopyOnWriteArrayList<>();
  private final AtomicLong failures = new AtomicLong();

  Subscribers(Executor executor) {
    this.executor = executor;
  }

  /** Makes a subscriber that hears nothing yet. */
  Subscriber prepare(Consumer<? super T> consumer) {
    return new Subscriber(consumer);
  }

  void tell(T value) {
    all.forEach(subscriber -> subscriber.tell(value));
  }

  void clear() {
    all.forEach(Subscriber::close);
  }

  /** How often one has thrown. */
  long failures() {
    return failures.get();
  }

  /** One of them, until it is closed. */
  final class Subscriber implements Subscription {
    private final Consumer<? super T> consumer;
    private final AtomicReference<@Nullable T> latest = new AtomicReference<>();

    /** How often there was news since the calling thread began; 0 if nobody calls. */
    private final AtomicInteger news = new AtomicInteger();

    private volatile boolean closed;

    private Subscriber(Consumer<? super T> consumer) {
      this.consumer = consumer;
    }

    void begin() {
      all.add(this);
      if (closed) {
        all.remove(this);
      }
    }

    /** Never blocks. */
    void tell(T value) {
      latest.set(value);
      if (news.getAndIncrement() == 0) {
        submit(this::call);
      }
    }

    private void submit(Runnable call) {
      try {
        executor.execute(call);
      } catch (RejectedExecutionException e) {
        // Closed, or overloaded: the value waits for the next one.
        news.set(0);
      }
    }

    private void call() {
      int seen = news.get();
      callOnce();
      // Back to the executor with what came meanwhile, so that others have their turn.
      if (news.addAndGet(-seen) != 0) {
        submit(this::call);
      }
    }

    private void callOnce() {
      T value = latest.getAndSet(null);
      if (value == null || closed) {
        return;
      }
      try {
        consumer.accept(value);
      } catch (RuntimeException | Error e) {
        failures.incrementAndGet();
        LOGGER.log(Level.WARNING, "a subscriber has thrown", e);
      }
    }

    @Override
    public void close() {
      closed = true;
      all.remove(this);
      latest.set(null);
    }
  }
}
