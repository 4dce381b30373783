package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.SpiffeWorkloadAPIGrpc;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The X.509-SVIDs of this process and the bundles that it may trust, kept up to date by a Workload
 * API. Reading never blocks.
 *
 * <p>When the server is away, the source goes on with what it has, and comes back to it by itself.
 * It never hands out an SVID that has expired, and nothing at all after the server has said that
 * there is no identity any more. Thread-safe.
 */
public final class X509Source implements X509ContextSource, AutoCloseable {
  private final ClientTransport transport;
  private final SourceWorker worker;
  private final X509Feed feed;
  private final ReconnectingStream<X509SVIDRequest, X509SVIDResponse> stream;
  private volatile boolean closed;

  private X509Source(Builder builder) {
    transport = ClientTransport.open(builder.address, builder.maxMessageBytes);
    worker = new SourceWorker("spiffe-x509-source");
    feed = new X509Feed(builder.address, builder.clock);
    stream =
        new ReconnectingStream<>(
            transport,
            SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(),
            X509SVIDRequest.getDefaultInstance(),
            feed,
            worker,
            builder.scheduler == null ? worker.scheduler() : builder.scheduler,
            new Backoff(builder.random));
  }

  /**
   * Connects to the Workload API of the address in the environment.
   *
   * @return a source that has an SVID
   * @throws WorkloadApiException as of {@link Builder#connect}, or if there is no address
   */
  public static X509Source connect() {
    return connect(WorkloadApiAddress.fromEnvironment());
  }

  /**
   * Connects to a Workload API.
   *
   * @param address where it is
   * @return a source that has an SVID
   * @throws WorkloadApiException as of {@link Builder#connect}
   */
  public static X509Source connect(WorkloadApiAddress address) {
    return builder(address).connect();
  }

  /**
   * Configures a source.
   *
   * @param address where the Workload API is
   * @return a builder
   */
  public static Builder builder(WorkloadApiAddress address) {
    return new Builder(requireNonNull(address, "address"));
  }

  /**
   * The SVIDs and bundles of now.
   *
   * @throws WorkloadApiException with {@link Reason#EXPIRED} if the default SVID has expired, or
   *     {@link Reason#NO_IDENTITY} if the server has withdrawn the identity
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public X509Context x509Context() {
    requireOpen();
    return feed.context();
  }

  /**
   * The bundle of one trust domain, even if the own SVID has expired meanwhile.
   *
   * @throws WorkloadApiException with {@link Reason#NO_IDENTITY} if the server has withdrawn the
   *     identity, and with it the bundles
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public Optional<X509Bundle> x509Bundle(TrustDomain trustDomain) {
    requireOpen();
    return feed.bundle(trustDomain);
  }

  /**
   * Whether there is an SVID to present now.
   *
   * @return true if {@link #x509Svid} returns one
   */
  public boolean isReady() {
    if (closed) {
      return false;
    }
    try {
      feed.context();
      return true;
    } catch (WorkloadApiException e) {
      return false;
    }
  }

  /**
   * What is wrong at the moment: the server cannot be reached, has refused, or has sent something
   * that could not be used in full.
   *
   * @return the last problem, or nothing if the last message was good and the stream goes on
   */
  public Optional<WorkloadApiException> lastError() {
    return Optional.ofNullable(feed.lastError());
  }

  /**
   * Tells of the context of now, and of each new one that the server sends. Calls come one after
   * the other on the thread of the source; they must not block, as nothing is renewed meanwhile.
   *
   * @param subscriber what is called; what it throws is logged
   * @return ends the calls
   * @throws IllegalStateException if the source is closed
   */
  public Subscription subscribe(Consumer<? super X509Context> subscriber) {
    requireNonNull(subscriber, "subscriber");
    requireOpen();
    Subscribers<X509Context>.Subscriber prepared = feed.subscribers().prepare(subscriber);
    try {
      worker.execute(() -> begin(prepared));
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("source is closed", e);
    }
    return prepared;
  }

  private void begin(Subscribers<X509Context>.Subscriber subscriber) {
    if (closed) {
      return;
    }
    subscriber.begin();
    try {
      subscriber.tell(feed.context());
    } catch (WorkloadApiException e) {
      // There is nothing to tell now.
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("source is closed");
    }
  }

  /** Ends the stream and the thread. Idempotent; may be called by a subscriber. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    feed.subscribers().clear();
    stream.stop();
    transport.close();
    worker.close();
  }

  private X509Source start(Duration initialTimeout) {
    try {
      worker.execute(stream::open);
      feed.first().get(initialTimeout.toNanos(), TimeUnit.NANOSECONDS);
      return this;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new WorkloadApiException(Reason.INTERRUPTED, "interrupted while connecting", e);
    } catch (ExecutionException | TimeoutException e) {
      close();
      throw failure(initialTimeout);
    }
  }

  private WorkloadApiException failure(Duration initialTimeout) {
    WorkloadApiException last = feed.lastError();
    String waited = "no X.509-SVID within " + initialTimeout;
    return last == null
        ? new WorkloadApiException(
            Reason.TIMED_OUT, waited + ": no answer from " + transport.address())
        : new WorkloadApiException(last.reason(), waited + ": " + last.getMessage(), last);
  }

  @Override
  public String toString() {
    return "X509Source[" + transport.address() + "]";
  }

  /** Configures a source. Not thread-safe; can be used again. */
  public static final class Builder {
    private final WorkloadApiAddress address;
    private Duration initialTimeout = Duration.ofSeconds(30);
    private InstantSource clock = InstantSource.system();
    private int maxMessageBytes = WorkloadApiClient.Builder.DEFAULT_MAX_MESSAGE_BYTES;
    private RandomGenerator random = new SecureRandom();
    private @Nullable ScheduledExecutorService scheduler;

    private Builder(WorkloadApiAddress address) {
      this.address = address;
    }

    /**
     * Sets how long {@link #connect} waits for a first SVID.
     *
     * @param timeout the longest; 30 seconds by default
     * @return this builder
     */
    public Builder initialTimeout(Duration timeout) {
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
      }
      this.initialTimeout = timeout;
      return this;
    }

    /**
     * Sets what tells whether an SVID has expired.
     *
     * @param clock the clock; the system's by default
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets what tells when to reconnect. It is not shut down by the source.
     *
     * @param scheduler the scheduler; by default the source's own thread
     * @return this builder
     */
    public Builder scheduler(ScheduledExecutorService scheduler) {
      this.scheduler = requireNonNull(scheduler, "scheduler");
      return this;
    }

    /**
     * Limits the size of messages.
     *
     * @param bytes the most; 4 MiB by default
     * @return this builder
     */
    public Builder maxMessageBytes(int bytes) {
      if (bytes <= 0) {
        throw new IllegalArgumentException("bytes: " + bytes + " (expected: > 0)");
      }
      this.maxMessageBytes = bytes;
      return this;
    }

    /** Sets what spreads reconnects. */
    Builder random(RandomGenerator random) {
      this.random = random;
      return this;
    }

    /**
     * Connects, and waits for a first SVID. What may pass, such as an agent that is not there yet,
     * or no identity, is tried again until the timeout.
     *
     * @return a source that has an SVID
     * @throws WorkloadApiException if there is none in time, with the reason of the last failure;
     *     or at once if the server has no such call or refuses the request itself
     */
    public X509Source connect() {
      return new X509Source(this).start(initialTimeout);
    }
  }
}
