package dev.spiffe4j.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client, as much of HTTP/2 (RFC 9113) as it takes to be a broken server of
 * gRPC. Confined to one thread, but for the closing.
 */
final class FaultConnection implements AutoCloseable {
  private static final int PREFACE_BYTES = 24;
  private static final int MAX_FRAME_BYTES = 1 << 20;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int GOAWAY = 7;

  private static final int ACK = 1;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private final SocketChannel channel;
  private final DataInputStream in;
  private final OutputStream out;

  /** What is done about a call. */
  @FunctionalInterface
  private interface Reply {
    void send(int stream) throws IOException;
  }

  FaultConnection(SocketChannel channel) {
    this.channel = channel;
    this.in = new DataInputStream(Channels.newInputStream(channel));
    this.out = Channels.newOutputStream(channel);
  }

  /** Reads until the client goes away. */
  void awaitEnd() throws IOException {
    InputStream all = in;
    byte[] ignored = new byte[4096];
    while (all.read(ignored) >= 0) {
      // Nobody listens.
    }
  }

  void speakHttp1() throws IOException {
    out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    channel.shutdownOutput();
    awaitEnd();
  }

  /** Ends the first call with a status, and then the connection. */
  void end(int status) throws IOException {
    serve(
        stream -> {
          responseHeaders(stream);
          trailers(stream, status);
          goAway(stream);
        });
  }

  /** Answers each call with some bytes, or with nothing, and leaves it open. */
  void answer(byte @Nullable [] body) throws IOException {
    serve(
        stream -> {
          if (body != null) {
            responseHeaders(stream);
            frame(DATA, 0, stream, body);
          }
        });
  }

  /** Answers the first call with some bytes, ends it, and then the connection. */
  void answerAndEnd(byte[] body) throws IOException {
    serve(
        stream -> {
          responseHeaders(stream);
          frame(DATA, END_STREAM, stream, body);
          goAway(stream);
        });
  }

  /** Reads frames until the client goes away, or gives up a call. */
  private void serve(Reply reply) throws IOException {
    in.readNBytes(PREFACE_BYTES);
    frame(SETTINGS, 0, 0, new byte[0]);
    try {
      while (true) {
        int lengthAndType = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = payload(lengthAndType >>> 8);
        int type = lengthAndType & 0xff;
        if (type == RST_STREAM) {
          return;
        }
        onFrame(type, flags, stream, payload, reply);
      }
    } catch (EOFException e) {
      // The client has gone.
    }
  }

  private byte[] payload(int length) throws IOException {
    if (length > MAX_FRAME_BYTES) {
      throw new IOException("frame of " + length + " bytes");
    }
    return in.readNBytes(length);
  }

  private void onFrame(int type, int flags, int stream, byte[] payload, Reply reply)
      throws IOException {
    if (type == HEADERS) {
      reply.send(stream);
    } else if (type == SETTINGS && (flags & ACK) == 0) {
      frame(SETTINGS, ACK, 0, new byte[0]);
    } else if (type == PING && (flags & ACK) == 0) {
      frame(PING, ACK, 0, payload);
    }
  }

  private void responseHeaders(int stream) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    // RFC 7541, appendix A: 8 is ":status: 200".
    block.write(0x80 | 8);
    literal(block, "content-type", "application/grpc");
    frame(HEADERS, END_HEADERS, stream, block.toByteArray());
  }

  private void trailers(int stream, int status) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    literal(block, "grpc-status", Integer.toString(status));
    frame(HEADERS, END_HEADERS | END_STREAM, stream, block.toByteArray());
  }

  /** RFC 7541 §6.2.2, with a new name and no Huffman code. */
  private static void literal(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (String text : new String[] {name, value}) {
      block.write(text.length());
      block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
  }

  private void goAway(int lastStream) throws IOException {
    frame(GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(0).array());
    channel.shutdownOutput();
  }

  private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.write(
        ByteBuffer.allocate(9 + payload.length)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
