package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A hundred connections that are made anew, again and again, by a few threads in turn, while root,
 * intermediate and SVID of both sides rotate together. Each rotation waits until each of the
 * hundred has seen it on both sides, and none may fail. How often they rotate is for {@code
 * -Dspiffe4j.rotations} to say.
 */
public final class RotationLoad {
  private static final int CONNECTIONS = 100;
  private static final int THREADS = 4;

  private static final int ROTATIONS = Integer.getInteger("spiffe4j.rotations", 5);

  private static final int PATIENCE_MINUTES = 10;

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  private final Queue<Integer> turns = new ArrayDeque<>();
  private final AtomicBoolean over = new AtomicBoolean();

  public Party client() {
    return client;
  }

  public Party server() {
    return server;
  }

  /** One connection, made and ended. */
  @FunctionalInterface
  public interface Meeting {
    Peers.Seen meet() throws Exception;
  }

  /** What each of the hundred has yet to see. */
  private static final class Goal {
    private final BigInteger client;
    private final BigInteger server;
    private final boolean[] clientSeen = new boolean[CONNECTIONS];
    private final boolean[] serverSeen = new boolean[CONNECTIONS];
    private int left = 2 * CONNECTIONS;
    private final CompletableFuture<Void> reached = new CompletableFuture<>();

    private Goal(X509Svid client, X509Svid server) {
      this.client = client.leaf().getSerialNumber();
      this.server = server.leaf().getSerialNumber();
    }

    private synchronized void note(int connection, Peers.Seen seen) {
      left -= reach(clientSeen, connection, seen.client().equals(client));
      left -= reach(serverSeen, connection, seen.server().equals(server));
      if (left == 0) {
        reached.complete(null);
      }
    }

    private static int reach(boolean[] known, int connection, boolean now) {
      if (known[connection] || !now) {
        return 0;
      }
      known[connection] = true;
      return 1;
    }
  }

  private volatile Goal goal =
      new Goal(client.source.x509Context().x509Svid(), server.source.x509Context().x509Svid());

  public void run(Meeting meeting) throws Exception {
    for (int i = 0; i < CONNECTIONS; i++) {
      turns.add(i);
    }
    ExecutorService executor = Executors.newFixedThreadPool(THREADS);
    List<Future<?>> workers = new ArrayList<>();
    try {
      for (int i = 0; i < THREADS; i++) {
        workers.add(executor.submit(() -> work(meeting)));
      }
      await(goal);
      for (int i = 0; i < ROTATIONS; i++) {
        rotate();
      }
    } finally {
      over.set(true);
      for (Future<?> worker : workers) {
        worker.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
      }
      executor.shutdownNow();
    }
  }

  private void work(Meeting meeting) {
    while (!over.get()) {
      int connection = take();
      Goal toReach = goal;
      try {
        toReach.note(connection, meeting.meet());
      } catch (Throwable e) {
        // Every failure is one too many: whoever waits for the hundred learns of it.
        over.set(true);
        goal.reached.completeExceptionally(e);
        throw new AssertionError("a connection failed", e);
      }
      give(connection);
    }
  }

  private int take() {
    synchronized (turns) {
      return turns.remove();
    }
  }

  private void give(int connection) {
    synchronized (turns) {
      turns.add(connection);
    }
  }

  /** First everybody trusts the new root, then somebody uses it, then the old one goes. */
  private void rotate() throws Exception {
    domain.rotateAuthority();
    trust(domain.bundle());
    assertThat(domain.bundle().authorities()).hasSize(2);
    X509Svid nextClient = next("/client");
    X509Svid nextServer = next("/server");
    Goal next = new Goal(nextClient, nextServer);
    client.source.set(domain.context(nextClient));
    server.source.set(domain.context(nextServer));
    goal = next;
    await(next);
    domain.dropOldAuthorities();
    trust(domain.bundle());
  }

  /** With an intermediate of its own. */
  private X509Svid next(String path) {
    return domain.svid(path).intermediates(1).build();
  }

  private void trust(X509Bundle bundle) {
    for (Party party : List.of(client, server)) {
      party.source.set(X509Context.of(party.source.x509Context().svids(), List.of(bundle)));
    }
  }

  private static void await(Goal goal) throws Exception {
    goal.reached.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
  }
}
