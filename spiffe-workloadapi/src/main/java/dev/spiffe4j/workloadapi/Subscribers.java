package dev.spiffe4j.workloadapi;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Those who want to hear of each new value; one that throws harms no other. Thread-safe. */
final class Subscribers<T> {
  private static final Logger LOGGER = System.getLogger(Subscribers.class.getName());

  private final List<Subscriber> all = new CopyOnWriteArrayList<>();

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

  /** One of them, until it is closed. */
  final class Subscriber implements Subscription {
    private final Consumer<? super T> consumer;
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

    void tell(T value) {
      if (closed) {
        return;
      }
      try {
        consumer.accept(value);
      } catch (RuntimeException e) {
        LOGGER.log(Level.WARNING, "a subscriber has thrown", e);
      }
    }

    @Override
    public void close() {
      closed = true;
      all.remove(this);
    }
  }
}
