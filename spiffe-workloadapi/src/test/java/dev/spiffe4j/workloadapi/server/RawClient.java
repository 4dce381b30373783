package dev.spiffe4j.workloadapi.server;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.workloadapi.proto.SpiffeWorkloadAPIGrpc;
import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of generated code and hand-written headers. */
final class RawClient implements AutoCloseable {
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DaemonThreads("raw-client"), NioIoHandler.newFactory());
  private final ManagedChannel channel;

  RawClient(Path socket) {
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .eventLoopGroup(loop)
            .overrideAuthority("localhost")
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .directExecutor()
            .usePlaintext()
            .build();
  }

  SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIBlockingStub blocking(String... headerValues) {
    return SpiffeWorkloadAPIGrpc.newBlockingStub(channel)
        .withDeadlineAfter(30, TimeUnit.SECONDS)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers(headerValues)));
  }

  SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIStub async() {
    return SpiffeWorkloadAPIGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers("true")));
  }

  SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIFutureStub future() {
    return SpiffeWorkloadAPIGrpc.newFutureStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers("true")));
  }

  private static Metadata headers(String... values) {
    Metadata headers = new Metadata();
    for (String value : values) {
      headers.put(Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER), value);
    }
    return headers;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** Keeps what a stream brings; reads only what is asked for. */
  static final class Recorder<Q, R> implements ClientResponseObserver<Q, R> {
    final BlockingQueue<R> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<Status> end = new LinkedBlockingQueue<>();
    private final int initialRequest;
    private volatile @Nullable ClientCallStreamObserver<Q> call;

    Recorder() {
      this(Integer.MAX_VALUE);
    }

    Recorder(int initialRequest) {
      this.initialRequest = initialRequest;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> call) {
      this.call = call;
      call.disableAutoRequestWithInitial(initialRequest);
    }

    @Override
    public void onNext(R message) {
      messages.add(message);
    }

    @Override
    public void onError(Throwable t) {
      end.add(((StatusRuntimeException) t).getStatus());
    }

    @Override
    public void onCompleted() {
      end.add(Status.OK);
    }

    void request(int count) {
      requireNonNull(call).request(count);
    }

    void cancel() {
      requireNonNull(call).cancel("enough", null);
    }

    R next() throws InterruptedException {
      R message = messages.poll(30, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message; ended with " + end.peek());
      }
      return message;
    }

    Status awaitEnd() throws InterruptedException {
      Status status = end.poll(30, TimeUnit.SECONDS);
      if (status == null) {
        throw new AssertionError("the stream goes on");
      }
      return status;
    }
  }
}
