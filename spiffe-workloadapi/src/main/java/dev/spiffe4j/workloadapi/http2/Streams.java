package dev.spiffe4j.workloadapi.http2;

import io.grpc.Status;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a connection: those that are open, those that wait until the server allows more of
 * them, and what both sides may send.
 */
final class Streams implements FrameReader.Handler {
  /** As much of our own is put to a server that takes nothing. */
  private static final int MAX_QUEUED_BYTES = 65_536;

  /** As much of answers to frames; a server that asks more and reads nothing is none. */
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  private static final int MAX_FRAME_SIZE = 0xff_ffff;

  private final Connection connection;
  private final Output output;
  private final HpackDecoder hpack = new HpackDecoder();
  private final ReceiveWindow receiveWindow = new ReceiveWindow();
  private final SendWindow sendWindow = new SendWindow(SendWindow.DEFAULT_SIZE);
  private final Map<Integer, Stream<?>> open = new HashMap<>();
  private final Set<Stream<?>> waiting = new LinkedHashSet<>();

  /** Whose requests are not sent as a whole. */
  private final Set<Stream<?>> sending = new LinkedHashSet<>();

  /** The first call does not wait to hear how many there may be (RFC 9113 §6.5.2). */
  private int maxStreams = 1;

  /** What holds when all settings of a frame were read. */
  private int allowedStreams = Integer.MAX_VALUE;

  private int firstWindow = SendWindow.DEFAULT_SIZE;
  private boolean emptiesTable;

  /** The number of the newest stream. */
  private int lastId = -1;

  /** What the server has said about its going away. */
  private @Nullable String goodbye;

  Streams(Connection connection, Output output) {
    this.connection = connection;
    this.output = output;
  }

  /** What a connection begins with. */
  void writePreface() {
    output.preface();
    output.settings(
        Setting.ENABLE_PUSH, 0,
        Setting.INITIAL_WINDOW_SIZE, ReceiveWindow.SIZE,
        Setting.MAX_HEADER_LIST_SIZE, ResponseHeaders.MAX_SIZE);
    output.windowUpdate(0, ReceiveWindow.SIZE - SendWindow.DEFAULT_SIZE);
  }

  void add(Stream<?> stream) {
    stream.onAdd(this);
    waiting.add(stream);
    connection.flushLater();
  }

  /** Whether somebody waits for the server. */
  boolean isEmpty() {
    return open.isEmpty() && waiting.isEmpty();
  }

  /** Forgets a stream that has ended. */
  void remove(Stream<?> stream) {
    sending.remove(stream);
    if (open.remove(stream.id(), stream) || waiting.remove(stream)) {
      connection.onStreamEnd();
    }
  }

  void reset(Stream<?> stream, ErrorCode code) {
    output.reset(stream.id(), code);
    connection.flushLater();
  }

  /** Lets the server send more on a stream. */
  void allow(Stream<?> stream, int increment) {
    output.windowUpdate(stream.id(), increment);
    connection.flushLater();
  }

  /** Writes what may be sent now. */
  void writeRequests() {
    while (!waiting.isEmpty() && open.size() < maxStreams && output.size() < MAX_QUEUED_BYTES) {
      Iterator<Stream<?>> first = waiting.iterator();
      Stream<?> stream = first.next();
      first.remove();
      begin(stream);
    }
    for (Iterator<Stream<?>> each = sending.iterator(); each.hasNext(); ) {
      Stream<?> stream = each.next();
      writeBody(stream);
      if (stream.body().size() == 0) {
        each.remove();
      }
    }
  }

  private void begin(Stream<?> stream) {
    lastId += 2;
    stream.onOpen(lastId);
    stream.sendWindow().change(firstWindow);
    open.put(lastId, stream);
    output.headers(lastId, stream.headers(emptiesTable));
    emptiesTable = false;
    sending.add(stream);
    // §5.1.1: no number is used twice.
    if (lastId == Integer.MAX_VALUE) {
      endAfter(lastId, "no more streams");
    }
  }

  private void writeBody(Stream<?> stream) {
    int most = Math.min(stream.sendWindow().size(), sendWindow.size());
    while (most > 0 && stream.body().size() > 0 && output.size() < MAX_QUEUED_BYTES) {
      // As much as each server has to take; larger ones would only keep others waiting.
      int count = Math.min(Math.min(most, Frame.MAX_PAYLOAD), stream.body().size());
      stream.body().send(stream.id(), count, output);
      stream.sendWindow().take(count);
      sendWindow.take(count);
      most -= count;
    }
  }

  @Override
  public void onData(int id, ByteBuffer data, int flowControlled, boolean isLast)
      throws Http2Exception {
    // What is held is bounded for each stream; no stream is to wait for another one.
    int increment = receiveWindow.pass(flowControlled);
    if (increment > 0) {
      output.windowUpdate(0, increment);
    }
    Stream<?> stream = find(id);
    if (stream != null) {
      stream.onData(data, flowControlled, isLast);
    }
  }

