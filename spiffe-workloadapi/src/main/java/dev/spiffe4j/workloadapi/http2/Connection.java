package dev.spiffe4j.workloadapi.http2;

import static java.util.Objects.requireNonNull;

import io.grpc.Status;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection: its socket, and how it begins and ends. For the event loop only. */
final class Connection implements EventLoop.Socket {
  private static final Logger LOGGER = System.getLogger(Connection.class.getName());

  /** How long it may take until there are the server's settings. */
  private static final long HANDSHAKE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Grows to a whole frame when one comes. */
  private static final int FIRST_BUFFER_BYTES = 4096;

  private final GrpcClient client;
  private final EventLoop loop;
  private final KeepAlive keepAlive;
  private final Output output = new Output();
  private final Streams streams = new Streams(this, output);
  private final FrameReader frames = new FrameReader(streams);
  private final Runnable flush = this::flush;
  private final EventLoop.Timer handshake;
  private ByteBuffer input = ByteBuffer.allocate(FIRST_BUFFER_BYTES);
  private @Nullable SocketChannel socket;
  private @Nullable SelectionKey key;
  private boolean isConnected;
  private boolean isGoingAway;
  private boolean isFlushing;
  private boolean isClosed;

  Connection(GrpcClient client, EventLoop loop, Duration keepAliveTime, Duration keepAliveTimeout) {
    this.client = client;
    this.loop = loop;
    this.keepAlive =
        new KeepAlive(loop, keepAliveTime, keepAliveTimeout, this::ping, this::onSilence);
    this.handshake = loop.schedule(HANDSHAKE_NANOS, this::onSilence);
  }

  /** Begins to connect. Calls may be opened already. */
  void connect(SocketAddress address) {
    try {
      SocketChannel opened = open(address);
      socket = opened;
      opened.configureBlocking(false);
      boolean isThere = opened.connect(address);
      int interest = isThere ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT;
      key = loop.register(opened, interest, this);
      if (isThere) {
        onConnect();
      }
    } catch (IOException e) {
      closeFailed(e);
    } catch (RuntimeException e) {
      // Such as of a security manager.
      closeFailed(new IOException("could not connect: " + e, e));
    }
  }

  private static SocketChannel open(SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress) {
      return openUnix();
    }
    SocketChannel tcp = SocketChannel.open();
    tcp.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return tcp;
  }

  private static SocketChannel openUnix() throws IOException {
    try {
      return SocketChannel.open(StandardProtocolFamily.UNIX);
    } catch (UnsupportedOperationException e) {
      throw new IOException("this system has no Unix sockets", e);
    }
  }

  private void onConnect() {
    isConnected = true;
    streams.writePreface();
    flushLater();
    keepAlive.onHeard();
    if (!streams.isEmpty()) {
      keepAlive.start();
    }
  }

  /** Takes a call; it is sent when there is a connection. */
  void open(Stream<?> stream) {
    streams.add(stream);
    if (isConnected) {
      keepAlive.start();
    }
  }

  @Override
  public void onReady(SelectionKey ready) {
    try {
      if (ready.isValid() && ready.isConnectable() && channel().finishConnect()) {
        onConnect();
      }
      if (ready.isValid() && ready.isReadable()) {
        read();
      }
      if (ready.isValid() && ready.isWritable()) {
        flushLater();
      }
    } catch (Http2Exception e) {
      closeBroken(e);
    } catch (IOException e) {
      closeFailed(e);
    } catch (RuntimeException | Error e) {
      // Nobody may wait for what is not read any more.
      close(Status.INTERNAL.withDescription("not processed").withCause(e));
      throw e;
    }
  }

  private void read() throws IOException {
    int count = channel().read(input);
    while (count > 0 && !isClosed) {
      keepAlive.onHeard();
      input.flip();
      int needed = frames.read(input);
      input.compact();
      if (needed > input.capacity()) {
        input = ByteBuffer.allocate(Frame.HEADER_BYTES + Frame.MAX_PAYLOAD).put(input.flip());
      }
      count = isClosed ? 0 : channel().read(input);
    }
    // What was read may have to be answered, or have allowed to send more.
    flushLater();
    if (count < 0) {
      close(streams.lost("the server has closed the connection"));
    }
  }

  /** Sends what may be sent, after all that is being done now. */
  void flushLater() {
    if (!isFlushing && isConnected && !isClosed) {
      isFlushing = true;
      loop.execute(flush);
    }
  }

  private void flush() {
    isFlushing = false;
    if (isClosed) {
      return;
    }
    try {
      streams.writeRequests();
      while (output.size() > 0 && output.flush(channel())) {
        streams.writeRequests();
      }
      int interest = output.size() > 0 ? SelectionKey.OP_WRITE : 0;
      requireNonNull(key).interestOps(SelectionKey.OP_READ | interest);
    } catch (IOException e) {
      closeFailed(e);
    }
  }

  /** The server's settings have come. */
  void onSettings() {
    loop.cancel(handshake);
    flushLater();
  }

  /** No more calls are for it. */
  void onGoAway() {
    isGoingAway = true;
    client.forget(this);
  }

  void onStreamEnd() {
    if (!streams.isEmpty()) {
      flushLater();
    } else if (isGoingAway) {
      close(streams.lost("the server goes away"));
    } else {
      keepAlive.stop();
    }
  }

  private void ping() {
    output.ping(false, 0);
    flushLater();
  }

  private void onSilence() {
    close(streams.lost("the server stands still"));
  }

  /** The server breaks the protocol, and is told so. */
  private void closeBroken(Http2Exception e) {
    try {
      output.goAway(e.code());
      output.flush(channel());
    } catch (IOException ignored) {
      // It need not listen.
    }
    close(ResponseHeaders.broken(e));
  }

  private void closeFailed(IOException e) {
    IOException cause = isConnected ? e : new ConnectFailedException(e);
    close(streams.lost("no connection").withCause(cause));
  }

  /** Ends the connection and all calls on it. */
  void close(Status status) {
    if (isClosed) {
      return;
    }
    isClosed = true;
    client.onClose(this);
    loop.cancel(handshake);
    closeSocket();
    streams.close(status);
    keepAlive.stop();
  }

  private void closeSocket() {
    if (socket == null) {
      return;
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "a socket was not closed", e);
    }
  }

  private SocketChannel channel() {
    return requireNonNull(socket);
  }
}
