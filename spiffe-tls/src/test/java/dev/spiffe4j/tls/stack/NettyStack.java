package dev.spiffe4j.tls.stack;

import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.netty.SpiffeSslContext;
import dev.spiffe4j.tls.netty.TlsEngine;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
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
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Netty, by one of its engines. */
public final class NettyStack implements Stack {
  private final TlsEngine engine;

  public NettyStack(TlsEngine engine) {
    this.engine = engine;
  }

  private static ChannelInitializer<Channel> initializer(Consumer<Channel> pipeline) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        pipeline.accept(channel);
      }
    };
  }

  private static EventLoopGroup group() {
    return new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  }

  private static void end(EventLoopGroup group) {
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static Outcome.Side take(BlockingQueue<Outcome.Side> sides) throws InterruptedException {
    return Objects.requireNonNull(sides.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  @Override
  public Server serve(SpiffeTls tls) {
    return new Listening(SpiffeSslContext.forServer(tls).engine(engine).build());
  }

  private static final class Listening implements Server {
    private final SpiffeSslContext context;
    private final EventLoopGroup group = group();
    private final ChannelGroup served = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final BlockingQueue<Outcome.Side> sides = new LinkedBlockingQueue<>();
    private final Channel listener;

    private Listening(SpiffeSslContext context) {
      this.context = context;
      this.listener =
          new ServerBootstrap()
              .group(group)
              .channel(NioServerSocketChannel.class)
              .childHandler(
                  initializer(
                      channel -> {
                        served.add(channel);
                        channel
                            .pipeline()
                            .addLast(
                                context.newHandler(channel.alloc()), new Ending(sides, RESPONSE));
                      }))
              .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
              .syncUninterruptibly()
              .channel();
    }

    @Override
    public int port() {
      return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public Optional<Outcome.Side> next() throws InterruptedException {
      return Optional.of(take(sides));
    }

    @Override
    public void close() {
      listener.close().syncUninterruptibly();
      served.close().syncUninterruptibly();
      end(group);
      context.close();
    }
  }

  @Override
  public Outcome.Side call(SpiffeTls tls, int port) throws InterruptedException {
    BlockingQueue<Outcome.Side> sides = new LinkedBlockingQueue<>();
    EventLoopGroup group = group();
    try (SpiffeSslContext context = SpiffeSslContext.forClient(tls).engine(engine).build()) {
      new Bootstrap()
          .group(group)
          .channel(NioSocketChannel.class)
          .handler(
              initializer(
                  channel ->
                      channel
                          .pipeline()
                          .addLast(
                              context.newHandler(channel.alloc(), "localhost", port),
                              new Asking(sides))))
          .connect(InetAddress.getLoopbackAddress(), port)
          .syncUninterruptibly();
      return take(sides);
    } finally {
      end(group);
    }
  }

  private static Outcome.Side established(ChannelHandlerContext context) {
    return Outcome.Side.of(context.pipeline().get(SslHandler.class).engine().getSession());
  }

  /** Says something when the handshake is over, and how it has ended. */
  private static class Ending extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<Outcome.Side> sides;
    private final byte[] words;

    Ending(BlockingQueue<Outcome.Side> sides, byte[] words) {
      this.sides = sides;
      this.words = words;
    }

    void over(Outcome.Side side) {
      sides.add(side);
    }

    void shookHands(ChannelHandlerContext context) {
      over(established(context));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
        return;
      }
      if (!handshake.isSuccess()) {
        over(Outcome.Side.failed(Objects.requireNonNull(handshake.cause())));
        return;
      }
      var unused = context.writeAndFlush(Unpooled.wrappedBuffer(words));
      shookHands(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var unused = context.close();
    }
  }

  /** A client, for which the handshake counts when it has been answered. */
  private static final class Asking extends Ending {
    private Asking(BlockingQueue<Outcome.Side> sides) {
      super(sides, REQUEST);
    }

    @Override
    void shookHands(ChannelHandlerContext context) {}

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      super.channelRead(context, message);
      over(established(context));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      Throwable inner = cause.getCause();
      over(
          Outcome.Side.failed(
              cause instanceof io.netty.handler.codec.DecoderException && inner != null
                  ? inner
                  : cause));
      super.exceptionCaught(context, cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      over(Outcome.Side.failed(new IOException("the other side closed")));
    }
  }

  @Override
  public String toString() {
    return "Netty by " + engine;
  }
}
