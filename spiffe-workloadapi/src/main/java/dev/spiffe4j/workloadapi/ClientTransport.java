package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import dev.spiffe4j.workloadapi.wire.SecurityHeader;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a Workload API, made when it is needed, with one thread of its own. Thread-safe.
 */
final class ClientTransport implements AutoCloseable {
  private static final long CLOSE_SECONDS = 2;

  /** Servers of gRPC end connections that are pinged more often than each five minutes. */
  static final Duration KEEP_ALIVE_TIME = Duration.ofMinutes(6);

  static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(20);

  private final WorkloadApiAddress address;
  private final ClientSockets sockets;
  private final EventLoopGroup loop;
  private final ManagedChannel channel;
  private volatile boolean closed;

  private ClientTransport(
      WorkloadApiAddress address,
      ClientSockets sockets,
      EventLoopGroup loop,
      ManagedChannel channel) {
    this.address = address;
    this.sockets = sockets;
    this.loop = loop;
    this.channel = channel;
  }

  static ClientTransport open(
      WorkloadApiAddress address, ClientSockets sockets, int maxMessageBytes) {
    return open(address, sockets, maxMessageBytes, KEEP_ALIVE_TIME, KEEP_ALIVE_TIMEOUT);
  }

  static ClientTransport open(
      WorkloadApiAddress address,
      ClientSockets sockets,
      int maxMessageBytes,
      Duration keepAliveTime,
      Duration keepAliveTimeout) {
    EventLoopGroup loop = sockets.newLoop(new DaemonThreads("spiffe-workload-api-client"));
    ManagedChannel channel =
        sockets
            .channelTo(address)
            .eventLoopGroup(loop)
            .directExecutor()
            .usePlaintext()
            // The path of a socket is no authority, and some servers reset such a stream.
            .overrideAuthority("localhost")
            .proxyDetector(target -> null)
            .disableServiceConfigLookUp()
            .disableRetry()
            // A server that stands still closes nothing; only this notices it.
            .keepAliveTime(keepAliveTime.toNanos(), TimeUnit.NANOSECONDS)
            .keepAliveTimeout(keepAliveTimeout.toNanos(), TimeUnit.NANOSECONDS)
            .maxInboundMessageSize(maxMessageBytes)
            // A few streams that are silent most of the time need no pool, which is slow to set up.
            .withOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
            .build();
    return new ClientTransport(address, sockets, loop, channel);
  }

  WorkloadApiAddress address() {
    return address;
  }

  <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    // gRPC would repeat its last failure until its own backoff is over. When to try is up to us.
    if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      channel.enterIdle();
    }
    return ClientInterceptors.intercept(channel, new SecurityHeader()).newCall(method, options);
  }

  boolean isClosed() {
    return closed;
  }

  /** Why a call has failed. */
  WorkloadApiException failure(Status status) {
    return closed
        ? new WorkloadApiException(Reason.CLOSED, "closed by this process")
        : CallFailure.of(address, sockets, status);
  }

  @Override
  public void close() {
    closed = true;
    channel.shutdownNow();
    try {
      channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
  }
}
