package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** The event loops of one server: the one transport that tells a peer's PID and pidfd. */
final class EpollTransport {
  private static final int MAX_THREADS = 4;

  private final EventLoopGroup loops;

  private EpollTransport(EventLoopGroup loops) {
    this.loops = loops;
  }

  /**
   * Starts the event loops.
   *
   * @throws WorkloadApiException if the platform has no epoll
   */
  static EpollTransport start() {
    if (!Epoll.isAvailable()) {
      throw new WorkloadApiException(
          Reason.UNSUPPORTED_PLATFORM,
          "a Workload API server needs Linux and Netty's native epoll transport"
              + " (netty-transport-native-epoll for this processor)",
          Epoll.unavailabilityCause());
    }
    int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    return new EpollTransport(
        new MultiThreadIoEventLoopGroup(
            threads,
            new DaemonThreads("spiffe-workload-api-server-io"),
            EpollIoHandler.newFactory()));
  }

  NettyServerBuilder server(Path socket, PeerAdmission admission) {
    return NettyServerBuilder.forAddress(
            new DomainSocketAddress(socket.toString()),
            InternalNettyServerCredentials.create(new PeerNegotiator(admission)))
        .channelType(EpollServerDomainSocketChannel.class)
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        // grpc-netty sets it on every child, and a Unix socket does not know it.
        .withChildOption(ChannelOption.SO_KEEPALIVE, null);
  }

  void close() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
