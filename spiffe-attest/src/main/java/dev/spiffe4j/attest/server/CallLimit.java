package dev.spiffe4j.attest.server;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds how many calls are open at one time on all connections, and so what can wait for a thread.
 */
final class CallLimit implements ServerInterceptor {
  private final int limit;
  private final AtomicInteger open = new AtomicInteger();

  CallLimit(int limit) {
    this.limit = limit;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (open.incrementAndGet() > limit) {
      open.decrementAndGet();
      call.close(Status.UNAVAILABLE.withDescription("too many calls"), new Metadata());
      return new ServerCall.Listener<>() {};
    }
    CallEnd end = new CallEnd();
    try {
      return new CountedListener<>(next.startCall(new CountedCall<>(call, end), headers), end);
    } catch (RuntimeException e) {
      end.reached();
      throw e;
    }
  }

  /** Counts the end of one call once, however it comes. */
  private final class CallEnd {
    private boolean reached;

    synchronized void reached() {
      if (!reached) {
        reached = true;
        open.decrementAndGet();
      }
    }
  }

  private static final class CountedCall<Q, R> extends SimpleForwardingServerCall<Q, R> {
    private final CallEnd end;

    CountedCall(ServerCall<Q, R> call, CallEnd end) {
      super(call);
      this.end = end;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      end.reached();
      super.close(status, trailers);
    }
  }

  private static final class CountedListener<Q> extends SimpleForwardingServerCallListener<Q> {
    private final CallEnd end;

    CountedListener(ServerCall.Listener<Q> listener, CallEnd end) {
      super(listener);
      this.end = end;
    }

    @Override
    public void onCancel() {
      end.reached();
      super.onCancel();
    }

    @Override
    public void onComplete() {
      end.reached();
      super.onComplete();
    }
  }
}
