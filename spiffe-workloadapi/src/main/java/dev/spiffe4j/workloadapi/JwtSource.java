package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.JwtBundleSource;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidRequest;
import dev.spiffe4j.jwt.JwtSvidSource;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * JWT-SVIDs of this process, and the bundles that verify those of others, kept up to date by a
 * Workload API.
 *
 * <p>A token is fetched when it is first wanted, once for all who want it at that time, and kept
 * for each audience, subject and hint. Near the half of its life it is renewed in the background,
 * as long as somebody uses it. When the server is away, tokens are served until they expire, and
 * never longer; after the server has said that there is no identity, none is. Bundles are read
 * without blocking. Thread-safe.
 */
public final class JwtSource implements JwtSvidSource, JwtBundleSource, LiveSource {
  private final SourceCore core;
  private final Subscribers<Map<TrustDomain, JwtBundle>> subscribers;
  private final Feed<JWTBundlesResponse, Map<TrustDomain, JwtBundle>> bundles;
  private final JwtCache cache;
  private final Duration fetchTimeout;

  private JwtSource(Builder builder) {
    core = new SourceCore("spiffe-jwt-source", builder);
    subscribers = core.subscribers();
    fetchTimeout = builder.fetchTimeout;
    ClientCalls calls = new ClientCalls(core.transport(), fetchTimeout);
    cache =
        new JwtCache(
            request -> calls.send(Rpc.jwtSvids(request), core.threads().worker()),
            core.clock(),
            core.threads().scheduler(),
            core.random(),
            builder.maxTokens);
    bundles = core.feed(Rpc.jwtBundles(), Expiry.never(), new OnChange());
  }

  private final class OnChange implements Feed.Observer<Map<TrustDomain, JwtBundle>> {
    @Override
    public void onUpdate(Map<TrustDomain, JwtBundle> snapshot) {
      subscribers.tell(snapshot);
    }

    @Override
    public void onWithdrawing() {
      cache.clear();
    }

    @Override
    public void onWithdrawn() {
      subscribers.tell(Map.of());
    }
  }

  /**
   * Connects to the Workload API of the address in the environment.
   *
   * @return a source that has bundles
   * @throws WorkloadApiException as of {@link Builder#connect}, or if there is no address
   */
  public static JwtSource connect() {
    return connect(WorkloadApiAddress.fromEnvironment());
  }

  /**
   * Connects to a Workload API.
   *
   * @param address where it is
   * @return a source that has bundles
   * @throws WorkloadApiException as of {@link Builder#connect}
   */
  public static JwtSource connect(WorkloadApiAddress address) {
    return builder(address).connect();
  }

  /**
   * Configures a source with a connection of its own.
   *
   * @param address where the Workload API is
   * @return a builder
   */
  public static Builder builder(WorkloadApiAddress address) {
    return new Builder(address);
  }

  /**
   * Configures a source that shares the connection of a client, and leaves it open.
   *
   * @param client the client
   * @return a builder
   */
  public static Builder builder(WorkloadApiClient client) {
    return new Builder(client);
  }

