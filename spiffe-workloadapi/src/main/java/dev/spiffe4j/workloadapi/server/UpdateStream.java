package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.Subscription;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One server stream. Holds at most one snapshot that was not sent yet. Any thread may bring news;
 * whichever comes first does the sending for the others, so that the call is used by one at a time
 * and nobody waits.
 */
final class UpdateStream<T> implements Updates<T> {
  private static final Subscription ENDED = () -> {};

  private final ServerCallStreamObserver<byte[]> call;
  private final Connection connection;
  private final Serialized<T> messages;
  private final Executor closing;

  private final AtomicReference<@Nullable T> next = new AtomicReference<>();
  private final AtomicReference<@Nullable Status> end = new AtomicReference<>();
  private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

  /** How often there was news since the sending thread began; 0 if nobody sends. */
  private final AtomicInteger news = new AtomicInteger();

  /** What was sent last; only touched by the sending thread. */
  private @Nullable T last;

  private boolean closed;

  /** Made while the call is being started, when handlers can still be set. */
  UpdateStream(
      ServerCallStreamObserver<byte[]> call,
      Connection connection,
      Serialized<T> messages,
      Executor closing) {
    this.call = call;
    this.connection = connection;
    this.messages = messages;
    this.closing = closing;
    call.setOnReadyHandler(this::work);
    call.setOnCancelHandler(() -> end(Status.CANCELLED));
  }

  boolean isEnded() {
    return end.get() != null;
  }

  /** What is to be closed when the stream ends, or now if it has ended. */
  void follow(Subscription following) {
    if (!subscription.compareAndSet(null, following)) {
      following.close();
    }
  }

  @Override
  public void send(T latest) {
    next.set(latest);
    work();
  }

  @Override
  public void end(WorkloadApiException why) {
    end(CallStatus.of(why));
  }

  void end(Status status) {
    end.compareAndSet(null, status);
    work();
  }

  private void work() {
    if (news.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      workOnce();
      seen = news.addAndGet(-seen);
    } while (seen != 0);
  }

  private void workOnce() {
    try {
      if (!isEnded()) {
        sendNext();
      }
    } catch (RuntimeException e) {
      end.compareAndSet(null, CallStatus.of(e));
    }
    Status status = end.get();
    if (status != null && !closed) {
      closed = true;
      close(status);
    }
  }

  @SuppressWarnings("ReferenceEquality") // snapshots are told apart by identity
  private void sendNext() {
    T snapshot = call.isReady() ? next.getAndSet(null) : null;
    if (snapshot == null || snapshot == last) {
      return;
    }
    connection.requireAlive();
    call.onNext(messages.of(snapshot));
    last = snapshot;
  }

  private void close(Status status) {
    next.set(null);
    last = null;
    if (!call.isCancelled()) {
      call.onError(status.asRuntimeException());
    }
    Subscription following = subscription.getAndSet(ENDED);
    if (following != null) {
      closing.execute(following::close);
    }
  }
}
