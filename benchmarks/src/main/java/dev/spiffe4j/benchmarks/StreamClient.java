package dev.spiffe4j.benchmarks;

import java.util.List;

/** Many open streams, in a JVM of their own. */
final class StreamClient implements AutoCloseable {
  private final ChildJvm jvm;
  private final int messageBytes;

  private StreamClient(ChildJvm jvm) {
    this.jvm = jvm;
    this.messageBytes = awaitUpdate();
  }

  /** Returns once each stream is open and has got its first message. */
  static StreamClient start(String socket, int streams) {
    return new StreamClient(
        ChildJvm.start(
            List.of("-Xmx512m", "-XX:+UseSerialGC"),
            StreamClientMain.class,
            socket,
            Integer.toString(streams)));
  }

  /** The size of the first message. */
  int messageBytes() {
    return messageBytes;
  }

  /** Waits until all streams have got a message, which is of the size that is claimed. */
  int awaitUpdate() {
    int bytes = Integer.parseInt(jvm.line());
    if (bytes < StreamServer.UPDATE_BYTES || bytes > 2 * StreamServer.UPDATE_BYTES) {
      throw new IllegalStateException("update of " + bytes + " bytes");
    }
    return bytes;
  }

  @Override
  public void close() {
    jvm.close();
  }
}
