package dev.spiffe4j.workloadapi.http2;

import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** The one message of a request, and how much of it was sent. */
final class RequestBody {
  private static final int PREFIX_BYTES = 5;

  private final byte[] bytes;
  private int sent;

  private RequestBody(byte[] bytes) {
    this.bytes = bytes;
  }

  static <Q> RequestBody of(MethodDescriptor<Q, ?> method, Q request) {
    try (InputStream in = method.streamRequest(request)) {
      byte[] message = in.readAllBytes();
      return new RequestBody(
          ByteBuffer.allocate(PREFIX_BYTES + message.length)
              .put((byte) 0)
              .putInt(message.length)
              .put(message)
              .array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many bytes are left. */
  int size() {
    return bytes.length - sent;
  }

  /** Sends some more of it. */
  void send(int stream, int count, Output output) {
    output.data(stream, bytes, sent, count, count == size());
    sent += count;
  }
}
