package dev.spiffe4j.attest.agent;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.node.NodeAttestationClient;
import dev.spiffe4j.attest.workload.PeerTracker;
import dev.spiffe4j.attest.workload.WorkloadAttestor;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.server.WorkloadApiServer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An identity agent: attests its node to an identity server, and serves the SVIDs and bundles of
 * its node's workloads over the Workload API. Each call attests its caller.
 *
 * <p>While the server is away, everything that has not expired is served on. An agent gives
 * identities to other processes; it proves nothing about the one it runs in. Thread-safe.
 */
public final class IdentityAgent implements AutoCloseable {
  private final AgentEngine engine;
  private final WorkloadApiServer server;
  private final @Nullable ScheduledExecutorService ownScheduler;

  private IdentityAgent(
      AgentEngine engine,
      WorkloadApiServer server,
      @Nullable ScheduledExecutorService ownScheduler) {
    this.engine = engine;
    this.server = server;
    this.ownScheduler = ownScheduler;
  }

  /**
   * Starts an agent.
   *
   * @param nodeApi the server; not closed with the agent
   * @return a builder
   */
  public static Builder builder(NodeApi nodeApi) {
    return new Builder(nodeApi);
  }

  /**
   * How it is.
   *
   * @return the health of now
   */
  public AgentHealth health() {
    return engine.health();
  }

  /** Ends the Workload API and forgets all keys. */
  @Override
  public void close() {
    engine.close();
    server.close();
    if (ownScheduler != null) {
      ownScheduler.shutdownNow();
    }
  }

  /** Puts an agent together. Not thread-safe. */
  public static final class Builder {
    final NodeApi nodeApi;
    final List<WorkloadAttestor> attestors = new ArrayList<>();
    final Set<String> foreignClaims = new LinkedHashSet<>();
    InstantSource clock = InstantSource.system();
    SecureRandom random = new SecureRandom();
    Duration syncInterval = Duration.ofSeconds(5);
    SvidKeyType keyType = SvidKeyType.EC_P256;
    int x509SvidCapacity = 1000;
    int jwtSvidCapacity = 1000;
    boolean allowUnauthenticatedVerifiers;
    Consumer<AgentHealth> listener = health -> {};
    private PeerTracker peerTracker = PeerTracker.create();
    private @Nullable NodeAttestationClient nodeAttestation;
    private @Nullable Path socket;
    private @Nullable ScheduledExecutorService scheduler;

    private Builder(NodeApi nodeApi) {
      this.nodeApi = requireNonNull(nodeApi, "nodeApi");
    }

    /**
     * Sets what proves the node. Required.
     *
     * @param attestation the node's half of node attestation
     * @return this
     */
    public Builder nodeAttestation(NodeAttestationClient attestation) {
      this.nodeAttestation = requireNonNull(attestation, "attestation");
      return this;
    }

    /**
     * Adds what attests callers; at least one is required. If one fails, so does the call.
     *
     * @param more the attestors, each of another type
     * @return this
     */
    public Builder attestor(WorkloadAttestor... more) {
      attestors.addAll(Arrays.asList(more));
      return this;
    }

    /**
     * Sets where the Workload API is served. Required.
     *
     * @param socket the path of a Unix socket
     * @return this
     */
    public Builder workloadApi(Path socket) {
      this.socket = requireNonNull(socket, "socket");
      return this;
    }

    /**
     * Sets how callers are tracked.
     *
     * @param tracker the tracker; one that reads {@code /proc} otherwise
     * @return this
     */
    public Builder peerTracker(PeerTracker tracker) {
      this.peerTracker = requireNonNull(tracker, "tracker");
      return this;
    }

    /**
     * Sets what tells the time.
     *
     * @param clock the clock; the system's otherwise
     * @return this
     */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets what runs the periodic work, which blocks while the server is asked.
     *
     * @param scheduler the scheduler, not shut down with the agent; an own daemon thread otherwise
     * @return this
     */
    public Builder scheduler(ScheduledExecutorService scheduler) {
      this.scheduler = requireNonNull(scheduler, "scheduler");
      return this;
    }

