package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.wire.X509Answer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The X.509-SVIDs of this process and the bundles that it may trust, kept up to date by a Workload
 * API. Reading never blocks.
 *
 * <p>When the server is away, the source goes on with what it has, and comes back to it by itself.
 * It never hands out an SVID that has expired, and nothing at all after the server has said that
 * there is no identity any more. Thread-safe.
 */
public final class X509Source implements X509ContextSource, LiveSource {
  private final SourceCore core;
  private final Subscribers<X509Context> subscribers;
  private final Feed<X509Answer, Revocable<X509Context>> feed;

  private X509Source(Builder builder) {
    core = new SourceCore("spiffe-x509-source", builder);
    subscribers = core.subscribers();
    feed =
        core.feed(
            Rpc.revocableX509Context()
                .then(Revocable.changing(context -> pick(context, builder.picker))),
            Expiry.ofX509(),
            update -> onUpdate(update.value()));
  }

  private static X509Context pick(
      X509Context context, @Nullable Predicate<? super X509Svid> picker) {
    return picker == null
        ? context
        : X509Context.of(Picked.first(context.svids(), picker), context.bundles().values());
  }

  private void onUpdate(X509Context context) {
    if (!context.svids().isEmpty()) {
      subscribers.tell(context);
    }
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
   * The SVIDs and bundles of now.
   *
   * @throws WorkloadApiException with {@link Reason#EXPIRED} if the default SVID has expired, or
   *     {@link Reason#NO_IDENTITY} if the server has withdrawn the identity, or {@link
   *     Reason#NO_MATCHING_SVID} if the picker wants none of those that there are
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public X509Context x509Context() {
    core.requireOpen();
    return feed.usable().value();
  }

  /**
   * The SVID that is meant for something (Workload API §8).
   *
   * @param hint what for, such as {@code internal}
   * @return the first SVID of that hint, or nothing if there is none
   * @throws WorkloadApiException as of {@link #x509Context}
   * @throws IllegalStateException if the source is closed
   */
  public Optional<X509Svid> x509Svid(String hint) {
    requireNonNull(hint, "hint");
    return x509Context().svids().stream()
        .filter(svid -> svid.hint().filter(hint::equals).isPresent())
        .findFirst();
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
    core.requireOpen();
    return feed.snapshot().value().x509Bundle(trustDomain);
  }

  /**
   * The revocation lists that came with the SVIDs, for {@link
   * dev.spiffe4j.X509SvidVerifier.Builder#revocationLists}. They are checked by nobody who does not
   * ask for it. A list that cannot be read is left out, and told of by {@link #lastError}.
   *
   * @return the lists of now; empty if the server sends none
   * @throws WorkloadApiException as of {@link #x509Bundle}
   * @throws IllegalStateException if the source is closed
   */
  public RevocationLists revocationLists() {
    core.requireOpen();
    return feed.snapshot().lists();
  }

  /**
   * Whether there is an SVID to present now.
   *
   * @return true if {@link #x509Svid()} returns one
   */
  @Override
  public boolean isReady() {
    return !core.isClosed() && feed.isUsable();
  }

  @Override
  public CompletableFuture<Void> whenReady() {
    return core.whenReady();
  }

  /**
   * What is wrong at the moment: the server cannot be reached, has refused, or has sent something
   * that could not be used in full.
   *
   * @return the last problem, or nothing if the last message was good and the stream goes on
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
   * Tells of the context of now, and of each new one that the server sends. Calls come one after
   * the other on a thread of the source that nothing else waits for; whoever is slow hears of the
   * newest only.
   *
   * @param subscriber what is called; what it throws is logged
   * @return ends the calls
   * @throws IllegalStateException if the source is closed
   */
  public Subscription subscribe(Consumer<? super X509Context> subscriber) {
    requireNonNull(subscriber, "subscriber");
    return core.subscribe(
        subscribers,
        subscriber,
        () -> feed.isUsable() ? feed.snapshotIfAny().map(Revocable::value) : Optional.empty());
  }

  /** Ends the stream and the threads. Idempotent; may be called by a subscriber. */
  @Override
  public void close() {
    core.close();
  }

  @Override
  public String toString() {
    return "X509Source" + core;
  }

  /** Configures a source. Not thread-safe; can be used again. */
  public static final class Builder extends SourceBuilder<X509Source, Builder> {
    private @Nullable Predicate<? super X509Svid> picker;

    private Builder(WorkloadApiAddress address) {
      super(address);
    }

    private Builder(WorkloadApiClient client) {
      super(client);
    }

    /**
     * Sets which of several SVIDs is the default one: the first that has a hint.
     *
     * @param hint such as {@code internal}
     * @return this builder
     */
    public Builder hint(String hint) {
      requireNonNull(hint, "hint");
      return picker(svid -> svid.hint().filter(hint::equals).isPresent());
    }

    /**
     * Sets which of several SVIDs is the default one: the first that is wanted. If none is, the
     * source is not ready.
     *
     * @param picker what wants an SVID; by default the first one is
     * @return this builder
     */
    public Builder picker(Predicate<? super X509Svid> picker) {
      this.picker = requireNonNull(picker, "picker");
      return this;
    }

    @Override
    X509Source open() {
      return new X509Source(this);
    }

    @Override
    SourceCore core(X509Source source) {
      return source.core;
    }

    @Override
    Builder self() {
      return this;
    }
  }
}
