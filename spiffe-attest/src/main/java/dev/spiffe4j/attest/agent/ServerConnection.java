package dev.spiffe4j.attest.agent;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.wire.NodeApiStatus;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.grpc.SpiffeGrpc;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A channel to a server, with the SVID and the bundle of a source. Thread-safe. */
final class ServerConnection implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
  private static final int MAX_CAUSES = 16;

  private final ManagedChannel channel;
  private final Duration timeout;

  /**
   * Where a server is, and how to speak to it.
   *
   * @param address its address
   * @param id who it must be
   * @param clock by which it is verified
   * @param timeout how long to wait for each answer
   */
  record Target(InetSocketAddress address, SpiffeId id, InstantSource clock, Duration timeout) {}

  ServerConnection(Target target, X509ContextSource source) {
    // The server is who its SVID says; that the host has a name proves nothing.
    SpiffeTls tls =
        SpiffeTls.builder(source, Authorizer.exactly(target.id())).clock(target.clock()).build();
    this.channel =
        NettyChannelBuilder.forAddress(target.address().getHostString(), target.address().getPort())
            .sslContext(SpiffeGrpc.clientSslContext(tls))
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            // Only where we were told to connect, whatever the system's properties say.
            .proxyDetector(address -> null)
            .build();
    this.timeout = target.timeout();
  }

  /** Calls, waits, and reads the answer. */
  <Q, R, T> T call(MethodDescriptor<Q, R> method, Q request, Function<R, T> reader) {
    R response;
    try {
      response =
          ClientCalls.blockingUnaryCall(
              readyToTry(),
              method,
              CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS),
              request);
    } catch (StatusRuntimeException e) {
      throw failure(e);
    }
    return read(response, reader);
  }

  <Q, R> BidiCall<Q, R> open(MethodDescriptor<Q, R> method) {
    return BidiCall.open(readyToTry(), method, timeout);
  }

  /** Reads an answer, which a server may have got wrong. */
  static <R, T> T read(R response, Function<R, T> reader) {
    try {
      return reader.apply(response);
    } catch (InvalidDocumentException e) {
      throw new NodeApiException(
          Reason.INVALID_RESPONSE, "the server's answer: " + e.getMessage(), e);
    }
  }

  NodeApiException failure(StatusRuntimeException e) {
    SvidVerificationException refused = refusal(e);
    if (refused != null) {
      return new NodeApiException(
          Reason.UNTRUSTED_SERVER, "the server is refused: " + refused.reason(), e);
    }
    return NodeApiStatus.failure(e);
  }

  RuntimeException attestationFailure(StatusRuntimeException e, String attestorType) {
    NodeApiException failure = failure(e);
    return failure.reason() == Reason.UNTRUSTED_SERVER
        ? failure
        : NodeApiStatus.attestationFailure(e, attestorType);
  }

  /** The caller knows when to try again; gRPC would repeat its last failure for a while. */
  private ManagedChannel readyToTry() {
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.enterIdle();
    }
    return channel;
  }

  private static @Nullable SvidVerificationException refusal(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (cause instanceof SvidVerificationException refused) {
        return refused;
      }
      cause = cause.getCause();
    }
    return null;
  }

  /** Lets calls that run come to their end, and starts no more. */
  void retire() {
    channel.shutdown();
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
