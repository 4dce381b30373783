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
  private final byte[] message = new byte[UPDATE_BYTES];
  private final List<StreamObserver<byte[]>> streams = new CopyOnWriteArrayList<>();
  private final MultiThreadIoEventLoopGroup loops;
  private final Server server;

  BareStreams(String socket) {
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
    ((ServerCallStreamObserver<byte[]>) stream).setOnCancelHandler(() -> streams.remove(stream));
    streams.add(stream);
    stream.onNext(message);
  }

  @Override
  public void update() {
    streams.forEach(stream -> stream.onNext(message));
  }

  @Override
  public void close() {
    server.shutdownNow();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
