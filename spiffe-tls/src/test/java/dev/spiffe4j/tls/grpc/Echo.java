package dev.spiffe4j.tls.grpc;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.netty.SpiffeSslContext;
import dev.spiffe4j.tls.netty.TlsEngine;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Grpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** A gRPC server that answers who it thinks is calling, and a client of it. */
final class Echo implements AutoCloseable {
  private static final MethodDescriptor<String, String> WHO_AM_I =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Echo/WhoAmI")
          .setRequestMarshaller(new TextMarshaller())
          .setResponseMarshaller(new TextMarshaller())
          .build();

  private final SpiffeSslContext context;
  private final Server server;
  private final TlsEngine engine;

  Echo(SpiffeTls tls) throws IOException {
    this(tls, TlsEngine.JDK);
  }

  Echo(SpiffeTls tls, TlsEngine engine) throws IOException {
    this.engine = engine;
    this.context = SpiffeGrpc.serverSslContext(tls, engine);
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sslContext(context)
            .addService(service(tls))
            .build()
            .start();
  }

  private static ServerServiceDefinition service(SpiffeTls tls) {
    return ServerServiceDefinition.builder("test.Echo")
        .addMethod(
            WHO_AM_I,
            (call, headers) -> {
              answer(call, tls);
              return new ServerCall.Listener<String>() {};
            })
        .build();
  }

  private static void answer(ServerCall<String, String> call, SpiffeTls tls) {
    try {
      String who = describe(tls, call.getAttributes());
      call.request(1);
      call.sendHeaders(new Metadata());
      call.sendMessage(who);
      call.close(Status.OK, new Metadata());
    } catch (SvidVerificationException e) {
      call.close(Status.PERMISSION_DENIED.withDescription(e.reason().toString()), new Metadata());
    }
  }

  private static String describe(SpiffeTls tls, Attributes attributes) {
    return SpiffeGrpc.peer(tls, attributes)
        .map(peer -> peer.spiffeId().toString())
        .orElse("nobody");
  }

  int port() {
    return server.getPort();
  }

  /** Begins a connection of its own. */
  ManagedChannel connect(SpiffeTls tls) {
    return connect(SpiffeGrpc.clientSslContext(tls, engine), port());
  }

  private static ManagedChannel connect(SpiffeSslContext context, int port) {
    return NettyChannelBuilder.forAddress("localhost", port).sslContext(context).build();
  }

  /** One call over a connection of its own, to any server. */
  static Outcome.Side session(SpiffeTls tls, TlsEngine engine, int port) {
    SpiffeSslContext context = SpiffeGrpc.clientSslContext(tls, engine);
    ManagedChannel channel = connect(context, port);
    try (context) {
      ClientCall<String, String> call = call(channel);
      String unused = ClientCalls.blockingUnaryCall(call, "");
      return Outcome.Side.of(
          Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)));
    } catch (StatusRuntimeException e) {
      return Outcome.Side.failed(e);
    } finally {
      channel.shutdownNow();
    }
  }

  private static ClientCall<String, String> call(ManagedChannel channel) {
    return channel.newCall(WHO_AM_I, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS));
  }

  /** Who the server says this client is, and who the client says the server is. */
  record Answer(String client, String server) {}

  static Answer ask(ManagedChannel channel, SpiffeTls tls) {
    ClientCall<String, String> call = call(channel);
    String client = ClientCalls.blockingUnaryCall(call, "");
    return new Answer(client, describe(tls, call.getAttributes()));
  }

  /** One call over a connection of its own. */
  Answer ask(SpiffeTls tls) {
    ManagedChannel channel = connect(tls);
    try {
      return ask(channel, tls);
    } finally {
      channel.shutdownNow();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    context.close();
  }
}
