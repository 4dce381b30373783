package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.workloadapi.FileSourceException.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The X.509-SVID and the bundles that another program keeps in files: {@link
 * dev.spiffe4j.SvidFiles}, spiffe-helper, cert-manager's csi-driver-spiffe, or anything that writes
 * PEM. Reading never blocks and does no I/O.
 *
 * <p>Changes are followed as the system tells of them, and by a look from time to time. Files that
 * are swapped as a whole by a link {@code ..data} are taken at once. Others can be seen while they
 * are half written: they are taken when they have not changed for a moment, and the own bundle must
 * have an authority then. What cannot be used as a whole is reported and changes nothing: the last
 * good files go on being served, until their SVID expires.
 *
 * <p>Bundles of other trust domains are read from files {@code federated/<trust domain>.pem}.
 * spiffe-helper's {@code include_federated_domains} puts the authorities of all trust domains into
 * one file, where nothing tells whose they are; then each of them could speak for the own trust
 * domain, so leave it off. Thread-safe.
 */
public final class FileX509Source implements X509ContextSource, LiveSource {
  private final FileFeed feed;
  private final SourceThreads threads;
  private final Subscribers<X509Context> subscribers;
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile boolean closed;

  private FileX509Source(Builder builder) {
    threads = SourceThreads.of("spiffe-file-source", null, builder.scheduler);
    subscribers = new Subscribers<>(threads.callbacks());
    feed = new FileFeed(builder, threads, subscribers::tell);
  }

  /**
   * Reads {@code svid.pem}, {@code svid_key.pem} and {@code bundle.pem} of a directory.
   *
   * @param directory where they are
   * @return a source that has an SVID
   * @throws FileSourceException as of {@link Builder#connect}
   */
  public static FileX509Source connect(Path directory) {
    return builder(directory).connect();
  }

  /**
   * Configures a source.
   *
   * @param directory where the files are, or will be
   * @return a builder
   */
  public static Builder builder(Path directory) {
    return new Builder(requireNonNull(directory, "directory"));
  }

  /**
   * The SVID and bundles of now.
   *
   * @throws FileSourceException with {@link Reason#EXPIRED} if the SVID has expired, or with what
   *     is wrong with the files if they were never good
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public X509Context x509Context() {
    requireOpen();
    return feed.usable();
  }

  /**
   * The bundle of one trust domain, even if the own SVID has expired meanwhile.
   *
   * @throws FileSourceException with what is wrong with the files if they were never good
   * @throws IllegalStateException if the source is closed
   */
  @Override
  public Optional<X509Bundle> x509Bundle(TrustDomain trustDomain) {
    requireOpen();
    return feed.last().x509Bundle(trustDomain);
  }

  @Override
  public boolean isReady() {
    return !closed && feed.isUsable();
  }

  @Override
  public CompletableFuture<Void> whenReady() {
    CompletableFuture<Void> told = new CompletableFuture<>();
    Completion.handle(
        feed.first(), (context, failure) -> callBack(() -> Completion.pass(null, failure, told)));
    return told;
  }

  /** Runs what is of others, here and now if nobody else can. */
  private void callBack(Runnable call) {
    try {
      threads.callbacks().execute(call);
    } catch (RejectedExecutionException e) {
      // Closed: whoever waits must not wait for ever.
      call.run();
    }
  }

  /**
   * What is wrong at the moment with the files, or that their SVID has expired.
   *
   * @return the problem, or nothing if the files are good
   */
  @Override
  public Optional<FileSourceException> lastError() {
    return feed.lastError();
  }

  /**
   * What it has seen up to now. A message is a state of the files that is none of the last.
   *
   * @return a snapshot
   */
  @Override
  public SourceStats stats() {
    return feed.stats().with(subscribers.failures(), feed.expiresAt().orElse(null));
  }

  /**
   * Tells of the context of now, and of each new one. Calls come one after the other on a thread of
   * the source that nothing else waits for; whoever is slow hears of the newest only.
   *
   * @param subscriber what is called; what it throws is logged
   * @return ends the calls
   * @throws IllegalStateException if the source is closed
   */
  public Subscription subscribe(Consumer<? super X509Context> subscriber) {
    requireNonNull(subscriber, "subscriber");
    requireOpen();
    Subscribers<X509Context>.Subscriber prepared = subscribers.prepare(subscriber);
    // On the worker, so that nothing newer comes before it.
    threads.worker().execute(() -> begin(prepared));
    return prepared;
  }

