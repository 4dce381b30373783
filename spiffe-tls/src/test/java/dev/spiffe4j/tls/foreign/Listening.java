package dev.spiffe4j.tls.foreign;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A program that serves on a port. */
record Listening(int port, RunningTool program) implements Tool.Serving {
  private static final int ATTEMPTS = 5;

  /** Starts a program on a port. */
  interface Start {
    RunningTool on(int port) throws IOException;
  }

  /** Finds a port that is free and that nobody else takes in the meantime. */
  static Listening begin(Start start) throws IOException {
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      try {
        return new Listening(port, start.on(port).awaitPort(port));
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public String output() throws IOException {
    return program.output();
  }

  @Override
  public void close() {
    program.close();
  }
}
