package dev.spiffe4j.attest.server;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.authority.AuthorityRotation;
import dev.spiffe4j.attest.authority.KeyManager;
import dev.spiffe4j.attest.authority.KeyType;
import dev.spiffe4j.attest.node.NodeAttestor;
import dev.spiffe4j.attest.store.DataStore;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * The core of an identity server: it attests nodes, keeps registration entries, and signs SVIDs for
 * the agents of attested nodes. Agents in the same process use {@link #nodeApi}; others connect to
 * {@link #nodeApiAddress}. Any number of servers may be in one process. Thread-safe.
 */
public final class IdentityServer implements AutoCloseable {
  private final ServerParts parts;

  private IdentityServer(ServerParts parts) {
    this.parts = parts;
  }

  /**
   * Begins a server.
   *
   * @param trustDomain whose SVIDs it signs
   * @return a builder
   */
  public static Builder builder(TrustDomain trustDomain) {
    return new Builder(requireNonNull(trustDomain, "trustDomain"));
  }

  /**
   * The node API for agents in this process, without a socket. Its callers are checked like those
   * on the wire.
   *
   * @return the API, to use until this server is closed
   */
  public NodeApi nodeApi() {
    return parts.nodeApi;
  }

  /**
   * Where the node API is served for agents elsewhere.
   *
   * @return the address with the port that was bound, or nothing if it is not served
   */
  public Optional<InetSocketAddress> nodeApiAddress() {
    return parts.address();
  }

  /**
   * The registration entries.
   *
   * @return what manages them
   */
  public Entries entries() {
    return parts.entries;
  }

  /**
   * The join tokens.
   *
   * @return what makes them
   */
  public JoinTokens joinTokens() {
    return parts.joinTokens;
  }

  /**
   * The attested nodes.
   *
   * @return what manages them
   */
  public Nodes nodes() {
    return parts.nodes;
  }

  /**
   * The trust domain's bundle.
   *
   * @return the bundle of now
   */
  public TrustBundle bundle() {
    return parts.mirror.bundle();
  }

  /**
   * The keys that sign X.509-SVIDs.
   *
   * @return what rotates them
   */
  public AuthorityRotation x509Authority() {
    return parts.x509Authority;
  }

  /**
   * The keys that sign JWT-SVIDs.
   *
   * @return what rotates them
   */
  public AuthorityRotation jwtAuthority() {
    return parts.jwtAuthority;
  }

  /** Stops serving, and closes what was not passed in. Later calls do nothing. */
  @Override
  public void close() {
    parts.close();
  }

  /** Options of an {@link IdentityServer}. Not thread-safe. */
  public static final class Builder {
    final TrustDomain trustDomain;
    final List<NodeAttestor> nodeAttestors = new ArrayList<>();
    @Nullable DataStore dataStore;
    @Nullable KeyManager keyManager;
    @Nullable ScheduledExecutorService scheduler;
    @Nullable InetSocketAddress nodeApiAddress;
    @Nullable Duration agentTtl;
    InstantSource clock = InstantSource.system();
    SecureRandom random = new SecureRandom();
    @Nullable SignatureProvider signatureProvider;
    Duration caTtl = Duration.ofHours(24);
    Duration x509SvidTtl = Duration.ofHours(1);
    Duration jwtSvidTtl = Duration.ofMinutes(5);
    KeyType caKeyType = KeyType.EC_P256;
    KeyType jwtKeyType = KeyType.EC_P256;
    String jwtIssuer = "";

    private Builder(TrustDomain trustDomain) {
      this.trustDomain = trustDomain;
    }

    /**
     * Where the server keeps what it knows; a store of its own in memory unless set.
     *
     * @param dataStore the store, which the server does not close
     * @return this builder
     */
    public Builder dataStore(DataStore dataStore) {
      this.dataStore = requireNonNull(dataStore, "dataStore");
      return this;
    }

    /**
     * What makes and keeps its authorities' keys; memory unless set.
     *
     * @param keyManager the key manager, of this server alone
     * @return this builder
     */
    public Builder keyManager(KeyManager keyManager) {
      this.keyManager = requireNonNull(keyManager, "keyManager");
      return this;
    }

    /**
     * What tells the time; the system's clock unless set.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * What runs the server's periodic work; a daemon thread of its own unless set.
     *
     * @param scheduler the scheduler, which the server does not shut down
     * @return this builder
     */
    public Builder scheduler(ScheduledExecutorService scheduler) {
      this.scheduler = requireNonNull(scheduler, "scheduler");
      return this;
    }

    /**
     * Where serial numbers, tokens and keys in memory come from.
     *
     * @param random the source of randomness
     * @return this builder
     */
    public Builder random(SecureRandom random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /**
     * Who checks the signatures of requests, and makes those of keys in memory. {@link
     * SignatureProvider#fastest} unless set.
     *
     * @param signatureProvider the choice
     * @return this builder
     */
    public Builder signatureProvider(SignatureProvider signatureProvider) {
      this.signatureProvider = requireNonNull(signatureProvider, "signatureProvider");
      return this;
    }

    SignatureProvider signatures() {
      return signatureProvider == null ? SignatureProvider.fastest() : signatureProvider;
    }

    /**
     * How long an authority lives; 24 hours unless set. The next one is prepared at half of that.
     *
     * @param ttl at least a minute
     * @return this builder
     */
    public Builder caTtl(Duration ttl) {
      this.caTtl = Ttls.require(ttl, Duration.ofMinutes(1));
      return this;
    }

    /**
     * How long X.509-SVIDs live whose entry does not say it; an hour unless set. Longer than a
     * sixth of the authority's life cannot be promised.
     *
     * @param ttl at least a second
     * @return this builder
     */
    public Builder x509SvidTtl(Duration ttl) {
      this.x509SvidTtl = Ttls.require(ttl, Duration.ofSeconds(1));
      return this;
    }

    /**
     * How long JWT-SVIDs live whose entry does not say it; 5 minutes unless set.
     *
     * @param ttl at least a second
     * @return this builder
     */
    public Builder jwtSvidTtl(Duration ttl) {
      this.jwtSvidTtl = Ttls.require(ttl, Duration.ofSeconds(1));
      return this;
    }

    /**
     * How long SVIDs of agents live; as long as X.509-SVIDs unless set.
     *
     * @param ttl at least a second
     * @return this builder
     */
    public Builder agentTtl(Duration ttl) {
      this.agentTtl = Ttls.require(ttl, Duration.ofSeconds(1));
      return this;
    }

    /**
     * What kind of keys sign X.509-SVIDs; P-256 unless set.
     *
     * @param keyType the kind
     * @return this builder
     */
    public Builder caKeyType(KeyType keyType) {
      this.caKeyType = requireNonNull(keyType, "keyType");
      return this;
    }

    /**
     * What kind of keys sign JWT-SVIDs; P-256 unless set.
     *
     * @param keyType the kind
     * @return this builder
     */
    public Builder jwtKeyType(KeyType keyType) {
      this.jwtKeyType = requireNonNull(keyType, "keyType");
      return this;
    }

    /**
     * The {@code iss} of JWT-SVIDs; they have none unless set.
     *
     * @param issuer such as a URL
     * @return this builder
     */
    public Builder jwtIssuer(String issuer) {
      this.jwtIssuer = requireNonNull(issuer, "issuer");
      return this;
    }

    /**
     * Adds a way to attest nodes; join tokens are always there.
     *
     * @param attestor the attestor, of another type than those before
     * @return this builder
     */
    public Builder nodeAttestor(NodeAttestor attestor) {
      nodeAttestors.add(requireNonNull(attestor, "attestor"));
      return this;
    }

    /**
     * Serves the node API to agents elsewhere, over gRPC and TLS; not served unless set.
     *
     * @param address where to listen; port 0 for any
     * @return this builder
     */
    public Builder nodeApiAddress(InetSocketAddress address) {
      this.nodeApiAddress = requireNonNull(address, "address");
      return this;
    }

    /**
     * Starts the server. It has an active authority, and listens if it should, when this returns.
     *
     * @return a running server
     * @throws dev.spiffe4j.SpiffeException if it cannot start; nothing is left running then
     * @throws IllegalArgumentException if two attestors are of one type
     */
    public IdentityServer start() {
      ServerParts parts = new ServerParts(this);
      try {
        parts.start();
      } catch (RuntimeException e) {
        parts.close();
        throw e;
      }
      return new IdentityServer(parts);
    }
  }
}
