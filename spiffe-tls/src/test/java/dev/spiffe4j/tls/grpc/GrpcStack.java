package dev.spiffe4j.tls.grpc;

import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.netty.TlsEngine;
import dev.spiffe4j.tls.stack.Stack;
import java.io.IOException;
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
  public Outcome.Side call(SpiffeTls tls, int port) {
    return Echo.session(tls, engine, port);
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
