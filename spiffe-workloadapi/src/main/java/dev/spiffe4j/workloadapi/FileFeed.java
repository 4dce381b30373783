package dev.spiffe4j.workloadapi;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.FileSourceException.Reason;
import dev.spiffe4j.workloadapi.SvidDirectory.Stamp;
import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What was read from files, and when to read again. Written by the worker, read by everybody. */
final class FileFeed implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(FileFeed.class.getName());

  /** So long must files be the same that are not swapped as a whole. */
  private static final long SETTLE_MILLIS = 100;

  private final SvidDirectory directory;
  private final DirectoryWatch watch;
  private final InstantSource clock;
  private final SourceThreads threads;
  private final Consumer<X509Context> onUpdate;
  private final long pollNanos;
  private final FeedCounters counters = new FeedCounters();
  private final CompletableFuture<X509Context> first = new CompletableFuture<>();
  private final AtomicBoolean isLookDue = new AtomicBoolean();

  private volatile @Nullable X509Context served;
  private volatile @Nullable FileSourceException problem;
  private volatile boolean closed;
  private volatile @Nullable Future<?> polling;

  /** What {@link #served} was made of; only touched by the worker, as are the next. */
  private @Nullable Stamp taken;

  private @Nullable Stamp seen;
  private @Nullable Stamp refused;
  private @Nullable Future<?> settling;

  FileFeed(FileX509Source.Builder options, SourceThreads threads, Consumer<X509Context> onUpdate) {
    this.directory =
        new SvidDirectory(
            options.directory, options.certificates, options.privateKey, options.bundle);
    this.watch =
        options.isWatching
            ? DirectoryWatch.of(directory.path(), directory.federated(), this::requestLook)
            : DirectoryWatch.none(directory.path());
    this.clock = options.clock;
    this.threads = threads;
    this.onUpdate = onUpdate;
    this.pollNanos = options.pollInterval.toNanos();
  }

  void start() {
    watch.start(new DaemonThreads("spiffe-file-watch"));
    polling =
        threads
            .scheduler()
            .scheduleWithFixedDelay(this::requestLook, pollNanos, pollNanos, TimeUnit.NANOSECONDS);
    requestLook();
  }

  /** One look is due at the most, however much there is to be seen. */
  private void requestLook() {
    if (!isLookDue.getAndSet(true)) {
      threads.worker().execute(this::look);
    }
  }

  private void look() {
    isLookDue.set(false);
    if (closed) {
      return;
    }
    // Before the files, so that no change is between the two.
    watch.renew();
    Stamp now = directory.stamp();
    if (now.equals(taken)) {
      setProblem(null);
    } else if (now.isSwapped()) {
      take(now);
    } else if (!now.equals(seen)) {
      settle(now);
    } else if (settling == null) {
      take(now);
    }
  }

  private void settle(Stamp now) {
    seen = now;
    if (settling != null) {
      settling.cancel(false);
    }
    settling =
        threads
            .scheduler()
            .schedule(
                () -> threads.worker().execute(this::onSettled),
                SETTLE_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  private void onSettled() {
    settling = null;
    look();
  }

  private void take(Stamp stamp) {
    try {
      X509Context context = directory.load();
      requireUsable(context, stamp);
      if (!directory.stamp().equals(stamp)) {
        requestLook();
        return;
      }
      serve(context, stamp);
    } catch (FileSourceException e) {
      refuse(e, stamp);
    }
  }

  private void requireUsable(X509Context context, Stamp stamp) {
    if (!stamp.isSwapped() && !SvidDirectory.isWhole(context)) {
      throw new FileSourceException(
          Reason.INVALID_FILE, "the bundle in " + directory.path() + " has no authority");
    }
    requireNotExpired(context);
  }

  private void requireNotExpired(X509Context context) {
    Instant expiresAt = context.x509Svid().expiresAt();
    if (clock.instant().isAfter(expiresAt)) {
      throw new FileSourceException(
          Reason.EXPIRED,
          "the SVID of " + context.x509Svid().spiffeId() + " expired at " + expiresAt);
    }
  }

  private void serve(X509Context context, Stamp stamp) {
    counters.message();
    taken = stamp;
    X509Context before = served;
    if (before == null || !isSame(before, context)) {
      served = context;
      counters.update(clock.instant());
      onUpdate.accept(context);
    }
    setProblem(null);
    first.complete(context);
  }

  private static boolean isSame(X509Context one, X509Context other) {
    return one.x509Svid().chain().equals(other.x509Svid().chain())
        && one.bundles().equals(other.bundles());
  }

  private void refuse(FileSourceException why, Stamp stamp) {
    if (!stamp.equals(refused)) {
      refused = stamp;
      counters.message();
      counters.badMessage();
    }
    setProblem(why);
  }

  /** Says so once when things go wrong, and once when they are right again. */
  private void setProblem(@Nullable FileSourceException now) {
    FileSourceException before = problem;
    problem = now;
    if (now != null && (before == null || before.reason() != now.reason())) {
      LOGGER.log(Level.WARNING, "files of an SVID: {0}", now.getMessage());
    } else if (now == null && before != null) {
      LOGGER.log(Level.INFO, "files in {0} are good again", directory.path());
    }
  }

  CompletableFuture<X509Context> first() {
    return first;
  }

  /**
   * What may be used now.
   *
   * @throws FileSourceException if that is nothing
   */
  X509Context usable() {
    X509Context context = last();
    requireNotExpired(context);
    return context;
  }

  boolean isUsable() {
    return lastIfUsable().isPresent();
  }

  Optional<X509Context> lastIfUsable() {
    X509Context context = served;
    return context == null || clock.instant().isAfter(context.x509Svid().expiresAt())
        ? Optional.empty()
        : Optional.of(context);
  }

  /** What was good last, whether it has expired or not. */
  X509Context last() {
    X509Context context = served;
    if (context == null) {
      throw nothing();
    }
    return context;
  }

  FileSourceException nothing() {
    FileSourceException why = problem;
    return why == null
        ? new FileSourceException(
            Reason.NOT_READY, "no files were read yet from " + directory.path())
        : new FileSourceException(why.reason(), String.valueOf(why.getMessage()), why);
  }

  Optional<FileSourceException> lastError() {
    FileSourceException why = problem;
    if (why != null || served == null || isUsable()) {
      return Optional.ofNullable(why);
    }
    try {
      usable();
      return Optional.empty();
    } catch (FileSourceException e) {
      return Optional.of(e);
    }
  }

  Optional<Instant> expiresAt() {
    return Optional.ofNullable(served).map(context -> context.x509Svid().expiresAt());
  }

  SourceStats stats() {
    return counters.stats();
  }

  @Override
  public void close() {
    closed = true;
    Future<?> task = polling;
    if (task != null) {
      task.cancel(false);
    }
    watch.close();
    first.completeExceptionally(
        new FileSourceException(Reason.CLOSED, "the source was closed before it was ready"));
  }

  @Override
  public String toString() {
    return "[" + directory.path() + "]";
  }
}
