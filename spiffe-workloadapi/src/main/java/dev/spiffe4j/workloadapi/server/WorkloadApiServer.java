package dev.spiffe4j.workloadapi.server;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import io.grpc.Server;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The serving half of the Workload API, on a Unix socket (Workload Endpoint §3). It asks the kernel
 * who has connected, and ends a connection when that process ends, whoever else has inherited the
 * socket. What a caller gets is decided by a {@link WorkloadApiHandler}. Thread-safe.
 *
 * <p>Needs Linux: no other platform tells a process ID that can be relied upon.
 */
public final class WorkloadApiServer implements AutoCloseable {
  private static final Logger LOGGER = System.getLogger(WorkloadApiServer.class.getName());
  private static final long CLOSE_SECONDS = 5;

  private final WorkloadApiAddress address;
  private final SocketFile file;
  private final Server server;
  private final ServerThreads threads;
  private final AtomicBoolean closed = new AtomicBoolean();

  private WorkloadApiServer(
      WorkloadApiAddress address, SocketFile file, Server server, ServerThreads threads) {
    this.address = address;
    this.file = file;
    this.server = server;
    this.threads = threads;
  }

  /**
   * Configures a server.
   *
   * @param socket where its socket will be; a socket there that nobody answers on is replaced
   * @param handler what decides what callers get
   * @return a builder
   */
  public static Builder builder(Path socket, WorkloadApiHandler handler) {
    return new Builder(requireNonNull(socket, "socket"), requireNonNull(handler, "handler"));
  }

  /**
   * Where clients find the server.
   *
   * @return its address
   */
  public WorkloadApiAddress address() {
    return address;
  }

  /** Ends all streams, and removes the socket if it is still this server's. Idempotent. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    // While the socket is open, the file system cannot give its inode to another one.
    file.remove();
    server.shutdownNow();
    try {
      server.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.close();
    LOGGER.log(Level.INFO, "Workload API at {0} has ended", address);
  }

  @Override
  public String toString() {
    return "WorkloadApiServer[" + address + "]";
  }

  /** Configures a server. Not thread-safe. */
  public static final class Builder {
    private final Path socket;
    private final WorkloadApiHandler handler;
    private @Nullable CallerTracker tracker;
    private @Nullable Executor executor;
    private @Nullable ScheduledExecutorService scheduler;
    private Set<PosixFilePermission> permissions = PosixFilePermissions.fromString("rwxrwxrwx");
    private int maxConnections = 16 * 1024;
    private int maxConnectionsPerProcess = 1024;
    private int maxStreamsPerConnection = 1000;
    private int maxRequestBytes = 256 * 1024;
    private Duration livenessInterval = Duration.ofSeconds(1);
    private boolean usePidfd = true;

    private Builder(Path socket, WorkloadApiHandler handler) {
      this.socket = socket.toAbsolutePath();
      this.handler = handler;
    }

    /**
     * Sets what takes hold of the processes that connect. Required.
     *
     * @param tracker the tracker; called on the thread that accepts connections
     * @return this builder
     */
    public Builder callerTracker(CallerTracker tracker) {
      this.tracker = requireNonNull(tracker, "tracker");
      return this;
    }

    /**
     * Takes the kernel's word at the time of connecting, and holds no process. For tests: a caller
     * may be taken for another one that got its PID.
     *
     * @return this builder
     */
    public Builder untrackedCallers() {
      return callerTracker(UntrackedCaller::new);
    }

    /**
     * Sets what runs the handler. It should be bounded: what it rejects is answered with
     * Unavailable. It is not shut down by the server.
     *
     * @param executor the executor; by default up to 32 own threads and 16384 waiting calls
     * @return this builder
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * Sets what runs the periodic checks of callers that there is no pidfd of. It is not shut down
     * by the server.
     *
     * @param scheduler the scheduler; by default an own thread, if it is needed
     * @return this builder
     */
    public Builder scheduler(ScheduledExecutorService scheduler) {
      this.scheduler = requireNonNull(scheduler, "scheduler");
      return this;
    }

