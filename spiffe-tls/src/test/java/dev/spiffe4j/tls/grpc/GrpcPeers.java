package dev.spiffe4j.tls.grpc;

import dev.spiffe4j.tls.Await;
import dev.spiffe4j.tls.Peers;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.Wire;
import dev.spiffe4j.tls.netty.SpiffeSslContext;
import dev.spiffe4j.tls.netty.TlsEngine;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ConnectivityState;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** gRPC on both sides, with our credentials; each wire is a channel. */
public final class GrpcPeers implements Peers {
  private static final int PATIENCE_SECONDS = 120;

  private static final MethodDescriptor<String, String> WHO_AM_I =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Peers/WhoAmI")
          .setRequestMarshaller(new TextMarshaller())
          .setResponseMarshaller(new TextMarshaller())
          .build();

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(4, NioIoHandler.newFactory());
  private final ExecutorService executor = Executors.newFixedThreadPool(4);
  private final AtomicInteger served = new AtomicInteger();
  private final SpiffeSslContext clients;
  private final SpiffeSslContext servers;
  private final Server server;

  public GrpcPeers(SpiffeTls client, SpiffeTls server, TlsEngine engine) throws IOException {
    this.clients = SpiffeGrpc.clientSslContext(client, engine);
    this.servers = SpiffeGrpc.serverSslContext(server, engine);
    this.server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                SpiffeGrpc.serverCredentials(servers))
            .bossEventLoopGroup(group)
            .workerEventLoopGroup(group)
            .channelType(NioServerSocketChannel.class)
            .executor(executor)
            .addTransportFilter(
                new ServerTransportFilter() {
                  @Override
                  public Attributes transportReady(Attributes attributes) {
                    served.incrementAndGet();
                    return attributes;
                  }

                  @Override
                  public void transportTerminated(Attributes attributes) {
                    served.decrementAndGet();
                  }
                })
            .addService(service())
            .build()
            .start();
  }

  private static ServerServiceDefinition service() {
    return ServerServiceDefinition.builder("test.Peers")
        .addMethod(
            WHO_AM_I,
            (call, headers) -> {
              call.request(1);
              call.sendHeaders(new Metadata());
              call.sendMessage(serialOfPeer(call.getAttributes()).toString());
              call.close(Status.OK, new Metadata());
              return new ServerCall.Listener<String>() {};
            })
        .build();
  }

  private static BigInteger serialOfPeer(Attributes attributes) {
    try {
      return Peers.serialOfPeer(
          Objects.requireNonNull(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION)));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Wire connect() {
    return new GrpcWire(
        NettyChannelBuilder.forAddress(
                "localhost", server.getPort(), SpiffeGrpc.channelCredentials(clients))
            .eventLoopGroup(group)
            .channelType(NioSocketChannel.class)
            .executor(executor)
            .build());
  }

  @Override
  public void close() {
    server.shutdownNow();
    group.shutdownGracefully(0, 10, TimeUnit.SECONDS).syncUninterruptibly();
    executor.shutdownNow();
    clients.close();
    servers.close();
  }

  private final class GrpcWire implements Wire {
    private final ManagedChannel channel;

    private GrpcWire(ManagedChannel channel) {
      this.channel = channel;
    }

    private record Answer(BigInteger client, BigInteger server) {}

    private Answer ask() {
      ClientCall<String, String> call =
          channel.newCall(
              WHO_AM_I, CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS));
      BigInteger client = new BigInteger(ClientCalls.blockingUnaryCall(call, ""));
      return new Answer(client, serialOfPeer(call.getAttributes()));
    }

    @Override
    public BigInteger clientAsSeen() {
      return ask().client();
    }

    @Override
    public BigInteger serverAsSeen() {
      return ask().server();
    }

    @Override
    public void awaitClosed() throws Exception {
      CountDownLatch left = new CountDownLatch(1);
      channel.notifyWhenStateChanged(ConnectivityState.READY, left::countDown);
      if (!left.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the client's side is not closed");
      }
      Await.until(() -> served.get() == 0);
    }

    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
