package dev.spiffe4j.tls.netty;

import dev.spiffe4j.tls.Outcome;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One side in Netty, for peers that are something else: tells how each handshake ended. */
final class NettyListener implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ChannelGroup served = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final BlockingQueue<Outcome.Side> sides = new LinkedBlockingQueue<>();
  private final Channel listener;

  NettyListener(SslContext context) {
    this.listener =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    served.add(channel);
                    channel
                        .pipeline()
                        .addLast(context.newHandler(channel.alloc()), new Ending(sides));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  Outcome.Side next() throws InterruptedException {
    return Objects.requireNonNull(sides.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  /** One connection of a client in Netty. */
  static Outcome.Side connect(SslContext context, int port) throws InterruptedException {
    BlockingQueue<Outcome.Side> sides = new LinkedBlockingQueue<>();
    EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      Channel channel =
          new Bootstrap()
              .group(group)
              .channel(NioSocketChannel.class)
              .handler(
                  new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                      channel
                          .pipeline()
                          .addLast(
                              context.newHandler(channel.alloc(), "localhost", port),
                              new Ending(sides));
                    }
                  })
              .connect(InetAddress.getLoopbackAddress(), port)
              .syncUninterruptibly()
              .channel();
      Outcome.Side side = Objects.requireNonNull(sides.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
      channel.close().syncUninterruptibly();
      return side;
    } finally {
      group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    served.close().syncUninterruptibly();
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class Ending extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<Outcome.Side> sides;

    private Ending(BlockingQueue<Outcome.Side> sides) {
      this.sides = sides;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        sides.add(
            handshake.isSuccess()
                ? Outcome.Side.of(context.pipeline().get(SslHandler.class).engine().getSession())
                : Outcome.Side.failed(
                    Objects.requireNonNullElseGet(handshake.cause(), IOException::new)));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var unused = context.close();
    }
  }
}
