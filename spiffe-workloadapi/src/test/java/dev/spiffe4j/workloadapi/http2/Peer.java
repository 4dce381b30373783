package dev.spiffe4j.workloadapi.http2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One connection of a client, by hand: what it sends is kept, and nothing is said by itself. */
final class Peer implements AutoCloseable {
  static final long PATIENCE_SECONDS = 30;

  private static final int PREFACE_BYTES = 24;

  private final SocketChannel channel;
  private final BlockingQueue<byte[]> prefaces = new LinkedBlockingQueue<>();
  private final BlockingQueue<SentFrame> frames = new LinkedBlockingQueue<>();
  private volatile CountDownLatch reading = new CountDownLatch(0);
  private int settingsSent;
  private int settingsAcked;

  Peer(SocketChannel channel) {
    this.channel = channel;
  }

  void read() {
    try {
      prefaces.add(read(PREFACE_BYTES));
      while (true) {
        reading.await();
        ByteBuffer header = ByteBuffer.wrap(read(Frame.HEADER_BYTES));
        int lengthAndType = header.getInt();
        int flags = header.get();
        frames.add(
            new SentFrame(lengthAndType & 0xff, flags, header.getInt(), read(lengthAndType >>> 8)));
      }
    } catch (IOException e) {
      // What was not read by the other side when it closed makes a reset of the end.
      prefaces.add(new byte[0]);
      frames.add(SentFrame.end());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private byte[] read(int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException();
      }
    }
    return bytes.array();
  }

  /** Takes nothing from the socket any more, but for one frame. */
  void stopReading() {
    reading = new CountDownLatch(1);
  }

  void goOn() {
    reading.countDown();
  }

  byte[] preface() throws InterruptedException {
    byte[] preface = prefaces.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(preface).as("preface").isNotNull();
    return preface;
  }

  /** Whether it has ended before its preface; waits for one of them. */
  boolean hasEnded() throws InterruptedException {
    byte[] preface = preface();
    prefaces.add(preface);
    return preface.length == 0;
  }

  void readPreface() throws InterruptedException {
    assertThat(preface()).hasSize(PREFACE_BYTES);
    assertThat(next().type).isEqualTo(Frame.SETTINGS);
    assertThat(next().type).isEqualTo(Frame.WINDOW_UPDATE);
  }

  /** The next frame. */
  SentFrame next() throws InterruptedException {
    SentFrame frame = frames.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(frame).as("frame").isNotNull();
    if (frame.type == SentFrame.END) {
      frames.add(frame);
    }
    if (frame.isSettingsAck()) {
      settingsAcked++;
    }
    return frame;
  }

  /** The next frame of a type; what is before is passed over. */
  SentFrame next(int type) throws InterruptedException {
    SentFrame frame = next();
    while (frame.type != type) {
      assertThat(frame.type).as("instead of type " + type).isNotEqualTo(SentFrame.END);
      frame = next();
    }
    return frame;
  }

  /** All that the client has sent until it has done what there was to do for it. */
  List<SentFrame> sync() throws Exception {
    List<SentFrame> seen = new ArrayList<>();
    settings();
    addUntilAcked(seen);
    // Requests go on behind the answers to what has come with their allowance.
    settings();
    addUntilAcked(seen);
    return seen;
  }

  private void addUntilAcked(List<SentFrame> seen) throws InterruptedException {
    while (settingsAcked < settingsSent) {
      SentFrame frame = next();
      assertThat(frame.type).isNotEqualTo(SentFrame.END);
      seen.add(frame);
    }
  }

  /** Waits for a whole request; whose it is. */
  int request() throws InterruptedException {
    int stream = next(Frame.HEADERS).stream;
    body(stream);
    return stream;
  }

