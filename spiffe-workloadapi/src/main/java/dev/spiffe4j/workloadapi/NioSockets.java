package dev.spiffe4j.workloadapi;

import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.util.concurrent.ThreadFactory;

/** The JDK's sockets. */
final class NioSockets implements ClientSockets {
  @Override
  public EventLoopGroup newLoop(ThreadFactory threads) {
    return new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
  }

  @Override
  public NettyChannelBuilder channelTo(WorkloadApiAddress address) {
    NettyChannelBuilder builder = NettyChannelBuilder.forAddress(address.socketAddress());
    return address.socketPath().isPresent()
        ? builder
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
        : builder.channelType(NioSocketChannel.class, InetSocketAddress.class);
  }

  /** Netty wraps what connect(2) said in an exception of the same kind, and nothing else. */
  @Override
  public boolean isOfConnecting(Throwable cause) {
    return cause instanceof SocketException && cause.getCause() instanceof SocketException;
  }

  @Override
  public boolean isRefusal(Throwable cause) {
    return cause instanceof ConnectException;
  }
}
