package dev.spiffe4j.attest.server;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.wire.NodeApiStatus;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Supplier;

/** Answers of calls on the wire. */
final class Answers {
  private static final Logger LOGGER = System.getLogger(Answers.class.getName());

  private Answers() {}

  /** Answers a unary call with what the work gives, or with its failure. */
  static <R> void answer(
      MethodDescriptor<?, R> method, StreamObserver<R> responses, Supplier<R> work) {
    R response;
    try {
      response = work.get();
    } catch (RuntimeException e) {
      responses.onError(status(method, e));
      return;
    }
    responses.onNext(response);
    responses.onCompleted();
  }

  /** The status of a failure. What the caller could not know anyway stays here. */
  static StatusRuntimeException status(MethodDescriptor<?, ?> method, RuntimeException failure) {
    String name = method.getFullMethodName();
    if (failure instanceof NodeApiException e) {
      return NodeApiStatus.toStatus(e, name);
    }
    if (failure instanceof AttestationException e) {
      return NodeApiStatus.toStatus(e);
    }
    if (failure instanceof InvalidDocumentException e) {
      return NodeApiStatus.toStatus(
          new NodeApiException(Reason.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e), name);
    }
    LOGGER.log(Level.WARNING, name + " failed", failure);
    return Status.INTERNAL.withDescription("the server failed").asRuntimeException();
  }
}