  @Override
  public void onHeaders(int id, ByteBuffer block, boolean isLast) throws Http2Exception {
    // To be read in any case, since it changes how the next one is read.
    ResponseHeaders headers = new ResponseHeaders();
    hpack.decode(block, headers);
    Stream<?> stream = find(id);
    if (stream != null) {
      stream.onHeaders(headers, isLast);
    }
  }

  @Override
  public void onReset(int id, ErrorCode code) throws Http2Exception {
    Stream<?> stream = find(id);
    if (stream != null) {
      stream.onReset(code);
    }
  }

  /** The stream, or null if it has ended; the server may not have known that. */
  private @Nullable Stream<?> find(int id) throws Http2Exception {
    if (id % 2 == 0 || id > lastId) {
      throw Http2Exception.protocol("frame of a stream that has not begun");
    }
    return open.get(id);
  }

  @Override
  public void onSetting(int identifier, int value) throws Http2Exception {
    switch (identifier) {
      // We never use the table; strict servers want to hear that again.
      case Setting.HEADER_TABLE_SIZE -> emptiesTable = true;
      case Setting.ENABLE_PUSH -> require(value == 0, "server that would be pushed to");
      case Setting.MAX_CONCURRENT_STREAMS -> allowedStreams = value < 0 ? Integer.MAX_VALUE : value;
      case Setting.INITIAL_WINDOW_SIZE -> changeFirstWindow(value);
      case Setting.MAX_FRAME_SIZE ->
          require(value >= Frame.MAX_PAYLOAD && value <= MAX_FRAME_SIZE, "frame size out of range");
      // §6.5.2: unknown ones are to be ignored.
      default -> {}
    }
  }

  private static void require(boolean holds, String problem) throws Http2Exception {
    if (!holds) {
      throw Http2Exception.protocol(problem);
    }
  }

  /** §6.9.2: holds for the streams that are open, too. */
  private void changeFirstWindow(int size) throws Http2Exception {
    if (size < 0) {
      throw Http2Exception.flowControl("window of more than 2^31-1 bytes");
    }
    for (Stream<?> stream : open.values()) {
      if (!stream.sendWindow().change(size - firstWindow)) {
        throw Http2Exception.flowControl("window of more than 2^31-1 bytes");
      }
    }
    firstWindow = size;
  }

  @Override
  public void onSettingsEnd() throws Http2Exception {
    requireReader();
    maxStreams = allowedStreams;
    output.settingsAck();
    connection.onSettings();
  }

  @Override
  public void onPing(boolean isAck, long data) throws Http2Exception {
    if (!isAck) {
      requireReader();
      output.ping(true, data);
    }
  }

  private void requireReader() throws Http2Exception {
    if (output.size() > MAX_ANSWER_BYTES) {
      throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "asks much and reads nothing");
    }
  }

  @Override
  public void onWindowUpdate(int id, int increment) throws Http2Exception {
    if (id == 0) {
      require(increment > 0, "window update of nothing");
      if (!sendWindow.change(increment)) {
        throw Http2Exception.flowControl("window of more than 2^31-1 bytes");
      }
      return;
    }
    Stream<?> stream = find(id);
    if (stream != null && increment == 0) {
      stream.abort(ErrorCode.PROTOCOL_ERROR, ResponseHeaders.broken("window update of nothing"));
    } else if (stream != null && !stream.sendWindow().change(increment)) {
      stream.abort(
          ErrorCode.FLOW_CONTROL_ERROR, ResponseHeaders.broken("window of more than 2^31-1 bytes"));
    }
  }

  @Override
  public void onGoAway(int lastStream, ErrorCode code, String debug) {
    endAfter(lastStream, debug.isEmpty() ? code.name() : code + ": " + debug);
  }

  /** §6.8: what the server has not begun ends now, and nothing more begins. */
  private void endAfter(int lastStream, String why) {
    goodbye = why;
    connection.onGoAway();
    Status status = lost("the server goes away");
    for (Stream<?> stream : all()) {
      if (stream.id() == 0 || stream.id() > lastStream) {
        stream.close(status);
      }
    }
    connection.onStreamEnd();
  }

  /** Ends all streams. */
  void close(Status status) {
    all().forEach(stream -> stream.close(status));
  }

  Status lost(String why) {
    return Status.UNAVAILABLE.withDescription(goodbye == null ? why : why + " (" + goodbye + ")");
  }

  private List<Stream<?>> all() {
    List<Stream<?>> all = new ArrayList<>(open.values());
    all.addAll(waiting);
    return all;
  }
}
