package dev.spiffe4j.workloadapi.http2;

import static java.util.Objects.requireNonNull;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A call, and its stream once it has one. What is of {@link Call} is for any thread, all else for
 * the event loop.
 */
final class Stream<R> implements Call<R> {
  private final GrpcClient client;
  private final MethodDescriptor<?, R> method;
  private final RequestBody body;
  private final long timeoutNanos;
  private final Executor executor;
  private final MessageReader messages;
  private final ReceiveWindow receiveWindow = new ReceiveWindow();
  private final SendWindow sendWindow = new SendWindow(0);

  /** Written before the event loop knows of the call. */
  private volatile @Nullable Listener<R> listener;

  private long startNanos;
  private @Nullable Streams streams;
  private EventLoop.@Nullable Timer deadline;
  private int id;

  /** Whether the headers have come with which an answer begins. */
  private boolean hasBegun;

  /** How the server has ended it; there may be messages to be delivered before. */
  private @Nullable Status ending;

  private boolean isDelivering;
  private int delivered;
  private boolean isClosed;
  private volatile boolean isCancelled;

  Stream(
      GrpcClient client,
      MethodDescriptor<?, R> method,
      RequestBody body,
      long timeoutNanos,
      Executor executor) {
    this.client = client;
    this.method = method;
    this.body = body;
    this.timeoutNanos = timeoutNanos;
    this.executor = executor;
    this.messages = new MessageReader(client.maxMessageBytes());
  }

  @Override
  public void start(Listener<R> listener) {
    if (this.listener != null) {
      throw new IllegalStateException("call has been started");
    }
    this.listener = listener;
    startNanos = System.nanoTime();
    client.execute(this, this::begin);
  }

  @Override
  public void cancel(String why, @Nullable Throwable cause) {
    isCancelled = true;
    Status status = Status.CANCELLED.withDescription(why).withCause(cause);
    if (listener != null) {
      client.execute(this, () -> abort(ErrorCode.CANCEL, status));
    }
  }

  private void begin() {
    if (isCancelled) {
      close(Status.CANCELLED.withDescription("cancelled before it began"));
      return;
    }
    if (timeoutNanos > 0) {
      deadline = client.loop().schedule(nanosLeft(), this::onDeadline);
    }
    client.open(this);
  }

  private long nanosLeft() {
    return Math.max(1, timeoutNanos - (System.nanoTime() - startNanos));
  }

  private void onDeadline() {
    abort(ErrorCode.CANCEL, Status.DEADLINE_EXCEEDED.withDescription("no answer in time"));
  }

  byte[] headers(boolean emptiesTable) {
    return RequestHeaders.of(
        method.getFullMethodName(), timeoutNanos > 0 ? nanosLeft() : 0, emptiesTable);
  }

  RequestBody body() {
    return body;
  }

  SendWindow sendWindow() {
    return sendWindow;
  }

  /** 0 before it has one. */
  int id() {
    return id;
  }

  /** It is of a connection now, and waits to be sent. */
  void onAdd(Streams all) {
    streams = all;
  }

  /** It is sent. */
  void onOpen(int newId) {
    id = newId;
  }

  void onHeaders(ResponseHeaders headers, boolean isLast) {
    String problem = headers.problem();
    if (problem != null) {
      breakOff(problem);
    } else if (hasBegun) {
      onTrailers(headers, isLast);
    } else if (headers.isInformational()) {
      // RFC 9113 §8.1: it cannot be the end.
      if (isLast) {
        breakOff("answer that ends before it begins");
      }
    } else {
      onBegin(headers, isLast);
    }
  }

  private void onBegin(ResponseHeaders headers, boolean isLast) {
    hasBegun = true;
    // Whoever knows gRPC says more than HTTP can.
    boolean isWhole = isLast && headers.hasStatus() && headers.hasHttpStatus();
    Status refusal = isWhole ? null : headers.refusal();
    if (refusal != null) {
      abort(ErrorCode.CANCEL, refusal);
    } else if (isLast) {
      end(headers.status());
    }
  }

  private void onTrailers(ResponseHeaders headers, boolean isLast) {
    if (isLast && !headers.hasHttpStatus()) {
      end(headers.status());
    } else {
      breakOff("headers in the middle of an answer");
    }
  }

