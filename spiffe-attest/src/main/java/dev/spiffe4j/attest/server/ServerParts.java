package dev.spiffe4j.attest.server;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.authority.JwtAuthority;
import dev.spiffe4j.attest.authority.KeyManager;
import dev.spiffe4j.attest.authority.X509Authority;
import dev.spiffe4j.attest.node.NodeAttestor;
import dev.spiffe4j.attest.store.DataStore;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The parts of one server, put together; and their start and end. */
final class ServerParts {
  /** SPIRE's rule for how often to look for a new bundle: a tenth of an authority's life. */
  private static final int HINTS_PER_LIFE = 10;

  final X509Authority x509Authority;
  final JwtAuthority jwtAuthority;
  final Entries entries;
  final JoinTokens joinTokens;
  final Nodes nodes;
  final Mirror mirror;
  final NodeApi nodeApi;

  private final TrustDomain trustDomain;
  private final InstantSource clock;
  private final Duration caTtl;
  private final DataStore store;
  private final boolean ownsStore;
  private final ScheduledExecutorService scheduler;
  private final boolean ownsScheduler;
  private final NodeCalls calls;
  private final ServerIdentity identity;
  private final @Nullable InetSocketAddress bindAddress;
  private List<Future<?>> tasks = List.of();
  private @Nullable NodeApiListener listener;

  ServerParts(IdentityServer.Builder builder) {
    this.trustDomain = builder.trustDomain;
    this.clock = builder.clock;
    this.caTtl = builder.caTtl;
    this.bindAddress = builder.nodeApiAddress;
    SecureRandom random = builder.random;
    Ttls ttls = Ttls.of(builder);

    this.ownsStore = builder.dataStore == null;
    this.store = builder.dataStore == null ? DataStore.inMemory() : builder.dataStore;
    // Before anything is begun that would have to be ended.
    Map<String, NodeAttestor> attestors = attestors(builder);
    this.ownsScheduler = builder.scheduler == null;
    this.scheduler = builder.scheduler == null ? newScheduler() : builder.scheduler;

    KeyManager keys =
        builder.keyManager == null
            ? KeyManager.inMemory(random, builder.signatures())
            : builder.keyManager;
    this.x509Authority = x509Authority(builder, keys);
    this.jwtAuthority = jwtAuthority(builder, keys);
    EntryRules rules = new EntryRules(trustDomain, store.bundles());
    this.entries = new Entries(store.entries(), rules, clock, random);
    this.joinTokens = new JoinTokens(store.joinTokens(), clock, random);
    this.nodes = new Nodes(store.nodes());
    this.mirror = new Mirror(store, trustDomain);
    this.identity =
        new ServerIdentity(
            trustDomain, x509Authority, mirror::bundle, ttls.x509Svid(), clock, random);

    AgentCheck check = new AgentCheck(trustDomain, store.nodes(), clock);
    SigningRequests requests = new SigningRequests(builder.signatures());
    AgentAttestation attestation =
        new AgentAttestation(
            trustDomain, attestors, store.nodes(), x509Authority, requests, ttls.agent());
    SvidIssuer issuer =
        new SvidIssuer(x509Authority, jwtAuthority, requests, ttls, builder.jwtIssuer, random);
    this.calls = new NodeCalls(trustDomain, check, attestation, issuer, mirror, clock);
    this.nodeApi = new InProcessNodeApi(calls, verifier(builder));
  }

  private X509SvidVerifier verifier(IdentityServer.Builder builder) {
    return X509SvidVerifier.builder(identity)
        .clock(clock)
        .signatureProvider(builder.signatures())
        .build();
  }

  private X509Authority x509Authority(IdentityServer.Builder builder, KeyManager keys) {
    return X509Authority.builder(trustDomain, keys, store.bundles())
        .clock(clock)
        .random(builder.random)
        .signatureProvider(builder.signatures())
        .ttl(caTtl)
        .keyType(builder.caKeyType)
        .build();
  }

  private JwtAuthority jwtAuthority(IdentityServer.Builder builder, KeyManager keys) {
    return JwtAuthority.builder(trustDomain, keys, store.bundles())
        .clock(clock)
        .random(builder.random)
        .signatureProvider(builder.signatures())
        .ttl(caTtl)
        .keyType(builder.jwtKeyType)
        .build();
  }

  private Map<String, NodeAttestor> attestors(IdentityServer.Builder builder) {
    Map<String, NodeAttestor> byType = new HashMap<>();
    NodeAttestor joinToken = NodeAttestor.joinToken(trustDomain, store.joinTokens(), clock);
    byType.put(joinToken.type(), joinToken);
    for (NodeAttestor attestor : builder.nodeAttestors) {
      if (byType.put(attestor.type(), attestor) != null) {
        throw new IllegalArgumentException("two node attestors of type " + attestor.type());
      }
    }
    return byType;
  }

  private static ScheduledExecutorService newScheduler() {
    return Executors.newSingleThreadScheduledExecutor(Threads.daemons("spiffe-server"));
  }

  void start() {
    Maintenance maintenance =
        new Maintenance(
            trustDomain, x509Authority, jwtAuthority, identity, mirror, entries, store, clock);
    tasks = maintenance.start(scheduler);
    store.bundles().update(trustDomain, bundle -> bundle.withRefreshHint(refreshHint()));
    if (bindAddress != null) {
      listener = NodeApiListener.start(bindAddress, calls, identity, clock);
    }
  }

  private Duration refreshHint() {
    Duration part = Duration.ofSeconds(caTtl.toSeconds() / HINTS_PER_LIFE);
    Duration least = Duration.ofMinutes(1);
    return part.compareTo(least) < 0 ? least : part;
  }

  Optional<InetSocketAddress> address() {
    return Optional.ofNullable(listener).map(NodeApiListener::address);
  }

  void close() {
    calls.close();
    tasks.forEach(task -> task.cancel(false));
    if (listener != null) {
      listener.close();
    }
    mirror.close();
    if (ownsScheduler) {
      scheduler.shutdownNow();
    }
    if (ownsStore) {
      store.close();
    }
  }
}
