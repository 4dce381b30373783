package dev.spiffe4j.tls.netty;

import dev.spiffe4j.tls.Outcome;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
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
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;

/** Netty on both sides, over loopback; each connection sends a byte in each direction. */
final class NettyLink implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 60;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
  private final BlockingQueue<CompletableFuture<Outcome.Side>> accepted =
      new LinkedBlockingQueue<>();
  private final ChannelGroup served = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Function<Channel, SslHandler> client;
  private final Channel listener;

  /** What a connection came to; {@code received} is what the client got, in records. */
  record Result(Outcome outcome, boolean resumed, ByteBuffer received) {}

  /** How a context is used: as most servers do, or as gRPC does. */
  enum Use {
    HANDLER,
    ENGINE;

    SslHandler server(SslContext context, Channel channel) {
      return this == HANDLER
          ? context.newHandler(channel.alloc())
          : new SslHandler(context.newEngine(channel.alloc()));
    }

    SslHandler client(SslContext context, Channel channel) {
      return this == HANDLER
          ? context.newHandler(channel.alloc(), "localhost", 8443)
          : new SslHandler(context.newEngine(channel.alloc(), "localhost", 8443));
    }
  }

  NettyLink(Use use, SslContext client, SslContext server, Consumer<SSLEngine> clientSettings) {
    this.client =
        channel -> {
          SslHandler handler = use.client(client, channel);
          clientSettings.accept(handler.engine());
          return handler;
        };
    this.listener =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                initializer(
                    channel -> {
                      CompletableFuture<Outcome.Side> side = new CompletableFuture<>();
                      accepted.add(side);
                      served.add(channel);
                      channel.pipeline().addLast(new Closed(side));
                      channel
                          .pipeline()
                          .addLast(use.server(server, channel), new Talk(side, resumed -> {}));
                    }))
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  NettyLink(Use use, String protocol, SslContext client, SslContext server) {
    this(use, client, server, engine -> engine.setEnabledProtocols(new String[] {protocol}));
  }

  Result connect() throws Exception {
    CompletableFuture<Outcome.Side> mine = new CompletableFuture<>();
    CompletableFuture<Boolean> reused = new CompletableFuture<>();
    Recorder recorder = new Recorder();
    Channel channel =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                initializer(
                    c ->
                        c.pipeline()
                            .addLast(
                                recorder,
                                new Closed(mine),
                                client.apply(c),
                                new Talk(mine, reused::complete))))
            .connect(listener.localAddress())
            .syncUninterruptibly()
            .channel();
    Outcome.Side here = mine.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    CompletableFuture<Outcome.Side> other = accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Outcome.Side there =
        java.util.Objects.requireNonNull(other).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    channel.close().syncUninterruptibly();
    return new Result(
        new Outcome(here, there),
        reused.getNow(false),
        ByteBuffer.wrap(recorder.bytes.toByteArray()));
  }

  private static ChannelInitializer<Channel> initializer(Consumer<Channel> pipeline) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        pipeline.accept(channel);
      }
    };
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    served.close().syncUninterruptibly();
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private static final class Recorder extends ChannelInboundHandlerAdapter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      ByteBuf data = (ByteBuf) message;
      data.getBytes(data.readerIndex(), bytes, data.readableBytes());
      context.fireChannelRead(message);
    }
  }

  @ChannelHandler.Sharable
  private static final class Closed extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Outcome.Side> side;

    private Closed(CompletableFuture<Outcome.Side> side) {
      this.side = side;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      context.fireChannelInactive();
      side.complete(Outcome.Side.failed(new IOException("the other side closed")));
    }
  }

  private static final class Talk extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<Outcome.Side> side;
    private final Consumer<Boolean> reused;

    private Talk(CompletableFuture<Outcome.Side> side, Consumer<Boolean> reused) {
      this.side = side;
      this.reused = reused;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake) {
        if (!handshake.isSuccess()) {
          side.complete(Outcome.Side.failed(handshake.cause()));
          return;
        }
        if (context.pipeline().get(SslHandler.class).engine()
            instanceof ReferenceCountedOpenSslEngine engine) {
          reused.accept(SSL.isSessionReused(engine.sslPointer()));
        }
        ChannelFuture unused = context.writeAndFlush(context.alloc().buffer(1).writeByte(1));
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
      side.complete(
          Outcome.Side.of(context.pipeline().get(SslHandler.class).engine().getSession()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      side.complete(
          Outcome.Side.failed(
              cause instanceof io.netty.handler.codec.DecoderException && cause.getCause() != null
                  ? cause.getCause()
                  : cause));
      ChannelFuture unused = context.close();
    }
  }
}
