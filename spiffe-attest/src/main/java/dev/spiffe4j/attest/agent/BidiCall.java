package dev.spiffe4j.attest.agent;

import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A call with messages in both directions, for a caller that blocks. One message is taken from the
 * network for each that is asked for, so nothing piles up. Confined to one thread.
 */
final class BidiCall<Q, R> implements AutoCloseable {
  private final ClientCall<Q, R> call;
  private final Duration timeout;

  /** At most one message that was asked for, and the end. */
  private final BlockingQueue<Event<R>> events = new ArrayBlockingQueue<>(4);

  private record Event<R>(@Nullable R message, Status status, @Nullable Metadata trailers) {}

  private BidiCall(ClientCall<Q, R> call, Duration timeout) {
    this.call = call;
    this.timeout = timeout;
  }

  static <Q, R> BidiCall<Q, R> open(
      Channel channel, MethodDescriptor<Q, R> method, Duration timeout) {
    BidiCall<Q, R> opened = new BidiCall<>(channel.newCall(method, CallOptions.DEFAULT), timeout);
    opened.call.start(opened.listener(), new Metadata());
    return opened;
  }

  private ClientCall.Listener<R> listener() {
    return new ClientCall.Listener<>() {
      @Override
      public void onMessage(R message) {
        events.offer(new Event<>(message, Status.OK, null));
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        events.offer(new Event<>(null, status, trailers));
      }
    };
  }

  void send(Q request) {
    call.sendMessage(request);
  }

  /**
   * Waits for a message.
   *
   * @throws io.grpc.StatusRuntimeException if the server ended the call with a failure
   * @throws NodeApiException if it ended it without one, or does not answer in time
   */
  R receive() {
    call.request(1);
    Event<R> event = poll();
    if (event == null) {
      throw new NodeApiException(
          Reason.TIMED_OUT, "no answer of the server within " + timeout.toSeconds() + " s");
    }
    if (event.message() != null) {
      return event.message();
    }
    if (event.status().isOk()) {
      throw new NodeApiException(Reason.INVALID_RESPONSE, "the server said too little");
    }
    throw event.status().asRuntimeException(event.trailers());
  }

  /** Says that all is said and waits for the server to say so too, which decides nothing. */
  void finish() {
    call.halfClose();
    call.request(1);
    Event<R> event = poll();
    while (event != null && event.message() != null) {
      event = poll();
    }
  }

  private @Nullable Event<R> poll() {
    try {
      return events.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NodeApiException(Reason.TIMED_OUT, "interrupted while waiting", e);
    }
  }

  /** Ends the call if it has not ended. */
  @Override
  public void close() {
    call.cancel("no longer needed", null);
  }
}
