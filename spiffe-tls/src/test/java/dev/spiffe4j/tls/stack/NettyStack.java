package dev.spiffe4j.tls.stack;

import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.netty.SpiffeSslContext;
import dev.spiffe4j.tls.netty.TlsEngine;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
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
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

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

  private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    return Objects.requireNonNull(queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
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
                            .addLast(context.newHandler(channel.alloc()), new Answering(sides));
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
  public Answer call(SpiffeTls tls, int port) throws InterruptedException {
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
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
                              new Asking(answers))))
          .connect(InetAddress.getLoopbackAddress(), port)
          .syncUninterruptibly();
      return take(answers);
    } finally {
      end(group);
    }
  }

  /** Tells how the handshake has ended, and answers. */
  private static final class Answering extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<Outcome.Side> sides;

    private Answering(BlockingQueue<Outcome.Side> sides) {
      this.sides = sides;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        sides.add(side(context, handshake));
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
      var unused =
          context
              .writeAndFlush(Unpooled.wrappedBuffer(RESPONSE))
              .addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var unused = context.close();
    }
  }

  private static Outcome.Side side(
      ChannelHandlerContext context, SslHandshakeCompletionEvent handshake) {
    return handshake.isSuccess()
        ? Outcome.Side.of(context.pipeline().get(SslHandler.class).engine().getSession())
        : Outcome.Side.failed(Objects.requireNonNull(handshake.cause()));
  }

  /** Asks when the handshake is over, and listens until the server closes or says all. */
  private static final class Asking extends ChannelInboundHandlerAdapter {
    private final BlockingQueue<Answer> answers;
    private final StringBuilder text = new StringBuilder();
    private @Nullable Answer ending;

    private Asking(BlockingQueue<Answer> answers) {
      this.answers = answers;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslCloseCompletionEvent) {
        var unused = context.close();
      }
      if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
        return;
      }
      if (handshake.isSuccess()) {
        var unused = context.writeAndFlush(Unpooled.wrappedBuffer(REQUEST));
      } else {
        ending = Answer.failed(Objects.requireNonNull(handshake.cause()));
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      text.append(((ByteBuf) message).toString(StandardCharsets.ISO_8859_1));
      ReferenceCountUtil.release(message);
      SSLSession session = context.pipeline().get(SslHandler.class).engine().getSession();
      ending = new Answer(Outcome.Side.of(session), "");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      Throwable inner = cause.getCause();
      if (ending == null) {
        ending = Answer.failed(cause instanceof DecoderException && inner != null ? inner : cause);
      }
      var unused = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      Answer known =
          ending == null ? Answer.failed(new IOException("the other side closed")) : ending;
      answers.add(new Answer(known.side(), text.toString()));
    }
  }

  @Override
  public String toString() {
    return "Netty by " + engine;
  }
}
