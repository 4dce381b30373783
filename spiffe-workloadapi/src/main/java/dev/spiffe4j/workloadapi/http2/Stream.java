package dev.spiffe4j.workloadapi.http2;

import static java.util.Objects.requireNonNull;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A call, and its stream once it has one. What is of {@link Call} is for any thread, all else for
 * the event loop.
 */
final class Stream<R> implements Call<R> {
  private final GrpcClient client;
  private final MethodDescriptor<?, R> method;
  private final RequestBody body;
  private final TimeLimit timeLimit;
  private final Executor executor;
  private final MessageReader messages;
  private final ReceiveWindow receiveWindow = new ReceiveWindow();
  private final SendWindow sendWindow = new SendWindow(0);

  /** Written before the event loop knows of the call. */
  private volatile @Nullable Receiver<R> receiver;

  private @Nullable Streams streams;

  /** Has the deadline forgotten. */
  private Runnable callOff = () -> {};

  private int id;

  /** Whether the headers have come with which an answer begins. */
  private boolean hasBegun;

  /** How the server has ended it; there may be messages to be delivered before. */
  private @Nullable Status ending;

  private boolean isDelivering;
  private int delivered;

  /** Also set by whoever finds no event loop any more. */
  private final AtomicBoolean isClosed = new AtomicBoolean();

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
    this.timeLimit = new TimeLimit(timeoutNanos);
    this.executor = executor;
    this.messages = new MessageReader(client.maxMessageBytes());
  }

  @Override
  public void start(Listener<R> listener) {
    if (receiver != null) {
      throw new IllegalStateException("call has been started");
    }
    timeLimit.start();
    receiver = new Receiver<>(method, executor, listener);
    client.execute(this, this::begin);
  }

  @Override
  public void cancel(String why, @Nullable Throwable cause) {
    isCancelled = true;
    Status status = Status.CANCELLED.withDescription(why).withCause(cause);
    Receiver<R> started = receiver;
    if (started != null) {
      started.stop();
      client.execute(this, () -> abort(ErrorCode.CANCEL, status));
    }
  }

  private void begin() {
    if (isCancelled) {
      close(Status.CANCELLED.withDescription("cancelled before it began"));
      return;
    }
    callOff = timeLimit.await(client.loop(), this::onDeadline);
    client.open(this);
  }

  private void onDeadline() {
    abort(ErrorCode.CANCEL, late());
  }

  private static Status late() {
    return Status.DEADLINE_EXCEEDED.withDescription("no answer in time");
  }

  byte[] headers(boolean emptiesTable) {
    return RequestHeaders.of(method.getFullMethodName(), timeLimit.nanosLeft(), emptiesTable);
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
    close(ofServer(code.status().withDescription("the server has reset the stream: " + code)));
  }

  /** The server has nothing more to say. */
  private void end(Status status) {
    ending = ofServer(status);
    if (body.size() > 0) {
      streams().reset(this, ErrorCode.NO_ERROR);
    }
    streams().remove(this);
    deliver();
  }

  /** It knows the deadline too, and may be the first to end the call for it. */
  private Status ofServer(Status status) {
    return status.getCode() == Status.Code.CANCELLED && timeLimit.isOver() ? late() : status;
  }

  private void deliver() {
    if (isDelivering || isClosed.get()) {
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
    if (increment > 0 && ending == null && !isClosed.get()) {
      streams().allow(this, increment);
    }
  }

  private void handOver(byte[] message) {
    delivered++;
    if (delivered > 1 && receiver().takesOneMessage()) {
      abort(ErrorCode.CANCEL, ResponseHeaders.broken("more than one message"));
      return;
    }
    isDelivering = true;
    receiver()
        .deliver(
            message,
            () -> client.execute(this, this::onDelivered),
            failure -> client.execute(this, () -> abort(ErrorCode.CANCEL, failure)));
  }

  private void onDelivered() {
    isDelivering = false;
    deliver();
  }

  private void breakOff(String why) {
    abort(ErrorCode.PROTOCOL_ERROR, ResponseHeaders.broken(why));
  }

  /** Ends it from our side. */
  void abort(ErrorCode code, Status status) {
    if (isClosed.get()) {
      return;
    }
    if (id != 0 && ending == null) {
      streams().reset(this, code);
    }
    close(status);
  }

  /** Ends it, as far as we are concerned. */
  void close(Status status) {
    if (!isClosed.compareAndSet(false, true)) {
      return;
    }
    callOff.run();
    if (streams != null) {
      streams.remove(this);
    }
    receiver().close(status);
  }

  private Receiver<R> receiver() {
    return requireNonNull(receiver);
  }

  private Streams streams() {
    return requireNonNull(streams);
  }
}
