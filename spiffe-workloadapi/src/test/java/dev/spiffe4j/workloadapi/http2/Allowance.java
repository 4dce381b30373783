package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a server may send on a connection where nearly nothing was sent yet, and not a byte more.
 */
final class Allowance {
  static final int WINDOW = 1 << 20;

  private final Peer peer;
  private final Map<Integer, Integer> streams = new HashMap<>();
  private int connection = WINDOW;

  /** After a control, whose few bytes are taken off on both sides. */
  Allowance(Peer peer) {
    this.peer = peer;
    take(0, Peer.grpc("good").length);
  }

  /** Sends it all, as fast as it is allowed. */
  void sendTo(int stream, byte[] data) throws Exception {
    int from = 0;
    while (from < data.length) {
      int count = Math.min(now(stream), data.length - from);
      if (count == 0) {
        add(peer.next(Frame.WINDOW_UPDATE));
      } else {
        peer.data(stream, Arrays.copyOfRange(data, from, from + count));
        take(stream, count);
        from += count;
      }
    }
  }

  private int now(int stream) {
    return Math.min(Frame.MAX_PAYLOAD, Math.min(connection, left(stream)));
  }

  private void take(int stream, int count) {
    connection -= count;
    if (stream != 0) {
      streams.put(stream, left(stream) - count);
    }
  }

  /** Notes what the client allows. */
  void add(SentFrame update) {
    assertThat(update.type).isEqualTo(Frame.WINDOW_UPDATE);
    assertThat(update.number(0)).isPositive();
    if (update.stream == 0) {
      connection += update.number(0);
    } else {
      streams.merge(update.stream, update.number(0), (left, more) -> left + more);
    }
    assertThat(connection).isLessThanOrEqualTo(WINDOW);
    assertThat(left(update.stream)).isLessThanOrEqualTo(WINDOW);
  }

  private int left(int stream) {
    return streams.getOrDefault(stream, WINDOW);
  }
}
