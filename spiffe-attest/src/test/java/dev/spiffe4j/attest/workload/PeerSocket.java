package dev.spiffe4j.attest.workload;

import dev.spiffe4j.workloadapi.server.PeerCredentials;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A Unix socket that accepts when it is told to, and says who has connected. */
final class PeerSocket implements AutoCloseable {
  /** A client in Perl, which each Debian has: connects, says so, and waits to be ended. */
  static final String CONNECT =
      "$|=1; socket(S,PF_UNIX,SOCK_STREAM,0); connect(S,pack_sockaddr_un($ARGV[0])) or die $!;"
          + " print \"connected\\n\"; <STDIN>";

  private static final IntegerUnixChannelOption SO_PEERPIDFD =
      new IntegerUnixChannelOption("SO_PEERPIDFD", 1, 77);

  private final Path path;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
  private final BlockingQueue<PeerCredentials> accepted = new LinkedBlockingQueue<>();
  private final List<FileDescriptor> pidfds = new ArrayList<>();
  private @Nullable Channel server;

  private PeerSocket(Path path) {
    this.path = path;
  }

  static PeerSocket listen(Path path) throws InterruptedException {
    PeerSocket socket = new PeerSocket(path);
    socket.server =
        new ServerBootstrap()
            .group(socket.group)
            .channel(EpollServerDomainSocketChannel.class)
            .option(io.netty.channel.ChannelOption.AUTO_READ, false)
            .childHandler(socket.new PeerHandler())
            .bind(new DomainSocketAddress(path.toString()))
            .sync()
            .channel();
    return socket;
  }

  Path path() {
    return path;
  }

  /** Accepts the next connection, which was made before or is made now. */
  PeerCredentials accept() throws InterruptedException, TimeoutException {
    if (server != null) {
      server.read();
    }
    PeerCredentials peer = accepted.poll(30, TimeUnit.SECONDS);
    if (peer == null) {
      throw new TimeoutException("nobody connected");
    }
    return peer;
  }

  @Override
  public void close() throws IOException {
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    for (FileDescriptor pidfd : pidfds) {
      pidfd.close();
    }
  }

  private final class PeerHandler extends ChannelInitializer<EpollDomainSocketChannel> {
    @Override
    protected void initChannel(EpollDomainSocketChannel channel) {
      channel
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext context) throws IOException {
                  accepted.add(credentials(channel));
                }
              });
    }
  }

  private PeerCredentials credentials(EpollDomainSocketChannel channel) throws IOException {
    io.netty.channel.unix.PeerCredentials peer = channel.peerCredentials();
    return new PeerCredentials(peer.pid(), peer.uid(), peer.gids()[0], pidfd(channel));
  }

  private int pidfd(EpollDomainSocketChannel channel) {
    try {
      Integer pidfd = channel.config().getOption(SO_PEERPIDFD);
      if (pidfd == null) {
        return -1;
      }
      pidfds.add(new FileDescriptor(pidfd));
      return pidfd;
    } catch (RuntimeException e) {
      // An older kernel.
      return -1;
    }
  }
}
