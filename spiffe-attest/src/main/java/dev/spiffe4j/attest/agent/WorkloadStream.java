package dev.spiffe4j.attest.agent;

import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.workloadapi.Subscription;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.server.Caller;
import dev.spiffe4j.workloadapi.server.Updates;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call that waits for updates. It gets what is served now, and then what differs from that. The
 * newest state is read under the lock, so that no older one can follow it.
 */
final class WorkloadStream<T> implements Subscription {
  private final Served served;
  private final Caller caller;
  private final Set<Selector> selectors;
  private final Kind<T> kind;
  private final Updates<T> updates;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable T last;
  private boolean ended;
  private volatile List<RegistrationEntry> followed = List.of();

  /**
   * What a stream is about.
   *
   * @param content what it takes of a view; throws if there is nothing to give
   * @param isX509 whether it needs X.509-SVIDs
   */
  record Kind<T>(Function<WorkloadView, T> content, boolean isX509) {}

  private WorkloadStream(
      Served served, Caller caller, Set<Selector> selectors, Kind<T> kind, Updates<T> updates) {
    this.served = served;
    this.caller = caller;
    this.selectors = selectors;
    this.kind = kind;
    this.updates = updates;
  }

  /** Starts a stream with the state of now, or throws why there is none for the caller. */
  static <T> WorkloadStream<T> open(
      Served served, Caller caller, Set<Selector> selectors, Kind<T> kind, Updates<T> updates) {
    WorkloadStream<T> stream = new WorkloadStream<>(served, caller, selectors, kind, updates);
    // Added first: what changes from here on is not missed.
    served.add(stream);
    stream.lock.lock();
    try {
      stream.sendLatest();
      return stream;
    } catch (WorkloadApiException e) {
      stream.close();
      throw e;
    } finally {
      stream.lock.unlock();
    }
  }

  /** Sends what is served now, if it is something else than before. */
  void refresh() {
    lock.lock();
    try {
      if (!ended) {
        sendLatest();
      }
    } catch (WorkloadApiException e) {
      end(e);
    } catch (RuntimeException e) {
      // The other streams must go on.
      end(new WorkloadApiException(Reason.INTERNAL, "the agent failed", e));
    } finally {
      lock.unlock();
    }
  }

  private void end(WorkloadApiException why) {
    close();
    updates.end(why);
  }

  @SuppressWarnings("ReferenceEquality") // what did not change is the same instance
  private void sendLatest() {
    WorkloadView view = served.view(selectors);
    T latest = kind.content().apply(view);
    followed = kind.isX509() ? view.identities() : List.of();
    if (latest == last) {
      return;
    }
    // EP-38: nothing is given to a process that has taken the caller's place.
    if (!caller.isAlive()) {
      throw new WorkloadApiException(Reason.CALLER_GONE, "the caller has ended");
    }
    last = latest;
    updates.send(latest);
  }

  /** The entries whose X.509-SVIDs it is about. */
  List<RegistrationEntry> followed() {
    return followed;
  }

  @Override
  public void close() {
    served.remove(this);
    lock.lock();
    try {
      ended = true;
      last = null;
      followed = List.of();
    } finally {
      lock.unlock();
    }
  }
}