    /**
     * Sets who may connect.
     *
     * @param permissions of the socket; by default everybody's, as the server knows its callers
     * @return this builder
     */
    public Builder socketPermissions(Set<PosixFilePermission> permissions) {
      this.permissions = Set.copyOf(permissions);
      return this;
    }

    /**
     * Limits the connections.
     *
     * @param total the most at one time; 16384 by default
     * @param perProcess the most of one process; 1024 by default
     * @return this builder
     */
    public Builder maxConnections(int total, int perProcess) {
      this.maxConnections = positive(total, "total");
      this.maxConnectionsPerProcess = positive(perProcess, "perProcess");
      return this;
    }

    /**
     * Limits the calls of one connection.
     *
     * @param streams the most at one time; 1000 by default
     * @return this builder
     */
    public Builder maxStreamsPerConnection(int streams) {
      this.maxStreamsPerConnection = positive(streams, "streams");
      return this;
    }

    /**
     * Limits the size of requests.
     *
     * @param bytes the most; 256 KiB by default
     * @return this builder
     */
    public Builder maxRequestBytes(int bytes) {
      this.maxRequestBytes = positive(bytes, "bytes");
      return this;
    }

    /**
     * Sets how often callers are looked at that there is no pidfd of, as on Linux before 6.5.
     *
     * @param interval the time between; one second by default
     * @return this builder
     */
    public Builder livenessInterval(Duration interval) {
      if (interval.isNegative() || interval.isZero()) {
        throw new IllegalArgumentException("interval: " + interval + " (expected: > 0)");
      }
      this.livenessInterval = interval;
      return this;
    }

    /** Goes without pidfds, as an older kernel would. */
    Builder withoutPidfd() {
      this.usePidfd = false;
      return this;
    }

    private static int positive(int value, String name) {
      if (value <= 0) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
      }
      return value;
    }

    /**
     * Starts to serve.
     *
     * @return the running server
     * @throws WorkloadApiException if there is no epoll, or the socket cannot be made: its path is
     *     too long, is not free, or another server answers there
     * @throws IllegalStateException if there is no caller tracker
     */
    public WorkloadApiServer start() {
      CallerTracker callers = tracker;
      if (callers == null) {
        throw new IllegalStateException("callerTracker: not set");
      }
      SocketFile file = SocketFile.prepare(socket);
      ServerThreads threads = ServerThreads.start(executor, scheduler);
      Server server = server(file, threads, callers);
      try {
        server.start();
        file.publish(permissions);
      } catch (IOException e) {
        file.remove();
        server.shutdownNow();
        threads.close();
        throw new WorkloadApiException(
            Reason.BAD_ADDRESS, "cannot listen on socket " + socket + ": " + e.getMessage(), e);
      }
      LOGGER.log(Level.INFO, "Workload API listens on {0}", socket);
      return new WorkloadApiServer(WorkloadApiAddress.of(socket), file, server, threads);
    }

    private static Calls calls(ServerThreads threads) {
      return new Calls(threads.executor(), ServerThreads.MAX_CALLS_OF_PROCESS);
    }

    private Server server(SocketFile file, ServerThreads threads, CallerTracker callers) {
      PeerAdmission admission =
          new PeerAdmission(
              callers,
              new ConnectionLimits(maxConnections, maxConnectionsPerProcess),
              threads.scheduler(),
              livenessInterval,
              usePidfd);
      return threads
          .transport()
          .server(file.bindPath(), admission)
          .directExecutor()
          .intercept(new CallGuard())
          .addService(new WorkloadApiService(handler, calls(threads)).definition())
          .maxConcurrentCallsPerConnection(maxStreamsPerConnection)
          .maxInboundMessageSize(maxRequestBytes)
          .permitKeepAliveTime(10, TimeUnit.SECONDS)
          .permitKeepAliveWithoutCalls(true)
          .build();
    }
  }
}
