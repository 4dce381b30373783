package dev.spiffe4j.tls.grpc;

import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.netty.TlsEngine;
import dev.spiffe4j.tls.stack.Stack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** gRPC over Netty, by one of its engines. */
public final class GrpcStack implements Stack {
  private final TlsEngine engine;

  public GrpcStack(TlsEngine engine) {
    this.engine = engine;
  }

  @Override
  public Server serve(SpiffeTls tls) throws IOException {
    Echo echo = new Echo(tls, engine);
    return new Server() {
      @Override
      public int port() {
        return echo.port();
      }

      @Override
      public void close() {
        echo.close();
      }
    };
  }

  @Override
  public Answer call(SpiffeTls tls, int port) {
    return new Answer(Echo.session(tls, engine, port), "");
  }

  /** The preface of HTTP/2 and empty settings: RFC 9113 §3.4. */
  @Override
  public byte[] request() {
    return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public List<String> alpn() {
    return List.of("h2");
  }

  @Override
  public String toString() {
    return "gRPC by " + engine;
  }
}
