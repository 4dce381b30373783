package dev.spiffe4j.workloadapi;

import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Errors;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** Netty's native sockets for Linux. */
final class EpollSockets implements ClientSockets {
  /**
   * Whether they can be used.
   *
   * @throws LinkageError if they are not there at all
   */
  static boolean isAvailable() {
    return Epoll.isAvailable();
  }

  @Override
  public EventLoopGroup newLoop(ThreadFactory threads) {
    return new MultiThreadIoEventLoopGroup(1, threads, EpollIoHandler.newFactory());
  }

  @Override
  public NettyChannelBuilder channelTo(WorkloadApiAddress address) {
    Optional<Path> path = address.socketPath();
    return path.isPresent()
        ? NettyChannelBuilder.forAddress(new DomainSocketAddress(path.get().toString()))
            .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
        : NettyChannelBuilder.forAddress(address.socketAddress())
            .channelType(EpollSocketChannel.class, InetSocketAddress.class);
  }

  /** What is lost later is told as another kind of exception. */
  @Override
  public boolean isOfConnecting(Throwable cause) {
    return cause instanceof ConnectException || cause instanceof FileNotFoundException;
  }

  /** Netty tells the error's number in its words only. */
  @Override
  public boolean isRefusal(Throwable cause) {
    String message = cause.getMessage();
    return cause instanceof ConnectException
        && message != null
        && message.contains("error(" + Errors.ERROR_ECONNREFUSED_NEGATIVE + ")");
  }
}
