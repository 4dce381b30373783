package dev.spiffe4j.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Connects {@code SSLEngine}s in memory. */
final class EngineLink implements Link {
  /** More turns than any handshake takes. */
  private static final int MAX_TURNS = 100;

  private static final int PORT = 8443;

  private final String protocol;
  private final SSLContext client;
  private final SSLContext server;
  private final Consumer<SSLParameters> serverParameters;
  private @Nullable String identification;

  EngineLink(
      String protocol,
      SSLContext client,
      SSLContext server,
      Consumer<SSLParameters> serverParameters) {
    this.protocol = protocol;
    this.client = client;
    this.server = server;
    this.serverParameters = serverParameters;
  }

  @Override
  public Link identifyingEndpoints() {
    identification = "HTTPS";
    return this;
  }

  @Override
  public Link notIdentifyingEndpoints() {
    identification = "";
    return this;
  }

  @Override
  public Outcome connect() {
    SSLEngine clientEngine = client.createSSLEngine("localhost", PORT);
    clientEngine.setUseClientMode(true);
    SSLParameters clientParameters = clientEngine.getSSLParameters();
    clientParameters.setProtocols(new String[] {protocol});
    clientParameters.setEndpointIdentificationAlgorithm(identification);
    clientEngine.setSSLParameters(clientParameters);

    SSLEngine serverEngine = server.createSSLEngine();
    serverEngine.setUseClientMode(false);
    SSLParameters parameters = serverEngine.getSSLParameters();
    serverParameters.accept(parameters);
    serverEngine.setSSLParameters(parameters);

    End a = new End(clientEngine);
    End b = new End(serverEngine);
    for (int turn = 0; turn < MAX_TURNS && !(a.isDone() && b.isDone()); turn++) {
      a.turn(b);
      b.turn(a);
    }
    return new Outcome(a.side(), b.side());
  }

  @Override
  public void close() {}

  /** One engine, what it has received, and how it ended. */
  private static final class End {
    private final SSLEngine engine;
    private final ByteBuffer received = ByteBuffer.allocate(200_000);
    private boolean sent;
    private boolean got;
    private boolean ended;
    private @Nullable Throwable failure;

    private End(SSLEngine engine) {
      this.engine = engine;
    }

    private boolean isDone() {
      return failure != null || ended || (sent && got);
    }

    private Outcome.Side side() {
      if (failure != null) {
        return new Outcome.Side(engine.getSession(), failure);
      }
      return sent && got
          ? Outcome.Side.of(engine.getSession())
          : Outcome.Side.failed(new IOException("the other side closed"));
    }

    private void turn(End other) {
      if (ended) {
        return;
      }
      try {
        read();
        write(other);
      } catch (SSLException | RuntimeException e) {
        failure = e;
        ended = true;
        sayGoodbye(other);
      }
    }

    private void read() throws SSLException {
      received.flip();
      try {
        while (received.hasRemaining()) {
          ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
          SSLEngineResult result = engine.unwrap(received, plain);
          runTasks();
          got |= plain.position() > 0;
          if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
            ended = true;
            return;
          }
          if (result.getStatus() != SSLEngineResult.Status.OK
              || engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
              || result.bytesConsumed() == 0) {
            return;
          }
        }
      } finally {
        received.compact();
      }
    }

    private void write(End other) throws SSLException {
      for (int i = 0; i < MAX_TURNS && wantsToWrite(); i++) {
        boolean handshakeIsOver = isHandshakeOver();
        SSLEngineResult result =
            engine.wrap(
                ByteBuffer.wrap(handshakeIsOver ? new byte[] {1} : new byte[0]), other.received);
        runTasks();
        sent |= handshakeIsOver && result.bytesConsumed() > 0;
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
          ended = true;
          return;
        }
      }
    }

    private boolean wantsToWrite() {
      return switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> true;
        case NOT_HANDSHAKING, FINISHED -> !sent || !isHandshakeOver();
        default -> false;
      };
    }

    private boolean isHandshakeOver() {
      return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
          && engine.getSession().getProtocol().startsWith("TLS");
    }

    private void runTasks() {
      for (Runnable task = engine.getDelegatedTask();
          task != null;
          task = engine.getDelegatedTask()) {
        task.run();
      }
    }

    /** Hands over the alert, if there is one, as a transport does before it closes. */
    private void sayGoodbye(End other) {
      try {
        engine.closeOutbound();
        engine.wrap(ByteBuffer.allocate(0), other.received);
      } catch (SSLException | RuntimeException e) {
        // Nothing more to say.
      }
    }
  }
}
