package dev.spiffe4j.tls;

import java.io.IOException;
import java.io.OutputStream;

/** What a {@link VerifyingSocket} sends. */
final class VerifiedOutput extends OutputStream {
  private final VerifyingSocket socket;
  private final OutputStream inner;

  VerifiedOutput(VerifyingSocket socket, OutputStream inner) {
    this.socket = socket;
    this.inner = inner;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    socket.requireVerified();
    inner.write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    inner.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
