package dev.spiffe4j.workloadapi.http2;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** More connections than fit into the queue of a server that takes none. */
final class Backlog implements AutoCloseable {
  private static final int COUNT = 16;

  private final List<SocketChannel> channels = new ArrayList<>();

  Backlog(SocketAddress address) throws IOException {
    for (int i = 0; i < COUNT; i++) {
      SocketChannel channel = open(address);
      channels.add(channel);
      channel.configureBlocking(false);
      connect(channel, address);
    }
  }

  private static SocketChannel open(SocketAddress address) throws IOException {
    return address instanceof UnixDomainSocketAddress
        ? SocketChannel.open(StandardProtocolFamily.UNIX)
        : SocketChannel.open();
  }

  private static void connect(SocketChannel channel, SocketAddress address) {
    try {
      channel.connect(address);
    } catch (IOException ignored) {
      // With Unix sockets, what does not fit fails.
    }
  }

  /** What was in the queue stays there, and has ended. */
  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }
}
