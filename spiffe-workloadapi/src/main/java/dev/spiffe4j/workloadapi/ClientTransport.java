package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * A connection to a Workload API, made when it is needed, with one thread of its own and no native
 * code. Thread-safe.
 */
final class ClientTransport implements AutoCloseable {
  private static final long CLOSE_SECONDS = 2;

  private final WorkloadApiAddress address;
  private final EventLoopGroup loop;
  private final ManagedChannel channel;
  private volatile boolean closed;

  private ClientTransport(WorkloadApiAddress address, EventLoopGroup loop, ManagedChannel channel) {
    this.address = address;
    this.loop = loop;
    this.channel = channel;
  }

  static ClientTransport open(WorkloadApiAddress address, int maxMessageBytes) {
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, new DaemonThreads("spiffe-workload-api-client"), NioIoHandler.newFactory());
    NettyChannelBuilder builder =
        NettyChannelBuilder.forAddress(address.socketAddress())
            .eventLoopGroup(loop)
            .directExecutor()
            .usePlaintext()
            // The path of a socket is no authority, and some servers reset such a stream.
            .overrideAuthority("localhost")
            .proxyDetector(target -> null)
            .disableServiceConfigLookUp()
            .disableRetry()
            .maxInboundMessageSize(maxMessageBytes);
    if (address.socketPath().isPresent()) {
      builder
          .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
          .withOption(ChannelOption.SO_KEEPALIVE, null);
    } else {
      builder.channelType(NioSocketChannel.class, InetSocketAddress.class);
    }
    return new ClientTransport(address, loop, builder.build());
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
        : CallFailure.of(address, status);
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
