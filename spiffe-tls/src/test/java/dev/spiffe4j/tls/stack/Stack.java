package dev.spiffe4j.tls.stack;

import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.grpc.GrpcStack;
import dev.spiffe4j.tls.netty.TlsEngine;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** A TLS stack that takes a {@link SpiffeTls}, as one side of connections over loopback. */
public interface Stack {
  int PATIENCE_SECONDS = 60;

  /** The end of a request of HTTP. */
  String BLANK_LINE = "\r\n\r\n";

  byte[] REQUEST =
      ("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close" + BLANK_LINE)
          .getBytes(StandardCharsets.US_ASCII);

  byte[] RESPONSE =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
          .getBytes(StandardCharsets.US_ASCII);

  /** A server that is up. */
  interface Server extends AutoCloseable {
    int port();

    /** How the next handshake has ended; nothing where the stack tells nobody. */
    default Optional<Outcome.Side> next() throws InterruptedException {
      return Optional.empty();
    }

    @Override
    void close();
  }

  /** Serves whoever asks for anything with {@link #RESPONSE}, or in a way of its own. */
  Server serve(SpiffeTls tls) throws Exception;

  /** How a connection of a client has ended, and what the server said until it closed. */
  record Answer(Outcome.Side side, String text) {
    public static Answer failed(Throwable failure) {
      return new Answer(Outcome.Side.failed(failure), "");
    }
  }

  /** Connects to the loopback address, says {@link #REQUEST}, and hears the answer. */
  Answer call(SpiffeTls tls, int port) throws Exception;

  /** What a client that is not of this stack has to say to be answered. */
  default byte[] request() {
    return REQUEST.clone();
  }

  /** Whether who refuses a peer may close without the alert. */
  default boolean mayCloseSilently() {
    return false;
  }

  /** The protocols of the application that a peer has to know. */
  default List<String> alpn() {
    return List.of();
  }

  static List<Stack> all() {
    return List.of(
        new SocketStack(),
        new EngineStack(),
        new HttpsStack(),
        new NettyStack(TlsEngine.JDK),
        new NettyStack(TlsEngine.NATIVE),
        new GrpcStack(TlsEngine.JDK),
        new GrpcStack(TlsEngine.NATIVE));
  }
}
