package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidRequest;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Single questions to a Workload API. Each waits for its answer, at most for the timeout, and is
 * not repeated; {@link X509Source} keeps itself up to date instead. Thread-safe.
 */
public final class WorkloadApiClient implements AutoCloseable {
  private final ClientTransport transport;
  private final ClientCalls calls;
  private final AsyncWorkloadApiClient async;

  private WorkloadApiClient(Builder builder) {
    transport = ClientTransport.open(builder.address, builder.maxMessageBytes);
    calls = new ClientCalls(transport, builder.timeout);
    async =
        new AsyncWorkloadApiClient(
            transport,
            calls,
            SourceThreads.of("spiffe-workload-api-client", builder.executor, builder.scheduler));
  }

  /**
   * Makes a client of the address in the environment.
   *
   * @return the client; it connects when it is asked something
   * @throws WorkloadApiException if there is no address in the environment
   */
  public static WorkloadApiClient connect() {
    return connect(WorkloadApiAddress.fromEnvironment());
  }

  /**
   * Makes a client.
   *
   * @param address where the Workload API is
   * @return the client; it connects when it is asked something
   */
  public static WorkloadApiClient connect(WorkloadApiAddress address) {
    return builder(address).connect();
  }

  /**
   * Configures a client.
   *
   * @param address where the Workload API is
   * @return a builder
   */
  public static Builder builder(WorkloadApiAddress address) {
    return new Builder(requireNonNull(address, "address"));
  }

  /**
   * Asks for the X.509-SVIDs of this process and the bundles that it may trust.
   *
   * @return what there is now
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public X509Context fetchX509Context() {
    return calls.await(Rpc.x509Context());
  }

  /**
   * Asks for the X.509 bundles that this process may trust.
   *
   * @return what there is now, by trust domain
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public Map<TrustDomain, X509Bundle> fetchX509Bundles() {
    return calls.await(Rpc.x509Bundles());
  }

  /**
   * Asks for a JWT-SVID of the default identity.
   *
   * @param audience for whom it will be
   * @param more for whom else
   * @return a token of the first identity
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public JwtSvid fetchJwtSvid(String audience, String... more) {
    return fetchJwtSvid(JwtSvidRequest.of(audience, more));
  }

  /**
   * Asks for a JWT-SVID of one identity of several.
   *
   * @param subject the identity
   * @param audience for whom it will be
   * @param more for whom else
   * @return a token of that identity
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public JwtSvid fetchJwtSvid(SpiffeId subject, String audience, String... more) {
    return fetchJwtSvid(JwtSvidRequest.of(audience, more).withSubject(subject));
  }

  /**
   * Asks for a JWT-SVID.
   *
   * @param request which one
   * @return the first token of the answer, or the first that has the hint that is wanted
   * @throws WorkloadApiException if there is no answer, or not a right one; with {@link
   *     Reason#NO_MATCHING_SVID} if no token has the hint
   */
  public JwtSvid fetchJwtSvid(JwtSvidRequest request) {
    return JwtAnswer.pick(request, calls.await(Rpc.jwtSvids(request)));
  }

  /**
   * Asks for JWT-SVIDs of all identities of this process.
   *
   * @param audience for whom they will be
   * @param more for whom else
   * @return a token for each identity, the default one first
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public List<JwtSvid> fetchJwtSvids(String audience, String... more) {
    return calls.await(Rpc.jwtSvids(JwtSvidRequest.of(audience, more)));
  }

  /**
   * Asks for the JWT bundles that this process may trust.
   *
   * @return what there is now, by trust domain
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public Map<TrustDomain, JwtBundle> fetchJwtBundles() {
    return calls.await(Rpc.jwtBundles());
  }

  /**
   * Has a token validated by the server.
   *
   * @param audience whom this process takes itself for
   * @param token what a peer has presented
   * @return what the server says of it
   * @throws WorkloadApiException with {@link Reason#INVALID_ARGUMENT} if the token is not valid, or
   *     with another reason if the server does not say
   */
  public JwtValidation validateJwtSvid(String audience, String token) {
    return calls.await(Rpc.validation(audience, token));
  }

  /**
   * Incubating: asks for the WIT-SVIDs of this process.
   *
   * @return an SVID with its key for each identity, the default one first
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public List<WitSvid> fetchWitSvids() {
    return calls.await(Rpc.witSvids(null));
  }

  /**
   * Incubating: asks for the WIT-SVID of one identity of several.
   *
   * @param subject the identity
   * @return an SVID of that identity with its key
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public WitSvid fetchWitSvid(SpiffeId subject) {
    return calls.await(Rpc.witSvids(requireNonNull(subject, "subject"))).get(0);
  }

  /**
   * Incubating: asks for the WIT bundles that this process may trust.
   *
   * @return what there is now, by trust domain
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public Map<TrustDomain, WitBundle> fetchWitBundles() {
    return calls.await(Rpc.witBundles());
  }

  /**
   * The same questions without waiting, and watches that go on.
   *
   * @return a view of this client, over the same connection; closed with it
   */
  public AsyncWorkloadApiClient async() {
    return async;
  }

  /** The connection, to share it. */
  ClientTransport openTransport() {
    if (transport.isClosed()) {
      throw new IllegalStateException("client is closed");
    }
    return transport;
  }

  /** Ends the connection and all watches. Idempotent. */
  @Override
  public void close() {
    if (!transport.isClosed()) {
      async.close();
      transport.close();
    }
  }

  @Override
  public String toString() {
    return "WorkloadApiClient[" + transport.address() + "]";
  }

  /** Configures a client. Not thread-safe. */
  public static final class Builder {
    /** As much as gRPC takes by default. */
    static final int DEFAULT_MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

    private final WorkloadApiAddress address;
    private Duration timeout = Duration.ofSeconds(30);
    private int maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES;
    private @Nullable Executor executor;
    private @Nullable ScheduledExecutorService scheduler;

    private Builder(WorkloadApiAddress address) {
      this.address = address;
    }

    /**
     * Sets how long to wait for an answer.
     *
     * @param timeout the longest; 30 seconds by default
     * @return this builder
     */
    public Builder timeout(Duration timeout) {
      this.timeout = SourceBuilder.positive(timeout, "timeout");
      return this;
    }

    /**
     * Limits the size of answers.
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

    /**
     * Sets what completes futures and calls watchers. It is not shut down by the client.
     *
     * @param executor the executor; by default own daemon threads
     * @return this builder
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * Sets what tells when watches reconnect. It is not shut down by the client.
     *
     * @param scheduler the scheduler; by default an own daemon thread
     * @return this builder
     */
    public Builder scheduler(ScheduledExecutorService scheduler) {
      this.scheduler = requireNonNull(scheduler, "scheduler");
      return this;
    }

    /**
     * Makes the client.
     *
     * @return the client; it connects when it is asked something
     */
    public WorkloadApiClient connect() {
      return new WorkloadApiClient(this);
    }
  }
}
