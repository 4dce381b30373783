package dev.spiffe4j.benchmarks;

import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The limit: the same transport, and a message that is bytes already, for whoever connects. */
final class BareStreams implements StreamServer {
  private final byte[] message;
  private final List<ServerCallStreamObserver<byte[]>> streams = new CopyOnWriteArrayList<>();
  private final MultiThreadIoEventLoopGroup loops;
  private final Server server;

  BareStreams(String socket, int bytes) {
    message = new byte[bytes];
    loops =
        new MultiThreadIoEventLoopGroup(
            Math.min(4, Runtime.getRuntime().availableProcessors()), EpollIoHandler.newFactory());
    server =
        NettyServerBuilder.forAddress(
                new DomainSocketAddress(socket), InsecureServerCredentials.create())
            .channelType(EpollServerDomainSocketChannel.class)
            .bossEventLoopGroup(loops)
            .workerEventLoopGroup(loops)
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("SpiffeWorkloadAPI")
                    .addMethod(Streams.METHOD, ServerCalls.asyncServerStreamingCall(this::open))
                    .build())
            .build();
    try {
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void open(byte[] request, StreamObserver<byte[]> stream) {
    ServerCallStreamObserver<byte[]> call = (ServerCallStreamObserver<byte[]>) stream;
    call.setOnCancelHandler(() -> streams.remove(call));
    streams.add(call);
    call.onNext(message);
  }

  @Override
  public void update() {
    for (ServerCallStreamObserver<byte[]> stream : streams) {
      // A server that does not ask piles up what slow clients do not take.
      if (!stream.isReady()) {
        throw new IllegalStateException("a client does not keep up");
      }
      stream.onNext(message);
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
