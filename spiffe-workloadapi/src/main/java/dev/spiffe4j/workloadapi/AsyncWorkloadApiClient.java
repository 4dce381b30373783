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
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Questions to a Workload API that are not waited for. Futures are completed on the client's
 * executor, with {@link WorkloadApiException} on failure and at the latest after the client's
 * timeout; to cancel one is to end its call. Watches begin anew whenever their stream ends, unless
 * the server says that it does not have the call, or refuses the request itself. Thread-safe.
 */
public final class AsyncWorkloadApiClient {
  private final ClientTransport transport;
  private final ClientCalls calls;
  private final SourceThreads threads;
  private final SecureRandom random = new SecureRandom();
  private final Set<Subscription> watches = ConcurrentHashMap.newKeySet();

  AsyncWorkloadApiClient(ClientTransport transport, ClientCalls calls, SourceThreads threads) {
    this.transport = transport;
    this.calls = calls;
    this.threads = threads;
  }

  /**
   * Asks for the X.509-SVIDs of this process and the bundles that it may trust.
   *
   * @return what there is then
   */
  public CompletableFuture<X509Context> fetchX509Context() {
    return send(Rpc.x509Context());
  }

  /**
   * Asks for the X.509 bundles that this process may trust.
   *
   * @return what there is then, by trust domain
   */
  public CompletableFuture<Map<TrustDomain, X509Bundle>> fetchX509Bundles() {
    return send(Rpc.x509Bundles());
  }

  /**
   * Asks for JWT-SVIDs.
   *
   * @param request which ones; its hint is not looked at
   * @return a token for each identity, or for the one that was asked for, the default one first
   */
  public CompletableFuture<List<JwtSvid>> fetchJwtSvids(JwtSvidRequest request) {
    return send(Rpc.jwtSvids(request));
  }

  /**
   * Asks for a JWT-SVID.
   *
   * @param request which one
   * @return the first token of the answer, or the first that has the hint that is wanted
   */
  public CompletableFuture<JwtSvid> fetchJwtSvid(JwtSvidRequest request) {
    return fetchJwtSvids(request).thenApply(svids -> JwtAnswer.pick(request, svids));
  }

  /**
   * Asks for the JWT bundles that this process may trust.
   *
   * @return what there is then, by trust domain
   */
  public CompletableFuture<Map<TrustDomain, JwtBundle>> fetchJwtBundles() {
    return send(Rpc.jwtBundles());
  }

  /**
   * Has a token validated by the server.
   *
   * @param audience whom this process takes itself for
   * @param token what a peer has presented
   * @return what the server says of it
   */
  public CompletableFuture<JwtValidation> validateJwtSvid(String audience, String token) {
    return send(Rpc.validation(audience, token));
  }

  /**
   * Incubating: asks for the WIT-SVIDs of this process.
   *
   * @return an SVID with its key for each identity, the default one first
   */
  public CompletableFuture<List<WitSvid>> fetchWitSvids() {
    return send(Rpc.witSvids(null));
  }

  /**
   * Incubating: asks for the WIT-SVID of one identity of several.
   *
   * @param subject the identity
   * @return an SVID of that identity with its key
   */
  public CompletableFuture<WitSvid> fetchWitSvid(SpiffeId subject) {
    return send(Rpc.witSvids(requireNonNull(subject, "subject"))).thenApply(svids -> svids.get(0));
  }

  /**
   * Incubating: asks for the WIT bundles that this process may trust.
   *
   * @return what there is then, by trust domain
   */
  public CompletableFuture<Map<TrustDomain, WitBundle>> fetchWitBundles() {
    return send(Rpc.witBundles());
  }

  /**
   * Watches the X.509-SVIDs of this process and the bundles that it may trust.
   *
   * @param watcher hears of them
   * @return ends the watch
   */
  public Subscription watchX509Context(Watcher<? super X509Context> watcher) {
    return watch(Rpc.x509Context(), watcher);
  }

  /**
   * Watches the X.509 bundles that this process may trust.
   *
   * @param watcher hears of them
   * @return ends the watch
   */
  public Subscription watchX509Bundles(Watcher<? super Map<TrustDomain, X509Bundle>> watcher) {
    return watch(Rpc.x509Bundles(), watcher);
  }

  /**
   * Watches the JWT bundles that this process may trust.
   *
   * @param watcher hears of them
   * @return ends the watch
   */
  public Subscription watchJwtBundles(Watcher<? super Map<TrustDomain, JwtBundle>> watcher) {
    return watch(Rpc.jwtBundles(), watcher);
  }

  /**
   * Incubating: watches the WIT-SVIDs of this process.
   *
   * @param watcher hears of them
   * @return ends the watch
   */
  public Subscription watchWitSvids(Watcher<? super List<WitSvid>> watcher) {
    return watch(Rpc.witSvids(null), watcher);
  }

  /**
   * Incubating: watches the WIT bundles that this process may trust.
   *
   * @param watcher hears of them
   * @return ends the watch
   */
  public Subscription watchWitBundles(Watcher<? super Map<TrustDomain, WitBundle>> watcher) {
    return watch(Rpc.witBundles(), watcher);
  }

  private <T> CompletableFuture<T> send(Rpc<?, ?, T> rpc) {
    return calls.send(rpc, threads.callbacks());
  }

  private <R, T> Subscription watch(Rpc<?, R, T> rpc, Watcher<? super T> watcher) {
    requireNonNull(watcher, "watcher");
    if (transport.isClosed()) {
      throw new IllegalStateException("client is closed");
    }
    Watch<R, T> watch = new Watch<>(transport, threads, random, rpc, watcher);
    watches.add(watch);
    return () -> {
      watch.close();
      watches.remove(watch);
    };
  }

  void close() {
    watches.forEach(Subscription::close);
    threads.close();
  }
}
