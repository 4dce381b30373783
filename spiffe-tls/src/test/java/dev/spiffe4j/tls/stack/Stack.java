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

  /** What every client says: servers of HTTP answer it, and those that echo do. */
  byte[] REQUEST = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

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

  Server serve(SpiffeTls tls) throws Exception;

  /** Connects to the loopback address, says {@link #REQUEST}, and waits for the answer. */
  Outcome.Side call(SpiffeTls tls, int port) throws Exception;

  /** What servers answer without having been asked anything. */
  default boolean speaksFirst() {
    return true;
  }

  /** Whether a server, or a client, that refuses a peer sends the alert before it closes. */
  default boolean saysWhy(boolean isServer) {
    return true;
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
