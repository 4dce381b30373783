package dev.spiffe4j.workloadapi.http2;

import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

/** Has the listener of a call told of what has come, on its executor. */
final class Receiver<R> {
  private static final Logger LOGGER = System.getLogger(Receiver.class.getName());

  private final MethodDescriptor<?, R> method;
  private final Executor executor;
  private final Call.Listener<R> listener;

  /** What is still on its way to the listener after this is not for it any more. */
  private volatile boolean isStopped;

  Receiver(MethodDescriptor<?, R> method, Executor executor, Call.Listener<R> listener) {
    this.method = method;
    this.executor = executor;
    this.listener = listener;
  }

  boolean takesOneMessage() {
    return method.getType().serverSendsOneMessage();
  }

  /** No message is delivered any more, but for one that is just being delivered. */
  void stop() {
    isStopped = true;
  }

  /**
   * Delivers a message.
   *
   * @param onTaken called after it, anywhere
   * @param onFailure called instead if it could not be read, or the listener has failed
   */
  void deliver(byte[] message, Runnable onTaken, Consumer<Status> onFailure) {
    try {
      executor.execute(() -> read(message, onTaken, onFailure));
    } catch (RejectedExecutionException e) {
      onFailure.accept(Status.CANCELLED.withDescription("nobody listens").withCause(e));
    }
  }

  private void read(byte[] message, Runnable onTaken, Consumer<Status> onFailure) {
    if (isStopped) {
      return;
    }
    try {
      listener.onMessage(method.parseResponse(new ByteArrayInputStream(message)));
    } catch (RuntimeException | Error e) {
      stop();
      onFailure.accept(notTaken(e));
      return;
    }
    onTaken.run();
  }

  private static Status notTaken(Throwable e) {
    return e instanceof StatusRuntimeException known
        ? known.getStatus()
        : Status.CANCELLED.withDescription("message was not taken").withCause(e);
  }

  /** Delivers the end. */
  void close(Status status) {
    try {
      executor.execute(() -> end(status));
    } catch (RejectedExecutionException e) {
      // Somebody may wait for it.
      end(status);
    }
  }

  /** Other calls end, whatever one listener does. */
  private void end(Status status) {
    try {
      listener.onClose(status);
    } catch (RuntimeException | Error e) {
      LOGGER.log(Level.ERROR, "the end of a call was not processed", e);
    }
  }
}
