package dev.spiffe4j.workloadapi.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Headers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a client says before it has heard anything. */
class PrefaceTest extends ScriptedServerBase {
  @Test
  @DisplayName("RFC 9113 §3.4: a client begins with its preface and its settings")
  void begins() throws Exception {
    RecordingListener listener = streaming();
    Peer peer = server.silent();
    assertThat(new String(peer.preface(), US_ASCII)).isEqualTo("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    SentFrame settings = peer.next();
    assertThat(settings.is(Frame.SETTINGS, 0)).isTrue();
    assertThat(settings.flags).isZero();
    assertThat(settingsOf(settings))
        .containsOnly(
            Map.entry(Setting.ENABLE_PUSH, 0),
            Map.entry(Setting.INITIAL_WINDOW_SIZE, 1 << 20),
            Map.entry(Setting.MAX_HEADER_LIST_SIZE, 8192));
    peer.settings();
    peer.answer(peer.request(), "good");
    listener.assertGood("good");
  }

  private static Map<Integer, Integer> settingsOf(SentFrame frame) {
    Map<Integer, Integer> settings = new LinkedHashMap<>();
    ByteBuffer payload = ByteBuffer.wrap(frame.payload);
    while (payload.hasRemaining()) {
      settings.put((int) payload.getShort(), payload.getInt());
    }
    return settings;
  }

  @Test
  @DisplayName("RFC 9113 §6.9.2: the window of the connection is made larger by an update")
  void widens() throws Exception {
    RecordingListener listener = streaming();
    Peer peer = server.silent();
    assertThat(peer.next(Frame.SETTINGS).flags).isZero();
    SentFrame update = peer.next();
    assertThat(update.is(Frame.WINDOW_UPDATE, 0)).isTrue();
    assertThat(65_535 + update.number(0)).isEqualTo(1 << 20);
    peer.settings();
    peer.answer(peer.request(), "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName("RFC 9113 §3.4: a request does not wait for the settings of the server")
  void doesNotWait() throws Exception {
    RecordingListener listener = streaming();
    Peer peer = server.silent();
    peer.readPreface();
    SentFrame headers = peer.next();
    assertThat(headers.is(Frame.HEADERS, 1)).isTrue();
    assertThat(headers.flags).isEqualTo(Frame.FLAG_END_HEADERS);
    SentFrame data = peer.next();
    assertThat(data.is(Frame.DATA, 1)).isTrue();
    assertThat(data.flags).isEqualTo(Frame.FLAG_END_STREAM);
    assertThat(data.payload).isEqualTo(Peer.grpc("request"));
    peer.settings();
    peer.answer(1, "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName(
      "RFC 9113 §6.5.2: one request, and no more, does not wait to hear how many may be open")
  void onlyOneDoesNotWait() throws Exception {
    RecordingListener first = streaming();
    Peer peer = server.silent();
    peer.readPreface();
    int one = peer.request();
    RecordingListener second = streaming();
    peer.settings(Setting.MAX_CONCURRENT_STREAMS, 1);
    assertThat(peer.sync()).noneMatch(frame -> frame.type == Frame.HEADERS);
    peer.answer(one, "first");
    first.assertGood("first");
    peer.answer(peer.request(), "second");
    second.assertGood("second");
  }

  @Test
  @DisplayName("gRPC, Requests: the headers of a call")
  void headers() throws Exception {
    RecordingListener listener = streaming();
    Peer peer = server.next();
    Http2Headers headers = decode(peer.next(Frame.HEADERS));
    assertThat(headers.method()).hasToString("POST");
    assertThat(headers.scheme()).hasToString("http");
    assertThat(headers.path()).hasToString("/Service/Method");
    assertThat(headers.authority()).hasToString("localhost");
    assertThat(headers.get("te")).hasToString("trailers");
    assertThat(headers.get("content-type")).hasToString("application/grpc");
    assertThat(headers.get("workload.spiffe.io")).hasToString("true");
    assertThat(headers.get("grpc-timeout")).isNull();
    peer.answer(1, "good");
    listener.assertGood("good");
  }

  @Test
  @DisplayName("gRPC, Requests: a deadline is said, as what is left of it")
  void timeout() throws Exception {
    RecordingListener listener = prepare().timeout(Duration.ofMinutes(5)).start();
    Peer peer = server.next();
    CharSequence timeout = decode(peer.next(Frame.HEADERS)).get("grpc-timeout");
    assertThat(timeout).asString().matches("[0-9]{1,8}[numSMH]");
    assertThat(Duration.ofNanos(nanos(timeout.toString())))
        .isBetween(Duration.ofMinutes(1), Duration.ofMinutes(5));
    peer.answer(1, "good");
    listener.assertGood("good");
  }

  private static long nanos(String timeout) {
    long number = Long.parseLong(timeout.substring(0, timeout.length() - 1));
    return switch (timeout.charAt(timeout.length() - 1)) {
      case 'n' -> number;
      case 'u' -> number * 1000;
      case 'm' -> number * 1_000_000;
      case 'S' -> number * 1_000_000_000;
      default -> throw new AssertionError(timeout);
    };
  }

  private static Http2Headers decode(SentFrame headers) throws Exception {
    return new DefaultHttp2HeadersDecoder(true)
        .decodeHeaders(headers.stream, Unpooled.wrappedBuffer(headers.payload));
  }

  @Test
  @DisplayName("RFC 9113 §5.1.1: streams are odd, and each is larger than the last one")
  void numbers() throws Exception {
    Peer peer = assertConnects();
    for (int expected = 3; expected <= 7; expected += 2) {
      RecordingListener listener = prepare().request("again".getBytes(UTF_8)).start();
      SentFrame headers = peer.next(Frame.HEADERS);
      assertThat(headers.stream).isEqualTo(expected);
      assertThat(peer.body(expected)).isEqualTo(Peer.grpc("again"));
      peer.answer(expected, "good");
      listener.assertGood("good");
    }
    assertThat(server.isUnasked()).isTrue();
  }

  @Test
  @DisplayName("RFC 9113 §5.1: an empty request is a message, too, and ends the stream")
  void sendsNothing() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = prepare().request(new byte[0]).start();
    int stream = peer.next(Frame.HEADERS).stream;
    assertThat(peer.body(stream)).isEqualTo(new byte[5]);
    peer.answer(stream);
    listener.assertGood();
  }
}
