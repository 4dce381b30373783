package dev.spiffe4j.benchmarks;

/** What streams are opened to, and what sends one update to all of them. */
interface StreamServer extends AutoCloseable {
  /** The bytes of an update are about as many as an SVID with its bundles has. */
  int UPDATE_BYTES = 3 * 1024;

  static StreamServer start(String variant, String socket, int streams) throws Exception {
    return switch (variant) {
      case "spiffe4j" -> new WorkloadApiStreams(socket, streams);
      case "bare" -> new BareStreams(socket);
      default -> throw new IllegalArgumentException(variant);
    };
  }

  /** Sends the next update to all streams. */
  void update();

  @Override
  void close();
}
