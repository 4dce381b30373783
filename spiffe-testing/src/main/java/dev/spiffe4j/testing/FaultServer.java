package dev.spiffe4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Meets one connection after the other with the next fault of a script. */
final class FaultServer implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(FaultServer.class.getName());

  private final Path socket;
  private final List<Fault> script;
  private final Runnable onEnd;
  private final ServerSocketChannel listener;
  private final Object lock = new Object();
  private @Nullable FaultConnection current;
  private boolean closed;
  private boolean ended;

  private FaultServer(
      Path socket, List<Fault> script, Runnable onEnd, ServerSocketChannel listener) {
    this.socket = socket;
    this.script = script;
    this.onEnd = onEnd;
    this.listener = listener;
  }

  /** Starts one on a free path. */
  static FaultServer start(Path socket, List<Fault> script, Runnable onEnd) {
    FaultServer server = new FaultServer(socket, script, onEnd, listen(socket));
    Thread thread = new Thread(server::run, "spiffe-fault-server");
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  static ServerSocketChannel listen(Path socket) {
    try {
      Files.deleteIfExists(socket);
      return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
          .bind(UnixDomainSocketAddress.of(socket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run() {
    for (Fault fault : script) {
      if (!meet(fault)) {
        return;
      }
    }
    synchronized (lock) {
      ended = true;
      lock.notifyAll();
    }
    onEnd.run();
  }

  boolean hasEnded() {
    synchronized (lock) {
      return ended;
    }
  }

  /** Returns whether there is a next one. */
  private boolean meet(Fault fault) {
    try (FaultConnection connection = new FaultConnection(listener.accept())) {
      if (!begin(connection)) {
        return false;
      }
      fault.run(connection);
    } catch (IOException e) {
      // The client has gone, or the fault was ended.
      LOGGER.log(Level.DEBUG, "end of {0}: {1}", fault, e);
    }
    synchronized (lock) {
      current = null;
      return !closed;
    }
  }

  private boolean begin(FaultConnection connection) {
    synchronized (lock) {
      current = connection;
      lock.notifyAll();
      return !closed;
    }
  }

  /** Waits until a client suffers from a fault. */
  void awaitFault() throws InterruptedException {
    synchronized (lock) {
      while (current == null && !closed && !ended) {
        lock.wait();
      }
    }
  }

  /** Goes on to the next fault, if there is one now. */
  void endFault() {
    synchronized (lock) {
      close(current);
      current = null;
    }
  }

  private static void close(@Nullable AutoCloseable channel) {
    if (channel == null) {
      return;
    }
    try {
      channel.close();
    } catch (Exception e) {
      LOGGER.log(Level.DEBUG, "a channel did not close", e);
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      lock.notifyAll();
      close(current);
    }
    close(listener);
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