    /**
     * Sets where keys and jitter come from.
     *
     * @param random a source of randomness
     * @return this
     */
    public Builder random(SecureRandom random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /**
     * Sets how often the server is asked for changes.
     *
     * @param interval the time between, give or take a tenth; 5 seconds otherwise
     * @return this
     */
    public Builder syncInterval(Duration interval) {
      if (interval.isZero() || interval.isNegative()) {
        throw new IllegalArgumentException("interval: " + interval + " (expected: > 0)");
      }
      this.syncInterval = interval;
      return this;
    }

    /**
     * Sets what keys workloads get.
     *
     * @param keyType the kind of key; {@link SvidKeyType#EC_P256} otherwise
     * @return this
     */
    public Builder keyType(SvidKeyType keyType) {
      this.keyType = requireNonNull(keyType, "keyType");
      return this;
    }

    /**
     * Sets how many X.509-SVIDs are kept ready beyond those that open streams follow.
     *
     * @param svids the most, with those that are followed; 1000 otherwise
     * @return this
     */
    public Builder x509SvidCapacity(int svids) {
      this.x509SvidCapacity = requirePositive(svids);
      return this;
    }

    /**
     * Sets how many JWT-SVIDs are kept.
     *
     * @param svids the most; 1000 otherwise
     * @return this
     */
    public Builder jwtSvidCapacity(int svids) {
      this.jwtSvidCapacity = requirePositive(svids);
      return this;
    }

    private static int requirePositive(int value) {
      if (value <= 0) {
        throw new IllegalArgumentException("svids: " + value + " (expected: > 0)");
      }
      return value;
    }

    /**
     * Sets whether callers without any identity get the own trust domain's bundles, so that they
     * can verify others.
     *
     * @param allow true if they do; false otherwise
     * @return this
     */
    public Builder allowUnauthenticatedVerifiers(boolean allow) {
      this.allowUnauthenticatedVerifiers = allow;
      return this;
    }

    /**
     * Adds claims of foreign tokens that the validation of a JWT-SVID tells, beside {@code sub},
     * {@code aud} and {@code exp}.
     *
     * @param names the claims' names
     * @return this
     */
    public Builder foreignJwtClaims(String... names) {
      foreignClaims.addAll(Arrays.asList(names));
      return this;
    }

    /**
     * Sets who is told when the agent ends, loses the server or has it back.
     *
     * @param listener gets the health of now, on the agent's thread; must not block
     * @return this
     */
    public Builder listener(Consumer<AgentHealth> listener) {
      this.listener = requireNonNull(listener, "listener");
      return this;
    }

    NodeAttestationClient requireNodeAttestation() {
      return required(nodeAttestation, "nodeAttestation");
    }

    private static <T> T required(@Nullable T option, String name) {
      if (option == null) {
        throw new IllegalStateException(name + ": not set");
      }
      return option;
    }

    /**
     * Attests the node, gets the first entries, bundles and SVIDs, and serves them. If that fails,
     * nothing is left running, and the builder can be used again.
     *
     * @return the running agent
     * @throws AttestationException if the server does not accept the node
     * @throws NodeApiException if the server cannot be reached, or a call of it fails
     * @throws WorkloadApiException if the socket cannot be made
     * @throws IllegalStateException if something required is not set
     */
    public IdentityAgent start() {
      Path path = required(socket, "workloadApi");
      if (attestors.isEmpty()) {
        throw new IllegalStateException("attestor: none");
      }
      requireNodeAttestation();
      ScheduledExecutorService own = scheduler == null ? newScheduler() : null;
      AgentEngine engine =
          new AgentEngine(this, own == null ? required(scheduler, "scheduler") : own);
      try {
        engine.start();
        return new IdentityAgent(engine, serve(path, engine), own);
      } catch (RuntimeException e) {
        engine.close();
        if (own != null) {
          own.shutdownNow();
        }
        throw e;
      }
    }

    private WorkloadApiServer serve(Path path, AgentEngine engine) {
      return WorkloadApiServer.builder(path, engine.handler()).callerTracker(peerTracker).start();
    }

    private static ScheduledExecutorService newScheduler() {
      ThreadFactory threads =
          task -> {
            Thread thread = new Thread(task, "spiffe-agent");
            thread.setDaemon(true);
            return thread;
          };
      return Executors.newSingleThreadScheduledExecutor(threads);
    }
  }
}