  /**
   * A token to present now. Waits only if there is none yet, or not any more.
   *
   * @throws WorkloadApiException if there is none in time, with the reason of the server's answer
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public JwtSvid jwtSvid(JwtSvidRequest request) {
    return jwtSvid(request, fetchTimeout.plusSeconds(1));
  }

  /**
   * A token to present now. Waits only if there is none yet, or not any more.
   *
   * @param request which one
   * @param timeout how long to wait at most; others who wait for the same token go on
   * @return a token that has not expired
   * @throws WorkloadApiException if there is none in time, with the reason of the server's answer
   * @throws IllegalStateException if the source is closed
   */
  public JwtSvid jwtSvid(JwtSvidRequest request, Duration timeout) {
    SourceBuilder.positive(timeout, "timeout");
    CompletableFuture<JwtSvid> answer = cache.get(requireNonNull(request, "request"));
    try {
      return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkloadApiException(Reason.INTERRUPTED, "interrupted while waiting", e);
    } catch (TimeoutException e) {
      throw new WorkloadApiException(Reason.TIMED_OUT, "no JWT-SVID within " + timeout, e);
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  private static WorkloadApiException failure(ExecutionException e) {
    if (e.getCause() instanceof WorkloadApiException why) {
      return new WorkloadApiException(why.reason(), String.valueOf(why.getMessage()), why);
    }
    throw new AssertionError("a fetch fails with a reason", e);
  }

  /**
   * A token to present now, without waiting for it.
   *
   * @param request which one
   * @return completed with a token that has not expired, or with {@link WorkloadApiException}; to
   *     cancel it means nothing to others who wait for the same token
   * @throws IllegalStateException if the source is closed
   */
  public CompletableFuture<JwtSvid> jwtSvidAsync(JwtSvidRequest request) {
    CompletableFuture<JwtSvid> answer = cache.get(requireNonNull(request, "request"));
    if (answer.isDone()) {
      return answer.copy();
    }
    CompletableFuture<JwtSvid> told = new CompletableFuture<>();
    Completion.handle(
        answer, (svid, failure) -> core.callBack(() -> Completion.pass(svid, failure, told)));
    return told;
  }

  /**
   * The bundle of one trust domain.
   *
   * @throws WorkloadApiException with {@link Reason#NO_IDENTITY} if the server has withdrawn it
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public Optional<JwtBundle> jwtBundle(TrustDomain trustDomain) {
    core.requireOpen();
    return Optional.ofNullable(bundles.snapshot().get(requireNonNull(trustDomain, "trustDomain")));
  }

  /**
   * Whether tokens of others can be verified, and own ones were to be had when one was last wanted.
   *
   * @return true if there are bundles, and the last fetch, if any, has not failed; that somebody
   *     asked for what cannot be had does not count
   */
  @Override
  public boolean isReady() {
    return !core.isClosed() && bundles.isUsable() && !isFailing();
  }

  private boolean isFailing() {
    WorkloadApiException failure = cache.lastFailure();
    return failure != null
        && failure.reason() != Reason.INVALID_ARGUMENT
        && failure.reason() != Reason.NO_MATCHING_SVID;
  }

  @Override
  public CompletableFuture<Void> whenReady() {
    return core.whenReady();
  }

  /**
   * What is wrong at the moment, with bundles or with tokens.
   *
   * @return the last problem, or nothing if the last message and the last fetch were good
   */
  @Override
  public Optional<WorkloadApiException> lastError() {
    return core.lastError().or(() -> Optional.ofNullable(cache.lastFailure()));
  }

  @Override
  public SourceStats stats() {
    return core.stats();
  }

  /**
   * Tells of the bundles of now, and of each change. Calls come one after the other on a thread of
   * the source that nothing else waits for; whoever is slow hears of the newest only.
   *
   * @param subscriber what is called; what it throws is logged
   * @return ends the calls
   * @throws IllegalStateException if the source is closed
   */
  public Subscription subscribe(Consumer<? super Map<TrustDomain, JwtBundle>> subscriber) {
    requireNonNull(subscriber, "subscriber");
    return core.subscribe(subscribers, subscriber, bundles::snapshotIfAny);
  }

  /** Ends the stream and the threads; whoever waits is told. Idempotent. */
  @Override
  public void close() {
    cache.close();
    core.close();
  }

  @Override
  public String toString() {
    return "JwtSource" + core;
  }

  /** Configures a source. Not thread-safe; can be used again. */
  public static final class Builder extends SourceBuilder<JwtSource, Builder> {
    private Duration fetchTimeout = Duration.ofSeconds(30);
    private int maxTokens = 1000;

    private Builder(WorkloadApiAddress address) {
      super(address);
    }

    private Builder(WorkloadApiClient client) {
      super(client);
    }

    /**
     * Sets how long the server may take for a token.
     *
     * @param timeout the longest; 30 seconds by default
     * @return this builder
     */
    public Builder fetchTimeout(Duration timeout) {
      this.fetchTimeout = positive(timeout, "timeout");
      return this;
    }

    /**
     * Limits how many tokens are kept; those that were used the longest ago go first.
     *
     * @param tokens the most; 1000 by default
     * @return this builder
     */
    public Builder maxTokens(int tokens) {
      if (tokens <= 0) {
        throw new IllegalArgumentException("tokens: " + tokens + " (expected: > 0)");
      }
      this.maxTokens = tokens;
      return this;
    }

    @Override
    JwtSource open() {
      return new JwtSource(this);
    }

    @Override
    SourceCore core(JwtSource source) {
      return source.core;
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
