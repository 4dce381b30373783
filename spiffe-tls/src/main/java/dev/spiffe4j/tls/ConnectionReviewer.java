package dev.spiffe4j.tls;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.VerifiedPeer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Closes live connections of a {@link SpiffeTls} whose peer may not go on: its authority was
 * withdrawn, its SVID has expired or was revoked, or the authorizer has changed its mind. Without
 * one, a connection lives as long as its two sides want. Thread-safe.
 *
 * <p>Reviewed is every connection whose handshake begins after {@link Builder#start} and whose peer
 * was verified by SPIFFE:
 *
 * <ul>
 *   <li>sockets of {@link SpiffeTls#sslContext}: the socket is closed, without {@code
 *       close_notify}, because to send one can block;
 *   <li>handlers of {@code dev.spiffe4j.tls.netty.SpiffeSslContext}, and gRPC with the credentials
 *       of {@code dev.spiffe4j.tls.grpc.SpiffeGrpc}: the channel is closed;
 *   <li>other engines, such as those of the JDK's {@code HttpClient} and {@code HttpsServer}, and
 *       whatever shows {@link SpiffeTls#trustManager} its engine or socket: the engine is ended. No
 *       byte passes it any more; whoever carries its bytes learns it with the next one. {@link
 *       #register} closes at once.
 * </ul>
 *
 * <p>It looks when the first certificate of a path expires, when {@link Builder#changes} or {@link
 * #review} says so, and in any case at an interval, because not every source tells of every change
 * and no authorizer does. A look costs a few lookups for each connection; a chain is verified again
 * only if the bundles or the revocation lists have changed, and once for all that present it. What
 * cannot be verified is closed: also when the source has nothing to verify with any more. A
 * rotation of one's own SVID closes nothing.
 *
 * <p>{@link TlsTrace#closed} is told why. Connections are held weakly, or until they are closed.
 */
public final class ConnectionReviewer implements AutoCloseable {
  private static final System.Logger LOGGER = System.getLogger(ConnectionReviewer.class.getName());

  private final SpiffeTls tls;
  private final LiveConnections connections;
  private final ScheduledExecutorService scheduler;
  private final ReviewTimer timer;
  private final AtomicBoolean asked = new AtomicBoolean();

  private final Object reviewing = new Object();
  private Review last;

  private final Object lock = new Object();
  private boolean closed;
  private @Nullable AutoCloseable subscription;

  private ConnectionReviewer(Builder builder) {
    this.tls = builder.tls;
    this.connections = tls.liveConnections();
    this.scheduler = builder.scheduler;
    this.timer = new ReviewTimer(scheduler, tls.clock(), builder.interval, this::look);
    this.last = Review.none(connections.verifier());
  }

  /**
   * Begins a reviewer of a TLS, which can have one at a time.
   *
   * @param tls whose connections to review, by its own rules and clock
   * @param scheduler looks and closes. It must outlive the reviewer, and should have two threads or
   *     more: a client's socket that was made unconnected can block one while it is closed
   * @return a builder
   */
  public static Builder builder(SpiffeTls tls, ScheduledExecutorService scheduler) {
    return new Builder(requireNonNull(tls, "tls"), requireNonNull(scheduler, "scheduler"));
  }

  /** Collects the options of a {@link ConnectionReviewer}. Confined to one thread. */
  public static final class Builder {
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final SpiffeTls tls;
    private final ScheduledExecutorService scheduler;
    private Duration interval = INTERVAL;
    private Function<Runnable, ? extends AutoCloseable> changes = changed -> () -> {};

    private Builder(SpiffeTls tls, ScheduledExecutorService scheduler) {
      this.tls = tls;
      this.scheduler = scheduler;
    }

    /**
     * How long a change that nobody tells of can go unseen; 10 seconds by default.
     *
     * @param interval the time between two looks, at least a millisecond
     * @return this builder
     */
    public Builder interval(Duration interval) {
      if (interval.toMillis() < 1) {
        throw new IllegalArgumentException("interval: " + interval + " (expected: >= 1 ms)");
      }
      this.interval = interval;
      return this;
    }

    /**
     * Who tells of changes of the source, such as {@code changed -> x509Source.subscribe(context ->
     * changed.run())}; nobody by default.
     *
     * @param changes called once with what to run at each change, which does not block; what it
     *     returns is closed with the reviewer
     * @return this builder
     */
    public Builder changes(Function<Runnable, ? extends AutoCloseable> changes) {
      this.changes = requireNonNull(changes, "changes");
      return this;
    }

    /**
     * Begins to review. Close the reviewer to end it.
     *
     * @return the reviewer
     * @throws IllegalStateException if the TLS has one already
     */
    public ConnectionReviewer start() {
      ConnectionReviewer reviewer = new ConnectionReviewer(this);
      reviewer.begin(changes);
      return reviewer;
    }
  }

  private void begin(Function<Runnable, ? extends AutoCloseable> changes) {
    connections.begin(this);
    try {
      AutoCloseable made = changes.apply(this::review);
      synchronized (lock) {
        subscription = made;
      }
      timer.start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Looks at all connections soon, on the scheduler. */
  public void review() {
    if (asked.compareAndSet(false, true)) {
      scheduler.execute(timer::fire);
    }
  }

  /** What {@link #register} returns. */
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    /** The connection has ended: it needs no review any more. Idempotent. */
    @Override
    void close();
  }

  /**
   * Reviews a connection that this library does not see, such as one over an {@code SSLEngine} of
   * one's own. The caller closes the registration with the connection.
   *
   * @param session the session of the connection, whose handshake is over
   * @param close ends the connection; called at most once, on the scheduler
   * @return ends the review of it
   * @throws SvidVerificationException if the peer may not even begin now; nothing was called
   */
  public Registration register(SSLSession session, Runnable close) {
    requireNonNull(close, "close");
    List<X509Certificate> presented = PeerVerifier.x509(SpiffeTls.presentedIn(session));
    LiveConnection connection = new LiveConnection(presented, Transport.of(close));
    try {
      connections.add(connection, this, () -> connections.verifier().judge(presented));
      connections.replace(session);
    } catch (RuntimeException e) {
      connections.verifier().trace().refused(e);
      throw e;
    }
    return () -> connections.remove(connection);
  }

  /** A peer that was let in expires then. */
  void expect(Instant end) {
    timer.expect(end);
  }

  private void look() {
    asked.set(false);
    synchronized (reviewing) {
      last = last.next(tls.clock().instant(), tls.trust(), connections);
      timer.expect(last.earliestEnd());
      last.takeFailed().forEach(this::close);
    }
  }

  private void close(LiveConnection connection, RuntimeException cause) {
    connections.remove(connection);
    VerifiedPeer peer = connection.peer();
    if (peer != null) {
      connections.verifier().trace().closed(peer, cause);
    }
    try {
      scheduler.execute(() -> end(connection.transport()));
    } catch (RejectedExecutionException e) {
      end(connection.transport());
    }
  }

  private static void end(Transport transport) {
    try {
      transport.close();
    } catch (Exception e) {
      // JSSE complains that the peer has not said goodbye, and ends the connection anyway.
      LOGGER.log(System.Logger.Level.DEBUG, "a connection was closed the hard way", e);
    }
  }

  /** How many connections are under review. */
  int size() {
    return connections.size();
  }

  /** Ends the review, and closes no connection. Idempotent. */
  @Override
  public void close() {
    AutoCloseable ended;
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      ended = subscription;
      subscription = null;
    }
    timer.close();
    connections.end(this);
    try {
      if (ended != null) {
        ended.close();
      }
    } catch (Exception e) {
      LOGGER.log(System.Logger.Level.WARNING, "a subscription was not ended", e);
    }
  }
}
