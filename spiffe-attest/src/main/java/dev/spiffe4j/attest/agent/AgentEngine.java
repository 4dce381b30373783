package dev.spiffe4j.attest.agent;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.agent.AgentHealth.State;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.workloadapi.WorkloadApiHandler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The agent without its socket: attests, follows the server in regular passes, and reacts to what
 * the server says of the agent. Passes run on the scheduler, one after the other.
 */
final class AgentEngine implements ServerCalls, AutoCloseable {
  private static final Logger LOGGER = System.getLogger(AgentEngine.class.getName());

  private static final Duration MAX_BACKOFF = Duration.ofMinutes(8);
  private static final int MAX_BACKOFF_INTERVALS = 48;

  private final InstantSource clock;
  private final SecureRandom random;
  private final Duration syncInterval;
  private final ScheduledExecutorService scheduler;
  private final Consumer<AgentHealth> listener;

  private final AgentIdentity identity;
  private final AgentApi api;
  private final Served served;
  private final ServerSync sync;
  private final JwtSvidCache tokens;
  private final WorkloadApiHandler handler;

  private final Backoff backoff;
  private Instant nextAttempt = Instant.MIN;
  private boolean mustAttest;
  private volatile boolean hurry;
  private volatile boolean serverReachable;
  private volatile Instant lastSync = Instant.EPOCH;

  AgentEngine(IdentityAgent.Builder options, ScheduledExecutorService scheduler) {
    this.clock = options.clock;
    this.random = options.random;
    this.syncInterval = options.syncInterval;
    this.scheduler = scheduler;
    this.listener = options.listener;
    TrustDomain trustDomain = options.nodeApi.trustDomain();
    this.identity =
        new AgentIdentity(options.nodeApi, options.requireNodeAttestation(), clock, random);
    this.api = options.nodeApi.agentApi(identity);
    this.served = new Served(trustDomain, clock);
    this.sync =
        new ServerSync(
            trustDomain,
            api,
            new SvidSigner(api, options.keyType, clock, random),
            new Demand(options.x509SvidCapacity),
            served,
            clock);
    this.tokens = new JwtSvidCache(api, clock, random, syncInterval, options.jwtSvidCapacity);
    this.handler =
        new AgentWorkloadApi(
            trustDomain, new CallerAttestor(options.attestors), served, this, options);
    this.backoff = new Backoff(syncInterval, maxBackoff(), random);
  }

  private Duration maxBackoff() {
    Duration byInterval = syncInterval.multipliedBy(MAX_BACKOFF_INTERVALS);
    return byInterval.compareTo(MAX_BACKOFF) < 0 ? byInterval : MAX_BACKOFF;
  }

  WorkloadApiHandler handler() {
    return handler;
  }

  /** Attests and does the first pass, which must succeed. */
  void start() {
    identity.attest();
    LOGGER.log(Level.INFO, "agent is attested as {0}", identity.spiffeId());
    sync.run();
    lastSync = clock.instant();
    serverReachable = true;
    scheduleNext();
  }

