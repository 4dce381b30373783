package dev.spiffe4j.tls;

import java.io.IOException;
import java.io.InputStream;

/** What a {@link VerifyingSocket} receives. */
final class VerifiedInput extends InputStream {
  private final VerifyingSocket socket;
  private final InputStream inner;

  VerifiedInput(VerifyingSocket socket, InputStream inner) {
    this.socket = socket;
    this.inner = inner;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    socket.requireVerified();
    int count = inner.read(bytes, offset, length);
    if (count > 0) {
      socket.requireStillVerified();
    }
    return count;
  }

  @Override
  public int available() throws IOException {
    return socket.isVerified() ? inner.available() : 0;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
