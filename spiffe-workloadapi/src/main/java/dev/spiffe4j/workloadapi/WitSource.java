package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.WitBundleSource;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.WITBundlesResponse;
import dev.spiffe4j.workloadapi.proto.WITSVIDResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Incubating, as the standard is: the WIT-SVIDs of this process and the bundles that it may trust,
 * kept up to date by a Workload API. Reading never blocks. A server without the WIT profile is
 * asked once. Thread-safe.
 */
public final class WitSource implements WitBundleSource, LiveSource {
  private final SourceCore core;
  private final Subscribers<List<WitSvid>> subscribers;
  private final Feed<WITSVIDResponse, List<WitSvid>> svids;
  private final Feed<WITBundlesResponse, Map<TrustDomain, WitBundle>> bundles;

  private WitSource(Builder builder) {
    core = new SourceCore("spiffe-wit-source", builder);
    subscribers = core.subscribers();
    svids =
        core.feed(
            Rpc.witSvids(null).then(all -> pick(all, builder.picker)),
            Expiry.ofWit(),
            this::onUpdate);
    bundles = core.feed(Rpc.witBundles(), Expiry.never(), snapshot -> {});
  }

  private static List<WitSvid> pick(
      List<WitSvid> svids, @Nullable Predicate<? super WitSvid> picker) {
    return picker == null ? svids : Picked.first(svids, picker);
  }

  private void onUpdate(List<WitSvid> all) {
    if (!all.isEmpty()) {
      subscribers.tell(all);
    }
  }

  /**
   * Connects to the Workload API of the address in the environment.
   *
   * @return a source that has an SVID and bundles
   * @throws WorkloadApiException as of {@link Builder#connect}, or if there is no address
   */
  public static WitSource connect() {
    return connect(WorkloadApiAddress.fromEnvironment());
  }

  /**
   * Connects to a Workload API.
   *
   * @param address where it is
   * @return a source that has an SVID and bundles
   * @throws WorkloadApiException as of {@link Builder#connect}
   */
  public static WitSource connect(WorkloadApiAddress address) {
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
   * The default SVID.
   *
   * @return the SVID
   * @throws WorkloadApiException with {@link Reason#EXPIRED} if it has expired, or {@link
   *     Reason#NO_IDENTITY} if the server has withdrawn the identity, or {@link
   *     Reason#NO_MATCHING_SVID} if the picker wants none of those that there are
   * @throws IllegalStateException if the source is closed
   */
  public WitSvid witSvid() {
    return witSvids().get(0);
  }

  /**
   * All SVIDs.
   *
   * @return the SVIDs, the default one first
   * @throws WorkloadApiException as of {@link #witSvid()}
   * @throws IllegalStateException if the source is closed
   */
  public List<WitSvid> witSvids() {
    core.requireOpen();
    return svids.usable();
  }

  /**
   * The SVID that is meant for something (Workload API §8).
   *
   * @param hint what for, such as {@code internal}
   * @return the first SVID of that hint, or nothing if there is none
   * @throws WorkloadApiException as of {@link #witSvid()}
   * @throws IllegalStateException if the source is closed
   */
  public Optional<WitSvid> witSvid(String hint) {
    requireNonNull(hint, "hint");
    return witSvids().stream()
        .filter(svid -> svid.hint().filter(hint::equals).isPresent())
        .findFirst();
  }

  /**
   * The bundle of one trust domain, even if the own SVID has expired meanwhile.
   *
   * @throws WorkloadApiException with {@link Reason#NO_IDENTITY} if the server has withdrawn it
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public Optional<WitBundle> witBundle(TrustDomain trustDomain) {
    core.requireOpen();
    return Optional.ofNullable(bundles.snapshot().get(requireNonNull(trustDomain, "trustDomain")));
  }

  /**
   * Whether there is an SVID to present, and somebody can be verified.
   *
   * @return true if there are both now
   */
  @Override
  public boolean isReady() {
    return !core.isClosed() && svids.isUsable() && bundles.isUsable();
  }

  @Override
  public CompletableFuture<Void> whenReady() {
    return core.whenReady();
  }

  @Override
  public Optional<WorkloadApiException> lastError() {
    return core.lastError();
  }

  @Override
  public SourceStats stats() {
    return core.stats();
  }

  /**
   * Tells of the SVIDs of now, and of each change. Calls come one after the other on a thread of
   * the source that nothing else waits for; whoever is slow hears of the newest only.
   *
   * @param subscriber what is called, with the default SVID first; what it throws is logged
   * @return ends the calls
   * @throws IllegalStateException if the source is closed
   */
  public Subscription subscribe(Consumer<? super List<WitSvid>> subscriber) {
    requireNonNull(subscriber, "subscriber");
    return core.subscribe(
        subscribers, subscriber, () -> svids.isUsable() ? svids.snapshotIfAny() : Optional.empty());
  }

  /** Ends the streams and the threads. Idempotent; may be called by a subscriber. */
  @Override
  public void close() {
    core.close();
  }

  @Override
  public String toString() {
    return "WitSource" + core;
  }

  /** Configures a source. Not thread-safe; can be used again. */
  public static final class Builder extends SourceBuilder<WitSource, Builder> {
    private @Nullable Predicate<? super WitSvid> picker;

    private Builder(WorkloadApiAddress address) {
      super(address);
    }

    private Builder(WorkloadApiClient client) {
      super(client);
    }

    /**
     * Sets which of several SVIDs is the default one: the first that is wanted. If none is, the
     * source is not ready.
     *
     * @param picker what wants an SVID; by default the first one is
     * @return this builder
     */
    public Builder picker(Predicate<? super WitSvid> picker) {
      this.picker = requireNonNull(picker, "picker");
      return this;
    }

    @Override
    WitSource open() {
      return new WitSource(this);
    }

    @Override
    SourceCore core(WitSource source) {
      return source.core;
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
