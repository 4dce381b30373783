package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What all sources of a Workload API have in common. Not thread-safe; can be used again.
 *
 * @param <S> what is made
 * @param <B> the builder itself
 */
public abstract class SourceBuilder<S extends LiveSource, B extends SourceBuilder<S, B>> {
  private final @Nullable WorkloadApiClient client;
  private final @Nullable WorkloadApiAddress address;
  private Duration initialTimeout = Duration.ofSeconds(30);
  private InstantSource clock = InstantSource.system();
  private int maxMessageBytes = WorkloadApiClient.Builder.DEFAULT_MAX_MESSAGE_BYTES;
  private Duration keepAliveTime = ClientTransport.KEEP_ALIVE_TIME;
  private Duration keepAliveTimeout = ClientTransport.KEEP_ALIVE_TIMEOUT;
  private RandomGenerator random = new SecureRandom();
  private @Nullable ScheduledExecutorService scheduler;
  private @Nullable Executor executor;

  SourceBuilder(WorkloadApiAddress address) {
    this.address = requireNonNull(address, "address");
    this.client = null;
  }

  SourceBuilder(WorkloadApiClient client) {
    this.client = requireNonNull(client, "client");
    this.address = null;
  }

  /**
   * Sets how long {@link #connect} waits for a first snapshot.
   *
   * @param timeout the longest; 30 seconds by default
   * @return this builder
   */
  public B initialTimeout(Duration timeout) {
    this.initialTimeout = positive(timeout, "timeout");
    return self();
  }

  /**
   * Sets what tells whether something has expired.
   *
   * @param clock the clock; the system's by default
   * @return this builder
   */
  public B clock(InstantSource clock) {
    this.clock = requireNonNull(clock, "clock");
    return self();
  }

  /**
   * Sets what tells when to reconnect and to renew. It is not shut down by the source.
   *
   * @param scheduler the scheduler; by default the source's own thread
   * @return this builder
   */
  public B scheduler(ScheduledExecutorService scheduler) {
    this.scheduler = requireNonNull(scheduler, "scheduler");
    return self();
  }

  /**
   * Sets what everything of the source runs on, the calls of subscribers too; may run each task on
   * a virtual thread of its own. It is not shut down by the source. If it rejects or holds up
   * tasks, the source is held up with them.
   *
   * @param executor the executor; by default own daemon threads, with subscribers apart from what
   *     receives
   * @return this builder
   */
  public B executor(Executor executor) {
    this.executor = requireNonNull(executor, "executor");
    return self();
  }

  /**
   * Limits the size of messages. With a client of the caller's, that client's limit counts.
   *
   * @param bytes the most; 4 MiB by default
   * @return this builder
   */
  public B maxMessageBytes(int bytes) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("bytes: " + bytes + " (expected: > 0)");
    }
    this.maxMessageBytes = bytes;
    return self();
  }

  /** Sets after which silence the server is asked whether it is there, and for how long. */
  B keepAlive(Duration time, Duration timeout) {
    this.keepAliveTime = time;
    this.keepAliveTimeout = timeout;
    return self();
  }

  /** Sets what spreads reconnects and renewals. */
  B random(RandomGenerator random) {
    this.random = random;
    return self();
  }

  /**
   * Connects, and waits for a first snapshot of everything. What may pass, such as an agent that is
   * not there yet, or no identity, is tried again until the timeout.
   *
   * @return a source that is ready
   * @throws WorkloadApiException if it is not in time, with the reason of the last failure; or at
   *     once if the server has no such call or refuses the request itself. Then nothing is left
   *     running.
   */
  public S connect() {
    S source = start();
    core(source).awaitReady(initialTimeout);
    return source;
  }

  /**
   * Connects, and waits for nothing: until something has come, the source says {@link
   * WorkloadApiException.Reason#NOT_READY}, or what is in the way.
   *
   * @return a source that may not be ready
   */
  public S start() {
    S source = open();
    core(source).start();
    return source;
  }

  abstract S open();

  abstract SourceCore core(S source);

  abstract B self();

  ClientTransport transport() {
    if (client != null) {
      return client.openTransport();
    }
    return ClientTransport.open(
        requireNonNull(address), maxMessageBytes, keepAliveTime, keepAliveTimeout);
  }

  boolean ownsTransport() {
    return client == null;
  }

  SourceThreads threads(String name) {
    return SourceThreads.of(name, executor, scheduler);
  }

  InstantSource clock() {
    return clock;
  }

  RandomGenerator random() {
    return random;
  }

  static Duration positive(Duration duration, String name) {
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException(name + ": " + duration + " (expected: > 0)");
    }
    return duration;
  }
}
