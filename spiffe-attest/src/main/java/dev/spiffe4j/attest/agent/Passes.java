package dev.spiffe4j.attest.agent;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.agent.AgentHealth.State;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The agent's regular work: follows the server, renews the agent's own SVID, and reacts to what the
 * server says of the agent. Runs on the scheduler, one pass after the other.
 */
final class Passes {
  private static final Logger LOGGER = System.getLogger(Passes.class.getName());

  private static final Duration MAX_BACKOFF = Duration.ofMinutes(8);
  private static final int MAX_BACKOFF_INTERVALS = 48;

  private final AgentIdentity identity;
  private final AgentApi api;
  private final ServerSync sync;
  private final JwtSvidCache tokens;
  private final Served served;
  private final Runnable stateChanged;

  private final InstantSource clock;
  private final SecureRandom random;
  private final Duration interval;
  private final ScheduledExecutorService scheduler;

  private final Backoff backoff;
  private final Backoff renewalBackoff;
  private Instant nextAttempt = Instant.MIN;
  private Instant nextRenewal = Instant.MIN;
  private boolean mustAttest;
  private volatile boolean hurry;
  private volatile boolean serverReachable;
  private volatile Instant lastSync = Instant.EPOCH;

  Passes(
      AgentIdentity identity,
      AgentApi api,
      ServerSync sync,
      JwtSvidCache tokens,
      Served served,
      Runnable stateChanged,
      IdentityAgent.Builder options,
      ScheduledExecutorService scheduler) {
    this.identity = identity;
    this.api = api;
    this.sync = sync;
    this.tokens = tokens;
    this.served = served;
    this.stateChanged = stateChanged;
    this.clock = options.clock;
    this.random = options.random;
    this.interval = options.syncInterval;
    this.scheduler = scheduler;
    this.backoff = new Backoff(interval, maxBackoff(interval), random);
    this.renewalBackoff = new Backoff(interval, maxBackoff(interval), random);
  }

  private static Duration maxBackoff(Duration interval) {
    Duration byInterval = interval.multipliedBy(MAX_BACKOFF_INTERVALS);
    return byInterval.compareTo(MAX_BACKOFF) < 0 ? byInterval : MAX_BACKOFF;
  }

  /** Attests and does the first pass, which must succeed; the others follow by themselves. */
  void start() {
    identity.attest();
    LOGGER.log(Level.INFO, "agent is attested as {0}", identity.spiffeId());
    sync();
    lastSync = clock.instant();
    serverReachable = true;
    scheduleNext();
  }

  boolean serverReachable() {
    return serverReachable && served.state() == State.RUNNING;
  }

  Instant lastSync() {
    return lastSync;
  }

  /** Has the next pass ask the server even if it would wait longer. */
  void hurry() {
    hurry = true;
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
    Instant next = now.plus(Backoff.jittered(interval, random));
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
      requireAttested();
      sync();
      tokens.follow(served.snapshot());
      succeeded();
      renewIfDue();
    } catch (NodeApiException e) {
      refused(e, mayAttest);
    } catch (AttestationException e) {
      refused(e);
    }
  }

  private void requireAttested() {
    if (mustAttest) {
      identity.attest();
      mustAttest = false;
      LOGGER.log(Level.INFO, "agent is attested again, as {0}", identity.spiffeId());
    } else if (identity.isExpired()) {
      throw new NodeApiException(Reason.AGENT_EXPIRED, "the agent's SVID has expired");
    }
  }

  private void sync() {
    try {
      sync.run();
    } finally {
      // Also if the pass failed later: the server's next certificate may be of a new authority.
      X509Bundle own = served.snapshot().bundles().own().x509Bundle();
      if (!own.authorities().isEmpty()) {
        identity.trust(own);
      }
    }
  }

  /** Half of a life is left for this: it must not hold up what workloads need. */
  private void renewIfDue() {
    Instant now = clock.instant();
    if (!identity.isRenewalDue() || now.isBefore(nextRenewal)) {
      return;
    }
    try {
      identity.renew(api);
      renewalBackoff.reset();
      nextRenewal = Instant.MIN;
    } catch (NodeApiException | AttestationException e) {
      if (isAboutTheAgent(e)) {
        throw e;
      }
      nextRenewal = now.plus(renewalBackoff.next());
      LOGGER.log(Level.WARNING, "the agent''s SVID is not renewed yet: {0}", e.reason());
    }
  }

  private static boolean isAboutTheAgent(SpiffeException failure) {
    return failure instanceof NodeApiException refusal
        ? JwtSvidCache.isAuthorizationError(refusal.reason())
        : failure.reason() == AttestationException.Reason.BANNED;
  }

  private void refused(AttestationException why) {
    if (why.reason() == AttestationException.Reason.BANNED) {
      end(State.BANNED, why);
    } else {
      lost(why);
    }
  }

  private void refused(NodeApiException why, boolean mayAttest) {
    if (served.state() != State.RUNNING) {
      // Closed meanwhile, and so without an SVID.
      return;
    }
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
      stateChanged.run();
    }
  }

  /** Goes on with what is there, and tries again later. */
  private void lost(RuntimeException why) {
    if (served.state() != State.RUNNING) {
      return;
    }
    nextAttempt = clock.instant().plus(backoff.next());
    if (serverReachable) {
      serverReachable = false;
      LOGGER.log(Level.WARNING, "the server is lost; what has not expired is served on", why);
      stateChanged.run();
    }
  }

  private void end(State how, SpiffeException why) {
    if (served.end(how)) {
      LOGGER.log(Level.ERROR, "the agent is " + how + ": " + why.reason(), why);
      stateChanged.run();
    }
  }
}