  private void begin(Subscribers<X509Context>.Subscriber subscriber) {
    if (!closed) {
      subscriber.begin();
      feed.lastIfUsable().ifPresent(subscriber::tell);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("source is closed");
    }
  }

  /** Ends the watch and the threads. Idempotent; may be called by a subscriber. */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    subscribers.clear();
    feed.close();
    threads.close();
  }

  @Override
  public String toString() {
    return "FileX509Source" + feed;
  }

  private FileX509Source awaitReady(Duration timeout) {
    try {
      feed.first().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return this;
    } catch (InterruptedException e) {
      close();
      Thread.currentThread().interrupt();
      throw new FileSourceException(Reason.INTERRUPTED, "interrupted while connecting", e);
    } catch (ExecutionException | TimeoutException e) {
      FileSourceException why = feed.nothing();
      close();
      throw new FileSourceException(
          why.reason(), "not ready within " + timeout + ": " + why.getMessage(), why);
    }
  }

  /** Configures a source. Not thread-safe; can be used again. */
  public static final class Builder {
    final Path directory;
    String certificates = "svid.pem";
    String privateKey = "svid_key.pem";
    String bundle = "bundle.pem";
    Duration pollInterval = Duration.ofSeconds(10);
    boolean isWatching = true;
    InstantSource clock = InstantSource.system();
    private Duration initialTimeout = Duration.ofSeconds(30);
    private @Nullable ScheduledExecutorService scheduler;

    private Builder(Path directory) {
      this.directory = directory.toAbsolutePath();
    }

    /**
     * Names the files; {@code svid.pem}, {@code svid_key.pem} and {@code bundle.pem} by default, as
     * of spiffe-helper.
     *
     * @param certificates the file of the SVID's certificates
     * @param privateKey the file of the SVID's private key
     * @param bundle the file of the own trust domain's bundle
     * @return this builder
     */
    public Builder names(String certificates, String privateKey, String bundle) {
      this.certificates = requireNonNull(certificates, "certificates");
      this.privateKey = requireNonNull(privateKey, "privateKey");
      this.bundle = requireNonNull(bundle, "bundle");
      return this;
    }

    /**
     * Names the files as cert-manager does: {@code tls.crt}, {@code tls.key} and {@code ca.crt}.
     * The last is only there if csi-driver-spiffe was told where its trust bundle is.
     *
     * @return this builder
     */
    public Builder certManagerNames() {
      return names("tls.crt", "tls.key", "ca.crt");
    }

    /**
     * Sets how long {@link #connect} waits for good files.
     *
     * @param timeout the longest; 30 seconds by default
     * @return this builder
     */
    public Builder initialTimeout(Duration timeout) {
      this.initialTimeout = SourceBuilder.positive(timeout, "timeout");
      return this;
    }

    /**
     * Sets how often the files are looked at, whatever the system tells.
     *
     * @param interval how long between two looks; 10 seconds by default
     * @return this builder
     */
    public Builder pollInterval(Duration interval) {
      this.pollInterval = SourceBuilder.positive(interval, "interval");
      return this;
    }

    /**
     * Does not ask the system to tell of changes, as for file systems of other machines, where it
     * knows of none.
     *
     * @return this builder
     */
    public Builder pollingOnly() {
      this.isWatching = false;
      return this;
    }

    /**
     * Sets what tells whether the SVID has expired.
     *
     * @param clock the clock; the system's by default
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets what tells when to look. It is not shut down by the source.
     *
     * @param scheduler the scheduler; by default the source's own thread
     * @return this builder
     */
    public Builder scheduler(ScheduledExecutorService scheduler) {
      this.scheduler = requireNonNull(scheduler, "scheduler");
      return this;
    }

    /**
     * Reads the files, and waits until they are there and good.
     *
     * @return a source that is ready
     * @throws FileSourceException if it is not in time, with what is wrong; then nothing is left
     *     running
     */
    public FileX509Source connect() {
      return start().awaitReady(initialTimeout);
    }

    /**
     * Begins to look at the files, and waits for nothing.
     *
     * @return a source that may not be ready
     */
    public FileX509Source start() {
      FileX509Source source = new FileX509Source(this);
      source.feed.start();
      return source;
    }
  }
}
