package dev.spiffe4j.workloadapi.http2;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Calls to one server. Connects when there is a call, anew after a connection was lost, and never
 * repeats a call. Thread-safe; has one daemon thread after the first call.
 */
public final class GrpcClient implements AutoCloseable {
  private static final long CLOSE_MILLIS = 2000;

  private final SocketAddress address;
  private final int maxMessageBytes;
  private final Duration keepAliveTime;
  private final Duration keepAliveTimeout;
  private final DaemonThreads threads = new DaemonThreads("spiffe-workload-api-client");
  private final Object lock = new Object();

  /** Written under the lock, once. */
  private volatile @Nullable EventLoop loop;

  private volatile boolean closed;

  /** All that are open; of the event loop, as are the next two. */
  private final Set<Connection> connections = new HashSet<>();

  /** Where the next call goes, if there is a connection. */
  private @Nullable Connection current;

  /** Whether the event loop does only what is left. */
  private boolean isOver;

  /**
   * Makes a client.
   *
   * @param address of the server: of a Unix socket, or of TCP
   * @param maxMessageBytes how large a message of an answer may be
   * @param keepAliveTime after which silence a server is asked whether it is there, while there are
   *     calls
   * @param keepAliveTimeout how long it may be silent then
   */
  public GrpcClient(
      SocketAddress address,
      int maxMessageBytes,
      Duration keepAliveTime,
      Duration keepAliveTimeout) {
    this.address = address;
    this.maxMessageBytes = maxMessageBytes;
    this.keepAliveTime = keepAliveTime;
    this.keepAliveTimeout = keepAliveTimeout;
  }

  /**
   * Prepares a call.
   *
   * @param method what to call
   * @param request the message; nothing of it is kept
   * @param timeoutNanos how long it may take, counted from its start; 0 for ever
   * @param executor what its listener is called on; it runs one thing after the other
   * @return the call, to be started
   */
  public <Q, R> Call<R> newCall(
      MethodDescriptor<Q, R> method, Q request, long timeoutNanos, Executor executor) {
    return new Stream<>(this, method, RequestBody.of(method, request), timeoutNanos, executor);
  }

  /** Whether it was closed. */
  public boolean isClosed() {
    return closed;
  }

  /** Ends all calls and the connection; waits for that. Idempotent. */
  @Override
  public void close() {
    EventLoop started;
    synchronized (lock) {
      closed = true;
      started = loop;
    }
    if (started != null) {
      started.stop(CLOSE_MILLIS);
    }
  }

  int maxMessageBytes() {
    return maxMessageBytes;
  }

  EventLoop loop() {
    return requireNonNull(loop);
  }

  /** Has something done for a stream; if it cannot be done any more, the stream is closed. */
  void execute(Stream<?> stream, Runnable work) {
    try {
      EventLoop started = startedLoop();
      if (started == null || !started.execute(work)) {
        stream.close(closedStatus());
      }
    } catch (IOException e) {
      stream.close(Status.UNAVAILABLE.withDescription("no selector: " + e.getMessage()));
    }
  }

  private @Nullable EventLoop startedLoop() throws IOException {
    EventLoop started = loop;
    if (started != null) {
      return started;
    }
    synchronized (lock) {
      if (loop == null && !closed) {
        loop = EventLoop.start(threads, this::onLoopEnd);
      }
      return loop;
    }
  }

  private void onLoopEnd() {
    isOver = true;
    Set.copyOf(connections).forEach(each -> each.close(closedStatus()));
  }

  private static Status closedStatus() {
    return Status.UNAVAILABLE.withDescription("client is closed");
  }

  /** Has a stream sent, over a connection that is there or a new one; on the event loop. */
  void open(Stream<?> stream) {
    if (isOver) {
      // The last thing that the event loop has done may have been to end what this call follows.
      stream.close(closedStatus());
      return;
    }
    Connection target = current;
    if (target != null) {
      target.open(stream);
      return;
    }
    target = new Connection(this, loop(), keepAliveTime, keepAliveTimeout);
    connections.add(target);
    current = target;
    // Before there is a connection, so that it hears why there is none.
    target.open(stream);
    target.connect(address);
  }

  /** A connection takes no calls any more. */
  void forget(Connection connection) {
    if (connection.equals(current)) {
      current = null;
    }
  }

  /** A connection is no more. */
  void onClose(Connection connection) {
    forget(connection);
    connections.remove(connection);
  }
}
