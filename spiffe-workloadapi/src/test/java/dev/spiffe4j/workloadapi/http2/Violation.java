package dev.spiffe4j.workloadapi.http2;

/**
 * A rule that a server breaks.
 *
 * @param rule in words, with its clause
 * @param told what the client says to it
 * @param script breaks it, given a stream that is open and of which nothing has come
 */
record Violation(String rule, ErrorCode told, Script script) {
  /** What a server does on a connection. */
  interface Script {
    void run(Peer peer, int stream) throws Exception;
  }

  static Violation protocol(String rule, Script script) {
    return new Violation(rule, ErrorCode.PROTOCOL_ERROR, script);
  }

  void run(Peer peer, int stream) throws Exception {
    script.run(peer, stream);
  }

  @Override
  public String toString() {
    return rule;
  }
}
