package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.BundleSource;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The bundles that this process may trust, kept up to date by a Workload API, for who verifies and
 * presents nothing: it needs no SVID, and no private key comes with it. Reading never blocks.
 *
 * <p>Each kind of bundles is of its own moment. A server need not have each kind; what it does not
 * have is not trusted. When the server is away, the source goes on with what it has; what the
 * server denies, it does not serve any more. Thread-safe.
 */
public final class WorkloadBundleSource implements BundleSource, LiveSource {
  private final SourceCore core;
  private final Subscribers<Map<TrustDomain, SpiffeBundle>> subscribers;
  private final List<Part<?>> parts = new ArrayList<>();

  /** The stream that brings revocation lists, if X.509 bundles are wanted. */
  private final List<Feed<?, ? extends Revocable<?>>> revocable = new ArrayList<>();

  /** Written by the worker. */
  private volatile Map<TrustDomain, SpiffeBundle> bundles = Map.of();

  private WorkloadBundleSource(Builder builder) {
    core = new SourceCore("spiffe-bundle-source", builder);
    subscribers = core.subscribers();
    if (builder.kinds.contains(BundleKind.X509)) {
      Feed<?, Revocable<Map<TrustDomain, X509Bundle>>> feed =
          core.optionalFeed(Rpc.revocableX509Bundles(), Expiry.never(), new OnChange<>());
      revocable.add(feed);
      parts.add(
          new Part<>(
              () -> feed.snapshotIfAny().map(Revocable::value), SpiffeBundle::withX509Bundle));
    }
    if (builder.kinds.contains(BundleKind.JWT)) {
      add(Rpc.jwtBundles(), SpiffeBundle::withJwtBundle);
    }
    if (builder.kinds.contains(BundleKind.WIT)) {
      add(Rpc.witBundles(), SpiffeBundle::withWitBundle);
    }
  }

  private <R, B> void add(
      Rpc<?, R, Map<TrustDomain, B>> rpc, BiFunction<SpiffeBundle, B, SpiffeBundle> with) {
    Feed<R, Map<TrustDomain, B>> feed = core.optionalFeed(rpc, Expiry.never(), new OnChange<>());
    parts.add(new Part<>(feed::snapshotIfAny, with));
  }

  private record Part<B>(
      Supplier<Optional<Map<TrustDomain, B>>> snapshot,
      BiFunction<SpiffeBundle, B, SpiffeBundle> with) {
    void addTo(Map<TrustDomain, SpiffeBundle> all) {
      snapshot
          .get()
          .ifPresent(
              bundles ->
                  bundles.forEach(
                      (trustDomain, bundle) ->
                          all.compute(
                              trustDomain,
                              (key, before) ->
                                  with.apply(
                                      before == null ? SpiffeBundle.of(key) : before, bundle))));
    }
  }

  private final class OnChange<S> implements Feed.Observer<S> {
    @Override
    public void onUpdate(S snapshot) {
      rebuild();
      subscribers.tell(bundles);
    }

    @Override
    public void onWithdrawing() {
      rebuild();
    }

    @Override
    public void onWithdrawn() {
      subscribers.tell(bundles);
    }
  }

  private void rebuild() {
    Map<TrustDomain, SpiffeBundle> all = new HashMap<>();
    parts.forEach(part -> part.addTo(all));
    bundles = Map.copyOf(all);
  }

  /**
   * Connects to the Workload API of the address in the environment.
   *
   * @return a source that has bundles
   * @throws WorkloadApiException as of {@link Builder#connect}, or if there is no address
   */
  public static WorkloadBundleSource connect() {
    return connect(WorkloadApiAddress.fromEnvironment());
  }

