package dev.spiffe4j.benchmarks.client;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * The limit of a client over gRPC and Netty: it gets the same answer and reads nothing of it, with
 * no code of this project.
 */
public final class Bare {
  private static final Metadata.Key<String> HEADER =
      Metadata.Key.of("workload.spiffe.io", Metadata.ASCII_STRING_MARSHALLER);

  private Bare() {}

  /**
   * Gets one answer, and says which SPIFFE ID is somewhere in it.
   *
   * @param arguments {@code first}, and the socket
   */
  public static void main(String[] arguments) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(arguments[1]))
            .eventLoopGroup(
                new MultiThreadIoEventLoopGroup(
                    1, new DefaultThreadFactory("bare", true), NioIoHandler.newFactory()))
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .withOption(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
            .overrideAuthority("localhost")
            .proxyDetector(target -> null)
            .disableServiceConfigLookUp()
            .disableRetry()
            .directExecutor()
            .usePlaintext()
            .build();
    String answer = new String(answer(channel), StandardCharsets.ISO_8859_1);
    System.out.println(answer.substring(answer.indexOf("spiffe://")).lines().findFirst().get());
    System.in.transferTo(OutputStream.nullOutputStream());
    channel.shutdownNow();
  }

  private static byte[] answer(ManagedChannel channel) {
    MethodDescriptor<byte[], byte[]> method =
        MethodDescriptor.<byte[], byte[]>newBuilder(new Bytes(), new Bytes())
            .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
            .setFullMethodName("SpiffeWorkloadAPI/FetchX509SVID")
            .build();
    Metadata headers = new Metadata();
    headers.put(HEADER, "true");
    CompletableFuture<byte[]> answer = new CompletableFuture<>();
    ClientCall<byte[], byte[]> call = channel.newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onMessage(byte[] message) {
            answer.complete(message);
          }
        },
        headers);
    call.request(1);
    call.sendMessage(new byte[0]);
    call.halfClose();
    return answer.join();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream message) {
      try {
        return message.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
