package dev.spiffe4j.tls.stack;

import dev.spiffe4j.tls.Outcome;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes one connection after the other, and remembers how each of them ended. */
public final class LoopbackServer implements Stack.Server {
  private final ServerSocket listener;
  private final Conversation conversation;
  private final BlockingQueue<Outcome.Side> sides = new LinkedBlockingQueue<>();

  /** What is done with a connection. */
  public interface Conversation {
    Outcome.Side with(Socket socket) throws IOException;
  }

  public LoopbackServer(ServerSocket listener, Conversation conversation) {
    this.listener = listener;
    this.conversation = conversation;
    Thread thread = new Thread(this::serve, "loopback-server");
    thread.setDaemon(true);
    thread.start();
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket socket = listener.accept()) {
        socket.setSoTimeout(Stack.PATIENCE_SECONDS * 1000);
        sides.add(outcome(socket));
      } catch (IOException e) {
        // Closed, or a socket that does not close: neither is what is tested.
      }
    }
  }

  private Outcome.Side outcome(Socket socket) {
    try {
      return conversation.with(socket);
    } catch (IOException | RuntimeException e) {
      return Outcome.Side.failed(e);
    }
  }

  @Override
  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public Optional<Outcome.Side> next() throws InterruptedException {
    return Optional.of(
        Objects.requireNonNull(sides.poll(Stack.PATIENCE_SECONDS, TimeUnit.SECONDS)));
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