  /**
   * Connects to a Workload API.
   *
   * @param address where it is
   * @return a source that has bundles
   * @throws WorkloadApiException as of {@link Builder#connect}
   */
  public static WorkloadBundleSource connect(WorkloadApiAddress address) {
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
   * All bundles of now.
   *
   * @return the bundles by trust domain; empty if there are none yet, or not any more
   * @throws IllegalStateException if the source is closed
   */
  public Map<TrustDomain, SpiffeBundle> bundles() {
    core.requireOpen();
    return bundles;
  }

  /**
   * The bundle of one trust domain.
   *
   * @return the bundle, or nothing if that trust domain is not known, and so not trusted
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public Optional<SpiffeBundle> bundle(TrustDomain trustDomain) {
    return Optional.ofNullable(bundles().get(requireNonNull(trustDomain, "trustDomain")));
  }

  @Override
  public Optional<X509Bundle> x509Bundle(TrustDomain trustDomain) {
    return bundle(trustDomain)
        .map(SpiffeBundle::x509Bundle)
        .filter(bundle -> !bundle.authorities().isEmpty());
  }

  @Override
  public Optional<JwtBundle> jwtBundle(TrustDomain trustDomain) {
    return bundle(trustDomain)
        .map(SpiffeBundle::jwtBundle)
        .filter(bundle -> !bundle.authorities().isEmpty());
  }

  @Override
  public Optional<WitBundle> witBundle(TrustDomain trustDomain) {
    return bundle(trustDomain)
        .map(SpiffeBundle::witBundle)
        .filter(bundle -> !bundle.authorities().isEmpty());
  }

  /**
   * The revocation lists that came with the X.509 bundles, for {@link
   * dev.spiffe4j.X509SvidVerifier.Builder#revocationLists}. They are checked by nobody who does not
   * ask for it. A list that cannot be read is left out, and told of by {@link #lastError}.
   *
   * @return the lists of now; empty if the server sends none
   * @throws IllegalStateException if the source is closed
   */
  public RevocationLists revocationLists() {
    core.requireOpen();
    return revocable.stream()
        .flatMap(feed -> feed.snapshotIfAny().stream())
        .map(Revocable::lists)
        .findFirst()
        .orElseGet(RevocationLists::none);
  }

  /**
   * Whether somebody can be verified now.
   *
   * @return true if there is a bundle
   */
  @Override
  public boolean isReady() {
    return !core.isClosed() && !bundles.isEmpty();
  }

  @Override
  public CompletableFuture<Void> whenReady() {
    return core.whenReady();
  }

  /**
   * What is wrong at the moment with one of the kinds of bundles. That the server does not have a
   * kind at all is not.
   *
   * @return the last problem, or nothing if the last messages were good and the streams go on
   */
  @Override
  public Optional<WorkloadApiException> lastError() {
    return core.lastError();
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
  public Subscription subscribe(Consumer<? super Map<TrustDomain, SpiffeBundle>> subscriber) {
    requireNonNull(subscriber, "subscriber");
    return core.subscribe(
        subscribers, subscriber, () -> Optional.of(bundles).filter(all -> !all.isEmpty()));
  }

  /** Ends the streams and the threads. Idempotent; may be called by a subscriber. */
  @Override
  public void close() {
    core.close();
  }

  @Override
  public String toString() {
    return "WorkloadBundleSource" + core;
  }

  /** Configures a source. Not thread-safe; can be used again. */
  public static final class Builder extends SourceBuilder<WorkloadBundleSource, Builder> {
    private Set<BundleKind> kinds = EnumSet.allOf(BundleKind.class);

    private Builder(WorkloadApiAddress address) {
      super(address);
    }

    private Builder(WorkloadApiClient client) {
      super(client);
    }

    /**
     * Sets which kinds of bundles to ask for. The server need not have each of them; if it has
     * none, {@link #connect} throws with {@link Reason#UNIMPLEMENTED}.
     *
     * @param first one of them; by default all are
     * @param more the others
     * @return this builder
     */
    public Builder kinds(BundleKind first, BundleKind... more) {
      this.kinds = EnumSet.of(first, more);
      return this;
    }

    @Override
    WorkloadBundleSource open() {
      return new WorkloadBundleSource(this);
    }

    @Override
    SourceCore core(WorkloadBundleSource source) {
      return source.core;
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