  /** Waits for the rest of a request. */
  byte[] body(int stream) throws InterruptedException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    SentFrame frame;
    do {
      frame = next(Frame.DATA);
      assertThat(frame.stream).isEqualTo(stream);
      body.writeBytes(frame.payload);
    } while (!frame.has(Frame.FLAG_END_STREAM));
    return body.toByteArray();
  }

  void assertReset(int stream, ErrorCode code) throws InterruptedException {
    SentFrame reset = next(Frame.RST_STREAM);
    assertThat(reset.stream).isEqualTo(stream);
    assertThat(reset.errorCode(0)).isEqualTo(code);
  }

  /** The client has said why, and has gone. */
  void assertLeft(ErrorCode code) throws InterruptedException {
    SentFrame goodbye = next(Frame.GOAWAY);
    assertThat(goodbye.stream).isZero();
    assertThat(goodbye.number(0)).isZero();
    assertThat(goodbye.errorCode(4)).isEqualTo(code);
    assertThat(next().type).isEqualTo(SentFrame.END);
  }

  void awaitEnd() throws InterruptedException {
    next(SentFrame.END);
  }

  void raw(byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
  }

  void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    raw(frameOf(type, flags, stream, payload));
  }

  static byte[] frameOf(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(Frame.HEADER_BYTES + payload.length)
        .putInt(payload.length << 8 | type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  void settings(int... pairs) throws IOException {
    ByteBuffer payload = ByteBuffer.allocate(pairs.length / 2 * Frame.SETTING_BYTES);
    for (int i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt(pairs[i + 1]);
    }
    settingsSent++;
    frame(Frame.SETTINGS, 0, 0, payload.array());
  }

  void ping(boolean isAck, byte[] data) throws IOException {
    frame(Frame.PING, isAck ? Frame.FLAG_ACK : 0, 0, data);
  }

  /** Asks for as long as somebody may read it. */
  void pingUntilClosed() {
    ByteBuffer pings = ByteBuffer.allocate(1000 * 17);
    while (pings.hasRemaining()) {
      pings.put(frameOf(Frame.PING, 0, 0, new byte[8]));
    }
    try {
      while (true) {
        raw(pings.array());
      }
    } catch (IOException ignored) {
      // Now it is closed.
    }
  }

  void windowUpdate(int stream, int increment) throws IOException {
    frame(Frame.WINDOW_UPDATE, 0, stream, bytes(increment));
  }

  void reset(int stream, int code) throws IOException {
    frame(Frame.RST_STREAM, 0, stream, bytes(code));
  }

  void goAway(int lastStream, ErrorCode code, String words) throws IOException {
    byte[] debug = words.getBytes(UTF_8);
    byte[] payload =
        ByteBuffer.allocate(8 + debug.length)
            .putInt(lastStream)
            .putInt(code.number())
            .put(debug)
            .array();
    frame(Frame.GOAWAY, 0, 0, payload);
  }

  void headers(int stream, Block block) throws IOException {
    frame(Frame.HEADERS, Frame.FLAG_END_HEADERS, stream, block.bytes());
  }

  /** Headers, and nothing after them. */
  void lastHeaders(int stream, Block block) throws IOException {
    frame(Frame.HEADERS, Frame.FLAG_END_HEADERS | Frame.FLAG_END_STREAM, stream, block.bytes());
  }

  void data(int stream, byte[] data) throws IOException {
    frame(Frame.DATA, 0, stream, data);
  }

  /** Data of any length. */
  void dataInFrames(int stream, byte[] data) throws IOException {
    for (int from = 0; from < data.length; from += Frame.MAX_PAYLOAD) {
      int to = Math.min(data.length, from + Frame.MAX_PAYLOAD);
      data(stream, Arrays.copyOfRange(data, from, to));
    }
  }

  void begin(int stream) throws IOException {
    headers(stream, Block.BEGIN);
  }

  void message(int stream, String text) throws IOException {
    data(stream, grpc(text));
  }

  void end(int stream) throws IOException {
    lastHeaders(stream, Block.OK);
  }

  /** A whole answer. */
  void answer(int stream, String... messages) throws IOException {
    begin(stream);
    for (String message : messages) {
      message(stream, message);
    }
    end(stream);
  }

  /** A message as gRPC sends it. */
  static byte[] grpc(String text) {
    return grpc(text.getBytes(UTF_8));
  }

  static byte[] grpc(byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }

  static byte[] bytes(int number) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
  }

  @Override
  public void close() throws IOException {
    reading.countDown();
    channel.close();
  }
}
