package dev.spiffe4j.attest.agent;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.agent.AgentHealth.State;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.workloadapi.server.WorkloadApiHandler;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** The agent without its socket: its parts, and what callers make it ask the server for. */
final class AgentEngine implements ServerCalls, AutoCloseable {
  private static final Logger LOGGER = System.getLogger(AgentEngine.class.getName());

  private final Consumer<AgentHealth> listener;
  private final AgentIdentity identity;
  private final AgentApi api;
  private final Served served;
  private final ServerSync sync;
  private final JwtSvidCache tokens;
  private final Passes passes;
  private final WorkloadApiHandler handler;

  AgentEngine(IdentityAgent.Builder options, ScheduledExecutorService scheduler) {
    TrustDomain trustDomain = options.nodeApi.trustDomain();
    InstantSource clock = options.clock;
    SecureRandom random = options.random;
    this.listener = options.listener;
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
    this.tokens =
        new JwtSvidCache(api, clock, random, options.syncInterval, options.jwtSvidCapacity);
    this.passes =
        new Passes(identity, api, sync, tokens, served, this::stateChanged, options, scheduler);
    this.handler =
        new AgentWorkloadApi(
            trustDomain, new CallerAttestor(options.attestors), served, this, options);
  }

  /** Attests and gets the first entries, bundles and SVIDs, or throws. */
  void start() {
    passes.start();
  }

  WorkloadApiHandler handler() {
    return handler;
  }

  @Override
  public void prepare(List<RegistrationEntry> entries) {
    if (!passes.serverReachable()) {
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
      passes.hurry();
    }
  }

  AgentHealth health() {
    Snapshot now = served.snapshot();
    return new AgentHealth(
        served.state(),
        passes.serverReachable(),
        passes.lastSync(),
        now.entries().served().size(),
        now.svids().size(),
        tokens.size(),
        served.streamCount());
  }

  private void stateChanged() {
    if (served.state() != State.RUNNING) {
      forget();
    }
    try {
      listener.accept(health());
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "a listener failed", e);
    }
  }

  private void forget() {
    tokens.close();
    identity.forget();
  }

  @Override
  public void close() {
    if (served.end(State.CLOSED)) {
      stateChanged();
    }
    api.close();
  }
}
