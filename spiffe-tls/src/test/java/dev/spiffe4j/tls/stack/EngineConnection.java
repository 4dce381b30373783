package dev.spiffe4j.tls.stack;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** An {@code SSLEngine} over a socket, blocking. */
public final class EngineConnection {
  private static final int ROOM = 1 << 17;

  private final SSLEngine engine;
  private final Socket socket;
  private final ByteBuffer received = ByteBuffer.allocate(ROOM);
  private final ByteBuffer plain = ByteBuffer.allocate(ROOM);

  public EngineConnection(SSLEngine engine, Socket socket) {
    this.engine = engine;
    this.socket = socket;
  }

  public void shakeHands() throws IOException {
    try {
      engine.beginHandshake();
      while (isShakingHands()) {
        step();
      }
    } catch (IOException | RuntimeException e) {
      sayWhy();
      throw e;
    }
  }

  private boolean isShakingHands() {
    HandshakeStatus status = engine.getHandshakeStatus();
    return status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED;
  }

  private void step() throws IOException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> engine.getDelegatedTask().run();
      case NEED_WRAP -> send(ByteBuffer.allocate(0));
      default -> read();
    }
  }

  private SSLEngineResult send(ByteBuffer data) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(ROOM);
    SSLEngineResult result = engine.wrap(data, out);
    try {
      socket.getOutputStream().write(out.array(), 0, out.position());
    } catch (SocketException e) {
      // The other side has closed; its alert is still there to be read.
    }
    return result;
  }

  private void read() throws IOException {
    received.flip();
    SSLEngineResult result = engine.unwrap(received, plain);
    received.compact();
    if (result.getStatus() == Status.CLOSED) {
      throw new IOException("the other side closed");
    }
    if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
      int count =
          socket.getInputStream().read(received.array(), received.position(), received.remaining());
      if (count < 0) {
        engine.closeInbound();
        throw new IOException("the other side closed");
      }
      received.position(received.position() + count);
    }
  }

  /** Hands over the alert that the engine has, as every transport must. */
  private void sayWhy() {
    try {
      engine.closeOutbound();
      while (!engine.isOutboundDone() && send(ByteBuffer.allocate(0)).bytesProduced() > 0) {
        // There may be two.
      }
    } catch (IOException | RuntimeException e) {
      // Nothing more to say.
    }
  }

  public void write(byte[] data) throws IOException {
    send(ByteBuffer.wrap(data));
  }

  /** What comes in, decrypted. */
  public InputStream in() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] to, int offset, int length) throws IOException {
        awaitData();
        plain.flip();
        int count = Math.min(length, plain.remaining());
        plain.get(to, offset, count);
        plain.compact();
        return count;
      }
    };
  }

  private void awaitData() throws IOException {
    try {
      while (plain.position() == 0) {
        step();
      }
    } catch (SSLException e) {
      sayWhy();
      throw e;
    }
  }

  public SSLSession session() {
    return engine.getSession();
  }

  public void close() throws IOException {
    engine.closeOutbound();
    send(ByteBuffer.allocate(0));
  }
}
