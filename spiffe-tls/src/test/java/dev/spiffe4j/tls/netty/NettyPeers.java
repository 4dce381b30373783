package dev.spiffe4j.tls.netty;

import dev.spiffe4j.tls.Peers;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.Wire;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import io.netty.handler.codec.string.StringEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Netty on both sides, over loopback, by handlers of our contexts. */
public final class NettyPeers implements Peers {
  private static final int PATIENCE_SECONDS = 120;
  private static final int MAX_LINE = 100;

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(4, NioIoHandler.newFactory());
  private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
  private final ChannelGroup served = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final SpiffeSslContext clients;
  private final SpiffeSslContext servers;
  private final Channel listener;

  public NettyPeers(SpiffeTls client, SpiffeTls server, TlsEngine engine) {
    this.clients = SpiffeSslContext.forClient(client).engine(engine).build();
    this.servers = SpiffeSslContext.forServer(server).engine(engine).build();
    this.listener =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                initializer(
                    channel -> {
                      accepted.add(channel);
                      served.add(channel);
                      addLines(channel, servers.newHandler(channel.alloc()), new Answer());
                    }))
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .syncUninterruptibly()
            .channel();
  }

  private static void addLines(
      Channel channel, SslHandler tls, SimpleChannelInboundHandler<String> talk) {
    channel
        .pipeline()
        .addLast(
            tls,
            new LineBasedFrameDecoder(MAX_LINE),
            new StringDecoder(),
            new StringEncoder(),
            talk);
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
  public Wire connect() throws Exception {
    BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    CompletableFuture<SslHandler> tls = new CompletableFuture<>();
    Channel client =
        new Bootstrap()
            .group(group)
            .channel(NioSocketChannel.class)
            .handler(
                initializer(
                    channel -> {
                      SslHandler handler = clients.newHandler(channel.alloc(), "localhost", 8443);
                      tls.complete(handler);
                      addLines(channel, handler, new Listen(heard));
                    }))
            .connect(listener.localAddress())
            .syncUninterruptibly()
            .channel();
    tls.get().handshakeFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return new NettyWire(client, nextAccepted(), heard);
  }

  /** The server's side of the last connection, if only one thread connects. */
  private Channel nextAccepted() throws InterruptedException {
    return Objects.requireNonNull(accepted.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    served.close().syncUninterruptibly();
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    clients.close();
    servers.close();
  }

  private static final class Answer extends SimpleChannelInboundHandler<String> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, String question) throws Exception {
      SslHandler tls = context.pipeline().get(SslHandler.class);
      ChannelFuture unused =
          context.writeAndFlush(Peers.serialOfPeer(tls.engine().getSession()) + "\n");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      ChannelFuture unused = context.close();
    }
  }

  private static final class Listen extends SimpleChannelInboundHandler<String> {
    private final BlockingQueue<Object> heard;

    private Listen(BlockingQueue<Object> heard) {
      this.heard = heard;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, String answer) {
      heard.add(new BigInteger(answer));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
        heard.add(Objects.requireNonNull(handshake.cause()));
      }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      heard.add(cause);
      ChannelFuture unused = context.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      heard.add(new EOFException());
    }
  }

  private static final class NettyWire implements Wire {
    private final Channel client;
    private final Channel server;
    private final BlockingQueue<Object> heard;

    private NettyWire(Channel client, Channel server, BlockingQueue<Object> heard) {
      this.client = client;
      this.server = server;
      this.heard = heard;
    }

    @Override
    public BigInteger clientAsSeen() throws Exception {
      ChannelFuture unused = client.writeAndFlush("?\n");
      Object answer = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (answer instanceof BigInteger serial) {
        return serial;
      }
      throw new IOException("no answer", (Throwable) answer);
    }

    @Override
    public BigInteger serverAsSeen() throws Exception {
      SslHandler tls = client.pipeline().get(SslHandler.class);
      return Peers.serialOfPeer(tls.engine().getSession());
    }

    @Override
    public void awaitClosed() throws Exception {
      client.closeFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      server.closeFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      client.close().syncUninterruptibly();
    }
  }
}
