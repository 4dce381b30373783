package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Takes connections, and says on each what a test wants and nothing else. */
final class ScriptedServer implements AutoCloseable {
  private final DaemonThreads threads = new DaemonThreads("scripted-server");
  private final ServerSocketChannel listener;
  private final BlockingQueue<Peer> accepted = new LinkedBlockingQueue<>();
  private final Queue<Peer> all = new ConcurrentLinkedQueue<>();

  private ScriptedServer(ServerSocketChannel listener) {
    this.listener = listener;
    threads.newThread(this::accept).start();
  }

  static ScriptedServer at(Path socket) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return new ScriptedServer(listener.bind(UnixDomainSocketAddress.of(socket)));
  }

  /** One that listens already, and may have been kept waiting. */
  static ScriptedServer of(ServerSocketChannel listener) {
    return new ScriptedServer(listener);
  }

  SocketAddress address() throws IOException {
    return listener.getLocalAddress();
  }

  private void accept() {
    try {
      while (true) {
        Peer peer = new Peer(listener.accept());
        all.add(peer);
        accepted.add(peer);
        threads.newThread(peer::read).start();
      }
    } catch (IOException ignored) {
      // It was closed.
    }
  }

  /** The next connection; nothing was said on it. */
  Peer silent() throws InterruptedException {
    Peer peer = accepted.poll(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(peer).as("connection").isNotNull();
    return peer;
  }

  /** The next connection, after settings have gone both ways. */
  Peer next() throws Exception {
    return greet(silent());
  }

  /** The next connection that has not ended already. */
  Peer nextAlive() throws Exception {
    Peer peer = silent();
    while (peer.hasEnded()) {
      peer = silent();
    }
    return greet(peer);
  }

  private static Peer greet(Peer peer) throws Exception {
    peer.readPreface();
    peer.settings();
    return peer;
  }

  boolean isUnasked() {
    return accepted.isEmpty();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Peer peer : all) {
      peer.close();
    }
  }
}
