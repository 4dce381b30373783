package dev.spiffe4j.tls.foreign;

import java.io.IOException;

/** A program that serves on a port. */
record Listening(int port, RunningTool program) implements Tool.Serving {
  @Override
  public String output() throws IOException {
    return program.output();
  }

  @Override
  public void close() {
    program.close();
  }
}
