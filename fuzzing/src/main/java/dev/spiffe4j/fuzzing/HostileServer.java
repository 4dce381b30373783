package dev.spiffe4j.fuzzing;

import dev.spiffe4j.workloadapi.http2.Answers;
import dev.spiffe4j.workloadapi.http2.Call;
import dev.spiffe4j.workloadapi.http2.GrpcClient;
import dev.spiffe4j.workloadapi.wire.BytesMarshaller;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What a client reads of a server that sends whatever it likes. */
final class HostileServer {
  private static final int MAX_MESSAGE_BYTES = 65_536;
  private static final MethodDescriptor<byte[], byte[]> METHOD =
      MethodDescriptor.newBuilder(new BytesMarshaller(), new BytesMarshaller())
          .setType(MethodType.SERVER_STREAMING)
          .setFullMethodName("SpiffeWorkloadAPI/FetchX509SVID")
          .build();

  private HostileServer() {}

  /** Where the rest is cut in the first byte. */
  static void frames(byte[] data) throws IOException {
    Answers.read(Inputs.rest(data), data.length == 0 ? 0 : data[0] & 0xff);
  }

  /** A call of a real client to a real socket, which ends once whatever comes. */
  static void connection(byte[] data) throws IOException {
    Path directory = Files.createTempDirectory("h2");
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
    Ending ending = new Ending();
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        GrpcClient client =
            new GrpcClient(
                address, MAX_MESSAGE_BYTES, Duration.ofMinutes(1), Duration.ofMinutes(1))) {
      server.bind(address);
      client.newCall(METHOD, new byte[] {1, 2, 3}, 0, Runnable::run).start(ending);
      try (SocketChannel connection = server.accept()) {
        answer(connection, data);
      }
      requireEnd(ending.status.join());
    } finally {
      Files.deleteIfExists(address.getPath());
      Files.delete(directory);
    }
  }

  /** The client has begun when it is answered, and leaves when there is no more. */
  private static void answer(SocketChannel connection, byte[] data) throws IOException {
    ByteBuffer said = ByteBuffer.allocate(1024);
    connection.read(said);
    try {
      connection.write(ByteBuffer.wrap(data));
      connection.shutdownOutput();
      while (connection.read(said.clear()) >= 0) {
        // What it says does not matter.
      }
    } catch (SocketException e) {
      // It has left already.
    }
  }

  /** An I/O error is a refusal; a call that the server has ended itself was taken. */
  private static void requireEnd(Status status) throws IOException {
    if (status.getCause() instanceof IOException e) {
      throw e;
    }
    if (status.getCause() != null) {
      throw new AssertionError("ended by our own fault", status.getCause());
    }
  }

  private static final class Ending implements Call.Listener<byte[]> {
    private final CompletableFuture<Status> status = new CompletableFuture<>();

    @Override
    public void onMessage(byte[] message) {
      if (status.isDone() || message.length > MAX_MESSAGE_BYTES) {
        throw new AssertionError("a message after the end, or above the limit");
      }
    }

    @Override
    public void onClose(Status ended) {
      if (!status.complete(ended)) {
        throw new AssertionError("ended twice");
      }
    }
  }
}