  private void scheduleNext() {
    try {
      var unused = scheduler.schedule(this::pass, nextPause().toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      if (served.state() == State.RUNNING) {
        LOGGER.log(Level.ERROR, "the scheduler takes no more tasks; nothing is renewed", e);
      }
    }
  }

  /** Not later than something that is served expires: streams are told at that very moment. */
  private Duration nextPause() {
    Instant now = clock.instant();
    Instant next = now.plus(Backoff.jittered(syncInterval, random));
    Instant end = served.nextEnd(now);
    return Duration.between(now, end.isBefore(next) ? end : next);
  }

  private void pass() {
    if (served.state() != State.RUNNING) {
      return;
    }
    try {
      if (hurry || !clock.instant().isBefore(nextAttempt)) {
        hurry = false;
        attempt(true);
      }
      served.refreshStreams();
    } catch (RuntimeException e) {
      LOGGER.log(Level.ERROR, "a pass failed", e);
      lost(e);
    } finally {
      if (served.state() == State.RUNNING) {
        scheduleNext();
      }
    }
  }

  /** One pass with the server; if that asks for it, after attesting again, once. */
  private void attempt(boolean mayAttest) {
    try {
      if (mustAttest) {
        identity.attest();
        mustAttest = false;
        LOGGER.log(Level.INFO, "agent is attested again, as {0}", identity.spiffeId());
      } else if (identity.isExpired()) {
        throw new NodeApiException(Reason.AGENT_EXPIRED, "the agent's SVID has expired");
      }
      sync.run();
      tokens.follow(served.snapshot());
      if (identity.isRenewalDue()) {
        identity.renew(api);
      }
      succeeded();
    } catch (NodeApiException e) {
      refused(e, mayAttest);
    } catch (AttestationException e) {
      if (e.reason() == AttestationException.Reason.BANNED) {
        end(State.BANNED, e);
      } else {
        lost(e);
      }
    }
  }

  private void refused(NodeApiException why, boolean mayAttest) {
    switch (why.reason()) {
      case AGENT_BANNED -> end(State.BANNED, why);
      case AGENT_EXPIRED, AGENT_NOT_ATTESTED, AGENT_NOT_ACTIVE -> {
        if (identity.isReattestable()) {
          attestAgain(why, mayAttest);
        } else {
          stop(why);
        }
      }
      // Only a server that takes the same proof again asks for this.
      case AGENT_MUST_REATTEST -> attestAgain(why, mayAttest);
      default -> lost(why);
    }
  }

  /** The end, but not because of an expiry while the server is away: what is held is served on. */
  private void stop(NodeApiException why) {
    try {
      identity.requireServer();
    } catch (NodeApiException e) {
      lost(e);
      return;
    }
    end(State.STOPPED, why);
  }

  private void attestAgain(NodeApiException why, boolean mayAttest) {
    mustAttest = true;
    if (mayAttest) {
      attempt(false);
    } else {
      lost(why);
    }
  }

  private void succeeded() {
    backoff.reset();
    nextAttempt = Instant.MIN;
    lastSync = clock.instant();
    if (!serverReachable) {
      serverReachable = true;
      LOGGER.log(Level.INFO, "the server is back");
      tell();
    }
  }

  /** Goes on with what is there, and tries again later. */
  private void lost(RuntimeException why) {
    nextAttempt = clock.instant().plus(backoff.next());
    if (serverReachable) {
      serverReachable = false;
      LOGGER.log(Level.WARNING, "the server is lost; what has not expired is served on", why);
      tell();
    }
  }

  private void end(State how, SpiffeException why) {
    if (served.end(how)) {
      LOGGER.log(Level.ERROR, "the agent is " + how + ": " + why.reason(), why);
      forget();
      tell();
    }
  }

  private void forget() {
    serverReachable = false;
    tokens.close();
    identity.forget();
  }

  private void tell() {
    try {
      listener.accept(health());
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "a listener failed", e);
    }
  }

  @Override
  public void prepare(List<RegistrationEntry> entries) {
    if (!serverReachable) {
      // A caller need not wait for a server that is away; the passes notice when it is back.
      return;
    }
    try {
      sync.sign(entries);
    } catch (NodeApiException e) {
      LOGGER.log(Level.DEBUG, "no X.509-SVID on demand", e);
      noteRefusal(e);
    }
  }

  @Override
  public JwtSvid token(RegistrationEntry entry, List<String> audience) {
    try {
      return tokens.token(entry, audience);
    } catch (NodeApiException e) {
      noteRefusal(e);
      throw e;
    }
  }

  /** What a call of a caller learned about the agent itself is left to the next pass. */
  private void noteRefusal(NodeApiException why) {
    if (JwtSvidCache.isAuthorizationError(why.reason())) {
      hurry = true;
    }
  }

  AgentHealth health() {
    Snapshot now = served.snapshot();
    return new AgentHealth(
        served.state(),
        serverReachable,
        lastSync,
        now.entries().served().size(),
        now.svids().size(),
        tokens.size(),
        served.streamCount());
  }

  @Override
  public void close() {
    if (served.end(State.CLOSED)) {
      tell();
    }
    forget();
    api.close();
  }
}
