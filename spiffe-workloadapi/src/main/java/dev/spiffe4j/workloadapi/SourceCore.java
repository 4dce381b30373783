package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** What the sources share: a connection, threads, the feeds of some streams, and the life of it. */
final class SourceCore {
  private final String name;
  private final ClientTransport transport;
  private final boolean ownsTransport;
  private final SourceThreads threads;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final List<Feed<?, ?>> feeds = new ArrayList<>();
  private final List<Feed<?, ?>> optional = new ArrayList<>();
  private final List<ReconnectingStream<?, ?>> streams = new ArrayList<>();
  private final List<Subscribers<?>> subscribers = new ArrayList<>();
  private final FirstSnapshots first = new FirstSnapshots();
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile boolean closed;

  SourceCore(String name, SourceBuilder<?, ?> options) {
    this.name = name;
    this.transport = options.transport();
    this.ownsTransport = options.ownsTransport();
    this.threads = options.threads(name);
    this.clock = options.clock();
    this.random = options.random();
  }

  /** Adds a stream without which the source is not ready. */
  <R, S> Feed<R, S> feed(Rpc<?, R, S> rpc, Expiry<S, ?> expiry, Feed.Observer<S> observer) {
    Feed<R, S> feed = new Feed<>(rpc, transport.address(), clock, expiry, observer);
    first.require(feed.first());
    return add(rpc, feed);
  }

  /** Adds a stream that the server need not have. */
  <R, S> Feed<R, S> optionalFeed(Rpc<?, R, S> rpc, Expiry<S, ?> expiry, Feed.Observer<S> observer) {
    Feed<R, S> feed = new Feed<>(rpc, transport.address(), clock, expiry, observer);
    first.want(feed.first());
    optional.add(feed);
    return add(rpc, feed);
  }

  private <R, S> Feed<R, S> add(Rpc<?, R, S> rpc, Feed<R, S> feed) {
    feeds.add(feed);
    streams.add(stream(rpc, feed));
    return feed;
  }

  private <Q, R> ReconnectingStream<Q, R> stream(Rpc<Q, R, ?> rpc, Feed<R, ?> feed) {
    return new ReconnectingStream<>(transport, rpc, feed, threads, new Backoff(random));
  }

  <T> Subscribers<T> subscribers() {
    Subscribers<T> made = new Subscribers<>(threads.callbacks());
    subscribers.add(made);
    return made;
  }

  ClientTransport transport() {
    return transport;
  }

  SourceThreads threads() {
    return threads;
  }

  InstantSource clock() {
    return clock;
  }

  RandomGenerator random() {
    return random;
  }

  void start() {
    threads.worker().execute(() -> streams.forEach(ReconnectingStream::open));
  }

  /** Waits; on failure nothing is left. */
  void awaitReady(Duration timeout) {
    try {
      first.all().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new WorkloadApiException(Reason.INTERRUPTED, "interrupted while connecting", e);
    } catch (ExecutionException e) {
      Optional<WorkloadApiException> last =
          e.getCause() instanceof WorkloadApiException why ? Optional.of(why) : lastError();
      close();
      throw failure(timeout, last);
    } catch (TimeoutException e) {
      Optional<WorkloadApiException> last = lastError();
      close();
      throw failure(timeout, last);
    }
  }

  private WorkloadApiException failure(Duration timeout, Optional<WorkloadApiException> last) {
    String waited = name + ": not ready within " + timeout;
    return last.map(e -> new WorkloadApiException(e.reason(), waited + ": " + e.getMessage(), e))
        .orElseGet(
            () ->
                new WorkloadApiException(
                    Reason.TIMED_OUT, waited + ": no answer from " + transport.address()));
  }

  CompletableFuture<Void> whenReady() {
    CompletableFuture<Void> told = new CompletableFuture<>();
    Completion.handle(
        first.all(), (nothing, failure) -> callBack(() -> Completion.pass(null, failure, told)));
    return told;
  }

  /** Runs what is of others, here and now if nobody else can. */
  void callBack(Runnable call) {
    try {
      threads.callbacks().execute(call);
    } catch (RejectedExecutionException e) {
      // Closed, or overloaded: whoever waits must not wait for ever.
      call.run();
    }
  }

  Optional<WorkloadApiException> lastError() {
    return feeds.stream().flatMap(feed -> errorOf(feed).stream()).findFirst();
  }

  private Optional<WorkloadApiException> errorOf(Feed<?, ?> feed) {
    boolean mayBeMissing = optional.contains(feed);
    return Optional.ofNullable(feed.lastError())
        .filter(error -> !(mayBeMissing && FirstSnapshots.isMissing(error)));
  }

  SourceStats stats() {
    SourceStats sum =
        feeds.stream()
            .map(feed -> feed.counters().stats())
            .reduce(SourceStats.NONE, SourceStats::plus);
    long failures = subscribers.stream().mapToLong(Subscribers::failures).sum();
    Instant expiresAt =
        feeds.stream()
            .flatMap(feed -> feed.expiresAt().stream())
            .min(Instant::compareTo)
            .orElse(null);
    return sum.with(failures, expiresAt);
  }

  /** Tells of what there is now, and then of each change. */
  <T> Subscription subscribe(
      Subscribers<T> all, Consumer<? super T> consumer, Supplier<Optional<T>> now) {
    requireOpen();
    Subscribers<T>.Subscriber subscriber = all.prepare(consumer);
    // On the worker, so that nothing newer comes before it.
    threads.worker().execute(() -> begin(subscriber, now));
    return subscriber;
  }

  private <T> void begin(Subscribers<T>.Subscriber subscriber, Supplier<Optional<T>> now) {
    if (!closed) {
      subscriber.begin();
      now.get().ifPresent(subscriber::tell);
    }
  }

  boolean isClosed() {
    return closed;
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("source is closed");
    }
  }

  void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    subscribers.forEach(Subscribers::clear);
    streams.forEach(ReconnectingStream::stop);
    first.close();
    // Before the connection, so that nothing asks it for more.
    threads.close();
    if (ownsTransport) {
      transport.close();
    }
  }

  @Override
  public String toString() {
    return "[" + transport.address() + "]";
  }
}
