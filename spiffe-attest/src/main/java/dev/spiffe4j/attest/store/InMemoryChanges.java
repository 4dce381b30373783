package dev.spiffe4j.attest.store;

import dev.spiffe4j.attest.store.StoreChange.Kind;
import dev.spiffe4j.workloadapi.Subscription;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The order of commits of one store in memory, and the lock that makes it. */
final class InMemoryChanges implements ChangeFeed {
  /** A reader that is further behind reads everything anew. */
  private static final int MAX_KEPT = 10_000;

  private static final Logger LOGGER = System.getLogger(InMemoryChanges.class.getName());

  private final Object lock = new Object();
  private final StoreChange[] ring = new StoreChange[MAX_KEPT];
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
  private long position;

  /** What a transaction writes its changes to. */
  @FunctionalInterface
  interface Log {
    void changed(Kind kind, String key);
  }

  /** A transaction: its changes are commits in the order in which it logs them. */
  interface Transaction<T> {
    T run(Log log);
  }

  <T> T commit(Transaction<T> transaction) {
    long before;
    long after;
    T result;
    synchronized (lock) {
      before = position;
      result = transaction.run(this::append);
      after = position;
    }
    if (after != before) {
      listeners.forEach(Listener::wake);
    }
    return result;
  }

  private void append(Kind kind, String key) {
    position++;
    ring[slot(position)] = new StoreChange(position, kind, key);
  }

  private static int slot(long position) {
    return (int) (position % MAX_KEPT);
  }

  @Override
  public long position() {
    synchronized (lock) {
      return position;
    }
  }

  @Override
  public Optional<List<StoreChange>> since(long from, int limit) {
    synchronized (lock) {
      if (from < position - MAX_KEPT || from > position) {
        return Optional.empty();
      }
      List<StoreChange> changes = new ArrayList<>();
      for (long next = from + 1; next <= position && changes.size() < limit; next++) {
        changes.add(ring[slot(next)]);
      }
      return Optional.of(changes);
    }
  }

  @Override
  public Subscription subscribe(Runnable listener) {
    Listener added = new Listener(listener);
    listeners.add(added);
    return () -> listeners.remove(added);
  }

  /** Compared by identity, so that one runnable may be subscribed twice. */
  private static final class Listener {
    private final Runnable runnable;

    Listener(Runnable runnable) {
      this.runnable = runnable;
    }

    void wake() {
      try {
        runnable.run();
      } catch (RuntimeException e) {
        // The commit has happened; a reader's trouble is not the writer's.
        LOGGER.log(Level.WARNING, "a listener of the store failed", e);
      }
    }
  }
}
