package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.JWTBundlesRequest;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.SpiffeWorkloadAPIGrpc;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509BundlesRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Single questions to a Workload API. Each waits for its answer, at most for the timeout, and is
 * not repeated; {@link X509Source} keeps itself up to date instead. Thread-safe.
 */
public final class WorkloadApiClient implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(WorkloadApiClient.class.getName());

  private final ClientTransport transport;
  private final Duration timeout;
  private final AtomicBoolean closed = new AtomicBoolean();

  private WorkloadApiClient(ClientTransport transport, Duration timeout) {
    this.transport = transport;
    this.timeout = timeout;
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
    X509Update update =
        Responses.x509Context(
            first(
                SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod(),
                X509SVIDRequest.getDefaultInstance()));
    report(update.problems());
    return update.context();
  }

  /**
   * Asks for the X.509 bundles that this process may trust.
   *
   * @return what there is now, by trust domain
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public Map<TrustDomain, X509Bundle> fetchX509Bundles() {
    return bundles(
        Responses.x509Bundles(
            first(
                SpiffeWorkloadAPIGrpc.getFetchX509BundlesMethod(),
                X509BundlesRequest.getDefaultInstance())));
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
    return fetchJwtSvids(audience, more).get(0);
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
    requireNonNull(subject, "subject");
    JwtSvid svid = fetch(subject, audience, more).get(0);
    if (!svid.spiffeId().equals(subject)) {
      throw Responses.invalid("a JWT-SVID of another identity than " + subject);
    }
    return svid;
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
    return fetch(null, audience, more);
  }

  private List<JwtSvid> fetch(@Nullable SpiffeId subject, String audience, String... more) {
    JWTSVIDRequest.Builder request =
        JWTSVIDRequest.newBuilder()
            .addAudience(requireNotEmpty(audience, "audience"))
            .setSpiffeId(subject == null ? "" : subject.toString());
    Arrays.asList(more).forEach(each -> request.addAudience(requireNotEmpty(each, "audience")));
    return Responses.jwtSvids(only(SpiffeWorkloadAPIGrpc.getFetchJWTSVIDMethod(), request.build()));
  }

  /**
   * Asks for the JWT bundles that this process may trust.
   *
   * @return what there is now, by trust domain
   * @throws WorkloadApiException if there is no answer, or not a right one
   */
  public Map<TrustDomain, JwtBundle> fetchJwtBundles() {
    return bundles(
        Responses.jwtBundles(
            first(
                SpiffeWorkloadAPIGrpc.getFetchJWTBundlesMethod(),
                JWTBundlesRequest.getDefaultInstance())));
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
    ValidateJWTSVIDRequest request =
        ValidateJWTSVIDRequest.newBuilder()
            .setAudience(requireNotEmpty(audience, "audience"))
            .setSvid(requireNotEmpty(token, "token"))
            .build();
    return Responses.validation(
        only(SpiffeWorkloadAPIGrpc.getValidateJWTSVIDMethod(), request), token);
  }

  private <Q, R> R first(MethodDescriptor<Q, R> method, Q request) {
    return CallResult.await(newCall(method), true, request, transport.address());
  }

  private <Q, R> R only(MethodDescriptor<Q, R> method, Q request) {
    return CallResult.await(newCall(method), false, request, transport.address());
  }

  private <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method) {
    if (closed.get()) {
      throw new IllegalStateException("client is closed");
    }
    return transport.newCall(
        method, CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS));
  }

  private static <B> Map<TrustDomain, B> bundles(BundleMap<B> map) {
    report(map.problems());
    return Map.copyOf(map.bundles());
  }

  private static void report(List<String> problems) {
    problems.forEach(problem -> LOGGER.log(Level.WARNING, "Workload API response: {0}", problem));
  }

  private static String requireNotEmpty(String value, String name) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + ": empty");
    }
    return value;
  }

  /** Ends the connection. Idempotent. */
  @Override
  public void close() {
    if (!closed.getAndSet(true)) {
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
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
      }
      this.timeout = timeout;
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
     * Makes the client.
     *
     * @return the client; it connects when it is asked something
     */
    public WorkloadApiClient connect() {
      return new WorkloadApiClient(ClientTransport.open(address, maxMessageBytes), timeout);
    }
  }
}