  void onData(ByteBuffer data, int flowControlled, boolean isLast) throws Http2Exception {
    if (!receiveWindow.receive(flowControlled)) {
      throw Http2Exception.flowControl("more data than the stream allows");
    }
    if (!hasBegun) {
      breakOff("data before headers");
      return;
    }
    int padding = flowControlled - data.remaining();
    messages.add(data);
    if (isLast) {
      end(ResponseHeaders.broken("answer that ends without a status"));
      return;
    }
    deliver();
    allow(padding);
  }

  void onReset(ErrorCode code) {
    Status status =
        switch (code) {
          case REFUSED_STREAM -> Status.UNAVAILABLE;
          case CANCEL -> Status.CANCELLED;
          case ENHANCE_YOUR_CALM -> Status.RESOURCE_EXHAUSTED;
          default -> Status.INTERNAL;
        };
    close(status.withDescription("the server has reset the stream: " + code));
  }

  /** The server has nothing more to say. */
  private void end(Status status) {
    ending = status;
    if (body.size() > 0) {
      streams().reset(this, ErrorCode.NO_ERROR);
    }
    streams().remove(this);
    deliver();
  }

  private void deliver() {
    if (isDelivering || isClosed) {
      return;
    }
    try {
      byte[] message = messages.next();
      if (message != null) {
        handOver(message);
      } else if (ending != null) {
        close(ending.isOk() && !messages.isEmpty() ? truncated() : ending);
      }
    } catch (Http2Exception e) {
      abort(ErrorCode.CANCEL, ResponseHeaders.broken(e));
    } catch (MessageTooLargeException e) {
      abort(
          ErrorCode.CANCEL, Status.RESOURCE_EXHAUSTED.withDescription(e.getMessage()).withCause(e));
    }
    allow(messages.takeReleased());
  }

  private static Status truncated() {
    return ResponseHeaders.broken("answer that ends in a message");
  }

  /** Lets the server send as much anew. */
  private void allow(int bytes) {
    int increment = receiveWindow.release(bytes);
    if (increment > 0 && ending == null && !isClosed) {
      streams().allow(this, increment);
    }
  }

  private void handOver(byte[] message) {
    delivered++;
    if (delivered > 1 && method.getType().serverSendsOneMessage()) {
      abort(ErrorCode.CANCEL, ResponseHeaders.broken("more than one message"));
      return;
    }
    isDelivering = true;
    try {
      executor.execute(() -> read(message));
    } catch (RejectedExecutionException e) {
      abort(ErrorCode.CANCEL, Status.CANCELLED.withDescription("nobody listens").withCause(e));
    }
  }

  /** On the executor. */
  private void read(byte[] message) {
    if (isCancelled) {
      return;
    }
    try {
      listener().onMessage(method.parseResponse(new ByteArrayInputStream(message)));
      client.execute(this, this::onDelivered);
    } catch (RuntimeException | Error e) {
      isCancelled = true;
      client.execute(this, () -> abort(ErrorCode.CANCEL, notTaken(e)));
    }
  }

  private void onDelivered() {
    isDelivering = false;
    deliver();
  }

  private static Status notTaken(Throwable e) {
    return e instanceof StatusRuntimeException known
        ? known.getStatus()
        : Status.CANCELLED.withDescription("message was not taken").withCause(e);
  }

  private void breakOff(String why) {
    abort(ErrorCode.PROTOCOL_ERROR, ResponseHeaders.broken(why));
  }

  /** Ends it from our side. */
  void abort(ErrorCode code, Status status) {
    if (isClosed) {
      return;
    }
    if (id != 0 && ending == null) {
      streams().reset(this, code);
    }
    close(status);
  }

  /** Ends it, as far as we are concerned. */
  void close(Status status) {
    if (isClosed) {
      return;
    }
    isClosed = true;
    if (deadline != null) {
      client.loop().cancel(deadline);
    }
    if (streams != null) {
      streams.remove(this);
    }
    try {
      executor.execute(() -> listener().onClose(status));
    } catch (RejectedExecutionException e) {
      // Somebody may wait for it.
      listener().onClose(status);
    }
  }

  private Listener<R> listener() {
    return requireNonNull(listener);
  }

  private Streams streams() {
    return requireNonNull(streams);
  }
}
