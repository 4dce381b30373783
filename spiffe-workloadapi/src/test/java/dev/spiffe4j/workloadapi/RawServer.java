package dev.spiffe4j.workloadapi;

import com.google.protobuf.ByteString;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.proto.JWTBundlesRequest;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.JWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.SpiffeWorkloadAPIGrpc.SpiffeWorkloadAPIImplBase;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.X509BundlesRequest;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.proto.X509SVID;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A server of generated code that sends whatever a test wants, and knows no rules. */
public final class RawServer implements AutoCloseable {
  final BlockingQueue<Metadata> headers = new LinkedBlockingQueue<>();
  final BlockingQueue<StreamObserver<X509SVIDResponse>> x509Streams = new LinkedBlockingQueue<>();
  volatile Consumer<StreamObserver<X509SVIDResponse>> onX509 = stream -> {};
  volatile Consumer<StreamObserver<X509BundlesResponse>> onX509Bundles = stream -> {};
  volatile Consumer<StreamObserver<JWTSVIDResponse>> onJwt = stream -> {};
  volatile Consumer<StreamObserver<JWTBundlesResponse>> onJwtBundles = stream -> {};
  volatile Consumer<StreamObserver<ValidateJWTSVIDResponse>> onValidate = stream -> {};

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DaemonThreads("raw-server"), EpollIoHandler.newFactory());
  private final Server server;

  RawServer(Path socket) throws IOException {
    server = start(socket, new Service().bindService());
  }

  /** A server whose messages need not even be messages. */
  RawServer(Path socket, ServerServiceDefinition service) throws IOException {
    server = start(socket, service);
  }

  private Server start(Path socket, ServerServiceDefinition service) throws IOException {
    return NettyServerBuilder.forAddress(
            new DomainSocketAddress(socket.toString()), io.grpc.InsecureServerCredentials.create())
        .channelType(EpollServerDomainSocketChannel.class)
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .withChildOption(ChannelOption.SO_KEEPALIVE, null)
        .directExecutor()
        .intercept(new HeaderRecorder())
        .addService(service)
        .build()
        .start();
  }

  /** Stands still: the connections stay, and nothing is answered on them. */
  void freeze(CountDownLatch until) {
    loop.execute(
        () -> {
          try {
            until.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  public static X509SVID svid(X509Svid svid, X509Bundle bundle) {
    return X509SVID
        .newBuilder()
        .setSpiffeId(svid.spiffeId().toString())
        .setX509Svid(ByteString.copyFrom(svid.encodedChain()))
        .setX509SvidKey(ByteString.copyFrom(svid.encodedPrivateKey()))
        .setBundle(ByteString.copyFrom(bundle.encoded()))
        .setHint(svid.hint().orElse(""))
        .build();
  }

  @Override
  public void close() {
    server.shutdownNow();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private final class HeaderRecorder implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
      Metadata copy = new Metadata();
      copy.merge(metadata);
      headers.add(copy);
      return next.startCall(call, metadata);
    }
  }

  private final class Service extends SpiffeWorkloadAPIImplBase {
    @Override
    public void fetchX509SVID(X509SVIDRequest request, StreamObserver<X509SVIDResponse> stream) {
      onX509.accept(stream);
      x509Streams.add(stream);
    }

    @Override
    public void fetchX509Bundles(
        X509BundlesRequest request, StreamObserver<X509BundlesResponse> stream) {
      onX509Bundles.accept(stream);
    }

    @Override
    public void fetchJWTSVID(JWTSVIDRequest request, StreamObserver<JWTSVIDResponse> stream) {
      onJwt.accept(stream);
    }

    @Override
    public void fetchJWTBundles(
        JWTBundlesRequest request, StreamObserver<JWTBundlesResponse> stream) {
      onJwtBundles.accept(stream);
    }

    @Override
    public void validateJWTSVID(
        ValidateJWTSVIDRequest request, StreamObserver<ValidateJWTSVIDResponse> stream) {
      onValidate.accept(stream);
    }
  }
}
