package dev.spiffe4j.testing;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.server.WorkloadApiServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Workload API that says what a test tells it to: the real server on a real socket (Linux only),
 * with the same answers for every process that connects. At first it issues no identity.
 * Thread-safe.
 */
public final class FakeWorkloadApi implements AutoCloseable {
  private final Path socket;
  private final @Nullable Path ownDirectory;
  private final FakeHandler handler;
  private final Object lock = new Object();
  private @Nullable WorkloadApiServer server;
  private @Nullable FaultServer faults;

  private FakeWorkloadApi(Path socket, @Nullable Path ownDirectory, InstantSource clock) {
    this.socket = socket;
    this.ownDirectory = ownDirectory;
    this.handler = new FakeHandler(clock);
  }

  /**
   * Starts one on a socket in a new temporary directory.
   *
   * @return the running fake
   */
  public static FakeWorkloadApi start() {
    try {
      Path directory = Files.createTempDirectory("spiffe");
      return start(directory.resolve("api.sock"), directory, InstantSource.system());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts one.
   *
   * @param socket where its socket will be
   * @return the running fake
   */
  public static FakeWorkloadApi start(Path socket) {
    return start(socket, InstantSource.system());
  }

  /**
   * Starts one that issues and validates JWT-SVIDs by a clock.
   *
   * @param socket where its socket will be
   * @param clock the clock
   * @return the running fake
   */
  public static FakeWorkloadApi start(Path socket, InstantSource clock) {
    return start(socket, null, clock);
  }

  private static FakeWorkloadApi start(
      Path socket, @Nullable Path ownDirectory, InstantSource clock) {
    FakeWorkloadApi fake = new FakeWorkloadApi(socket, ownDirectory, clock);
    fake.restart();
    return fake;
  }

  /**
   * Where clients find it.
   *
   * @return its address
   */
  public WorkloadApiAddress address() {
    return WorkloadApiAddress.of(socket);
  }

  /**
   * Serves SVIDs and bundles from now on, to open streams too.
   *
   * @param context what is served; must hold the own bundle of each SVID
   */
  public void update(X509Context context) {
    handler.update(context);
  }

  /**
   * Issues JWT-SVIDs from now on, signed by a key of the fake itself, which is in its JWT bundles.
   * They live five minutes.
   *
   * @param identities whom they name, the default one first
   */
  public void jwt(SpiffeId... identities) {
    handler.jwt(List.of(identities));
  }

  /**
   * The key that signs the JWT-SVIDs, as the bundle of a trust domain.
   *
   * @param trustDomain the trust domain
   * @return the bundle
   */
  public JwtBundle jwtBundle(TrustDomain trustDomain) {
    return handler.jwtBundle(trustDomain);
  }

  /**
   * Incubating: has the WIT profile from now on, and issues WIT-SVIDs with new keys, signed by a
   * key of the fake itself, which is in its WIT bundles. They live an hour. Before the first call,
   * the profile is answered with Unimplemented.
   *
   * @param identities whom they name, the default one first
   */
  public void wit(SpiffeId... identities) {
    handler.wit(List.of(identities));
  }

  /** Takes everything back: streams end, and calls are refused, until there is an update. */
  public void withdraw() {
    refuse(Reason.NO_IDENTITY);
  }

  /**
   * Ends open streams and refuses all calls, until there is an update.
   *
   * @param reason why
   */
  public void refuse(Reason reason) {
    handler.refuse(reason);
  }

  /**
   * How many streams are open.
   *
   * @return the number of streams that were not ended by either side
   */
  public int openStreams() {
    return handler.openStreams();
  }

  /** Goes away: connections end, and the socket is removed. */
  public void stop() {
    synchronized (lock) {
      if (server != null) {
        server.close();
        server = null;
      }
      if (faults != null) {
        faults.close();
        faults = null;
      }
      delete(socket);
    }
  }

  /**
   * Goes away, and comes back on the same path, as a new socket with the same answers. Ends what is
   * wrong, if something was.
   */
  public void restart() {
    restart(PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private void restart(Set<PosixFilePermission> permissions) {
    synchronized (lock) {
      stop();
      server =
          WorkloadApiServer.builder(socket, handler)
              .untrackedCallers()
              .socketPermissions(permissions)
              .start();
    }
  }

  /**
   * Ends all connections, and meets the next ones with faults, one each; then all is well again.
   *
   * @param script the faults, in order
   */
  public void next(Fault... script) {
    List<Fault> copy = List.of(script);
    synchronized (lock) {
      stop();
      faults = FaultServer.start(socket, copy, this::onScriptEnd);
    }
  }

  private void onScriptEnd() {
    synchronized (lock) {
      // Unless there is another one meanwhile.
      if (faults != null && faults.hasEnded()) {
        restart();
      }
    }
  }

  /**
   * Waits until a client has connected and suffers from a fault, or the script is at its end.
   *
   * @throws InterruptedException if the thread is interrupted meanwhile
   */
  public void awaitFault() throws InterruptedException {
    FaultServer waiting;
    synchronized (lock) {
      waiting = faults;
    }
    if (waiting != null) {
      waiting.awaitFault();
    }
  }

  /** Ends the fault that a client suffers from now, if there is one; the next one's turn comes. */
  public void endFault() {
    synchronized (lock) {
      if (faults != null) {
        faults.endFault();
      }
    }
  }

  /**
   * Ends all connections, and lets nobody through until {@link #restart}.
   *
   * @param fault what is wrong with the socket
   */
  public void breakSocket(SocketFault fault) {
    synchronized (lock) {
      stop();
      try {
        switch (fault) {
          case MISSING -> {}
          case PLAIN_FILE -> Files.createFile(socket);
          case REFUSING -> FaultServer.listen(socket).close();
          case DENIED -> restart(Set.of());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Goes away for ever. Idempotent. */
  @Override
  public void close() {
    stop();
    if (ownDirectory != null) {
      delete(ownDirectory);
    }
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
