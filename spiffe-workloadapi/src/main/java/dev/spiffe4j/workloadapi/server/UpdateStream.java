package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.Subscription;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One server stream. Holds at most one snapshot that was not sent yet. Any thread may bring news;
 * whichever comes first does the sending for the others, so that the call is used by one at a time
 * and nobody waits.
 */
final class UpdateStream<T> implements Updates<T> {
  private static final Subscription ENDED = () -> {};

  // Fields instead of atomic objects: an update touches those of each stream, and none is in the
  // CPU's caches.
  private static final VarHandle NEXT = field("next", Object.class);
  private static final VarHandle END = field("end", Status.class);
  private static final VarHandle NEWS = field("news", int.class);

  private final ServerCallStreamObserver<byte[]> call;
  private final Connection connection;
  private final Serialized<T> messages;
  private final Executor closing;

  @SuppressWarnings("unused") // read by NEXT
  private volatile @Nullable T next;

  private volatile @Nullable Status end;

  private final AtomicReference<@Nullable Subscription> subscription = new AtomicReference<>();

  /** How often there was news since the sending thread began; 0 if nobody sends. */
  @SuppressWarnings("unused") // read by NEWS
  private volatile int news;

  /** What was sent last; only touched by the sending thread. */
  private @Nullable T last;

  private boolean closed;

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(UpdateStream.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("own field " + name, e);
    }
  }

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
    return end != null;
  }

  /** What is to be closed when the stream ends, or now if it has ended. */
  void follow(Subscription following) {
    if (!subscription.compareAndSet(null, following)) {
      following.close();
    }
  }

  @Override
  public void send(T latest) {
    next = latest;
    work();
  }

  @Override
  public void end(WorkloadApiException why) {
    end(CallStatus.of(why));
  }

  void end(Status status) {
    END.compareAndSet(this, null, status);
    work();
  }

  private void work() {
    if ((int) NEWS.getAndAdd(this, 1) != 0) {
      return;
    }
    int seen = 1;
    do {
      workOnce();
      seen = (int) NEWS.getAndAdd(this, -seen) - seen;
    } while (seen != 0);
  }

  private void workOnce() {
    try {
      if (!isEnded()) {
        sendNext();
      }
    } catch (RuntimeException e) {
      END.compareAndSet(this, null, CallStatus.of(e));
    }
    Status status = end;
    if (status != null && !closed) {
      closed = true;
      close(status);
    }
  }

  @SuppressWarnings({"ReferenceEquality", "unchecked"}) // snapshots are told apart by identity
  private void sendNext() {
    T snapshot = call.isReady() ? (T) NEXT.getAndSet(this, null) : null;
    if (snapshot == null || snapshot == last) {
      return;
    }
    connection.requireAlive();
    call.onNext(messages.of(snapshot));
    last = snapshot;
  }

  private void close(Status status) {
    next = null;
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
