package dev.spiffe4j.attest;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A registration entry: who under which parent gets which SPIFFE ID if the attestors found all of
 * its selectors. Immutable and thread-safe.
 */
public final class RegistrationEntry {
  private final String id;
  private final SpiffeId spiffeId;
  private final SpiffeId parentId;
  private final Set<Selector> selectors;
  private final Duration x509SvidTtl;
  private final Duration jwtSvidTtl;
  private final List<String> dnsNames;
  private final Set<TrustDomain> federatesWith;
  private final boolean admin;
  private final boolean downstream;
  private final boolean storeSvid;
  private final boolean prefetch;
  private final boolean jwtId;
  private final String hint;
  private final @Nullable Instant expiresAt;
  private final Instant createdAt;
  private final long revision;

  private RegistrationEntry(Builder builder) {
    this.id = builder.id;
    this.spiffeId = builder.spiffeId;
    this.parentId = builder.parentId;
    this.selectors = Collections.unmodifiableSet(new TreeSet<>(builder.selectors));
    this.x509SvidTtl = builder.x509SvidTtl;
    this.jwtSvidTtl = builder.jwtSvidTtl;
    this.dnsNames = List.copyOf(builder.dnsNames);
    this.federatesWith = Collections.unmodifiableSet(new TreeSet<>(builder.federatesWith));
    this.admin = builder.admin;
    this.downstream = builder.downstream;
    this.storeSvid = builder.storeSvid;
    this.prefetch = builder.prefetch;
    this.jwtId = builder.jwtId;
    this.hint = builder.hint;
    this.expiresAt = builder.expiresAt;
    this.createdAt = builder.createdAt;
    this.revision = builder.revision;
  }

  /**
   * Starts an entry.
   *
   * @param spiffeId what the workload gets
   * @param parentId the agent, or the alias of agents, that may give it
   * @return a builder
   */
  public static Builder builder(SpiffeId spiffeId, SpiffeId parentId) {
    return new Builder(spiffeId, parentId);
  }

  /**
   * Starts an entry that is like this one.
   *
   * @return a builder with all that this entry has
   */
  public Builder toBuilder() {
    Builder builder = new Builder(spiffeId, parentId);
    builder.id = id;
    builder.selectors.addAll(selectors);
    builder.x509SvidTtl = x509SvidTtl;
    builder.jwtSvidTtl = jwtSvidTtl;
    builder.dnsNames.addAll(dnsNames);
    builder.federatesWith.addAll(federatesWith);
    builder.admin = admin;
    builder.downstream = downstream;
    builder.storeSvid = storeSvid;
    builder.prefetch = prefetch;
    builder.jwtId = jwtId;
    builder.hint = hint;
    builder.expiresAt = expiresAt;
    builder.createdAt = createdAt;
    builder.revision = revision;
    return builder;
  }

  /**
   * The entry's ID.
   *
   * @return the ID; empty until a store has given it one
   */
  public String id() {
    return id;
  }

  /**
   * What the workload gets.
   *
   * @return the SPIFFE ID of its SVIDs
   */
  public SpiffeId spiffeId() {
    return spiffeId;
  }

  /**
   * Who may give it.
   *
   * @return the SPIFFE ID of an agent, of an alias of agents, or of the server for an alias itself
   */
  public SpiffeId parentId() {
    return parentId;
  }

  /**
   * What the attestors must have found, all of it.
   *
   * @return the selectors, sorted, unmodifiable
   */
  public Set<Selector> selectors() {
    return selectors;
  }

  /**
   * How long its X.509-SVIDs live.
   *
   * @return the lifetime; zero for the server's default
   */
  public Duration x509SvidTtl() {
    return x509SvidTtl;
  }

  /**
   * How long its JWT-SVIDs live.
   *
   * @return the lifetime; zero for the server's default
   */
  public Duration jwtSvidTtl() {
    return jwtSvidTtl;
  }

  /**
   * DNS names for its X.509-SVIDs.
   *
   * @return the names, in order
   */
  public List<String> dnsNames() {
    return dnsNames;
  }

  /**
   * Whose foreign bundles the workload gets.
   *
   * @return the trust domains, sorted, unmodifiable
   */
  public Set<TrustDomain> federatesWith() {
    return federatesWith;
  }

  /**
   * Whether the workload may administer the server.
   *
   * @return true if it may
   */
  public boolean admin() {
    return admin;
  }

  /**
   * Whether the workload is a server below this one.
   *
   * @return true if it is
   */
  public boolean downstream() {
    return downstream;
  }

  /**
   * Whether the agent puts the SVID into a store instead of serving it.
   *
   * @return true if it does
   */
  public boolean storeSvid() {
    return storeSvid;
  }

  /**
   * Whether the agent gets the X.509-SVID before a workload asks.
   *
   * @return true, the default, if it does
   */
  public boolean prefetch() {
    return prefetch;
  }

  /**
   * Whether its JWT-SVIDs carry a {@code jti}.
   *
   * @return true if they do
   */
  public boolean jwtId() {
    return jwtId;
  }

  /**
   * What its SVIDs are meant for.
   *
   * @return the hint; empty for none
   */
  public String hint() {
    return hint;
  }

  /**
   * When the entry ends.
   *
   * @return the end, or nothing if it has none
   */
  public Optional<Instant> expiresAt() {
    return Optional.ofNullable(expiresAt);
  }

  /**
   * When a store took it in.
   *
   * @return the time, whole seconds
   */
  public Instant createdAt() {
    return createdAt;
  }

  /**
   * How often it was changed.
   *
   * @return a number that grows with each change
   */
  public long revision() {
    return revision;
  }

  @Override
  public String toString() {
    return "RegistrationEntry[" + id + ", " + spiffeId + " under " + parentId + "]";
  }

  /** Puts an entry together. Not thread-safe. */
  public static final class Builder {
    private final SpiffeId spiffeId;
    private final SpiffeId parentId;
    private final Set<Selector> selectors = new TreeSet<>();
    private final List<String> dnsNames = new ArrayList<>();
    private final Set<TrustDomain> federatesWith = new TreeSet<>();
    private String id = "";
    private Duration x509SvidTtl = Duration.ZERO;
    private Duration jwtSvidTtl = Duration.ZERO;
    private boolean admin;
    private boolean downstream;
    private boolean storeSvid;
    private boolean prefetch = true;
    private boolean jwtId;
    private String hint = "";
    private @Nullable Instant expiresAt;
    private Instant createdAt = Instant.EPOCH;
    private long revision;

    private Builder(SpiffeId spiffeId, SpiffeId parentId) {
      this.spiffeId = requireNonNull(spiffeId, "spiffeId");
      this.parentId = requireNonNull(parentId, "parentId");
    }

    /**
     * Names the entry; a store names it otherwise.
     *
     * @param id 1 to 255 of {@code A-Z a-z 0-9 . _ -}
     * @return this
     */
    public Builder id(String id) {
      this.id = requireNonNull(id, "id");
      return this;
    }

    /**
     * Adds something that the attestors must find.
     *
     * @param type the attestor's type
     * @param value what it must find
     * @return this
     */
    public Builder selector(String type, String value) {
      selectors.add(new Selector(type, value));
      return this;
    }

    /**
     * Adds what the attestors must find.
     *
     * @param more the selectors
     * @return this
     */
    public Builder selectors(Collection<Selector> more) {
      selectors.addAll(more);
      return this;
    }

    /**
     * Sets the lifetime of X.509-SVIDs.
     *
     * @param ttl whole seconds; zero for the server's default
     * @return this
     */
    public Builder x509SvidTtl(Duration ttl) {
      this.x509SvidTtl = requireTtl(ttl);
      return this;
    }

    /**
     * Sets the lifetime of JWT-SVIDs.
     *
     * @param ttl whole seconds; zero for the server's default
     * @return this
     */
    public Builder jwtSvidTtl(Duration ttl) {
      this.jwtSvidTtl = requireTtl(ttl);
      return this;
    }

    private static Duration requireTtl(Duration ttl) {
      if (ttl.isNegative() || ttl.toNanosPart() != 0 || ttl.toSeconds() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("ttl: " + ttl + " (expected: whole seconds, >= 0)");
      }
      return ttl;
    }

    /**
     * Adds DNS names for X.509-SVIDs.
     *
     * @param names the names, in order
     * @return this
     */
    public Builder dnsNames(Collection<String> names) {
      dnsNames.addAll(names);
      return this;
    }

    /**
     * Adds trust domains whose bundles the workload gets.
     *
     * @param trustDomains foreign trust domains
     * @return this
     */
    public Builder federatesWith(Collection<TrustDomain> trustDomains) {
      federatesWith.addAll(trustDomains);
      return this;
    }

    /**
     * Sets whether the workload may administer the server.
     *
     * @param admin true if it may
     * @return this
     */
    public Builder admin(boolean admin) {
      this.admin = admin;
      return this;
    }

    /**
     * Sets whether the workload is a server below this one.
     *
     * @param downstream true if it is
     * @return this
     */
    public Builder downstream(boolean downstream) {
      this.downstream = downstream;
      return this;
    }

    /**
     * Sets whether the agent puts the SVID into a store.
     *
     * @param storeSvid true if it does
     * @return this
     */
    public Builder storeSvid(boolean storeSvid) {
      this.storeSvid = storeSvid;
      return this;
    }

    /**
     * Sets whether the agent gets the X.509-SVID before a workload asks.
     *
     * @param prefetch false to wait for a workload
     * @return this
     */
    public Builder prefetch(boolean prefetch) {
      this.prefetch = prefetch;
      return this;
    }

    /**
     * Sets whether JWT-SVIDs carry a {@code jti}.
     *
     * @param jwtId true if they do
     * @return this
     */
    public Builder jwtId(boolean jwtId) {
      this.jwtId = jwtId;
      return this;
    }

    /**
     * Sets what the SVIDs are meant for.
     *
     * @param hint at most 1024 characters; empty for none
     * @return this
     */
    public Builder hint(String hint) {
      if (hint.length() > 1024) {
        throw new IllegalArgumentException("hint: " + hint.length() + " (expected: <= 1024)");
      }
      this.hint = hint;
      return this;
    }

    /**
     * Sets the end of the entry.
     *
     * @param expiresAt the end, or null for none
     * @return this
     */
    @SuppressWarnings("exports") // callers need no JSpecify
    public Builder expiresAt(@Nullable Instant expiresAt) {
      this.expiresAt = expiresAt;
      return this;
    }

    /**
     * Sets when a store took the entry in; stores and wire codecs do.
     *
     * @param createdAt the time
     * @return this
     */
    public Builder createdAt(Instant createdAt) {
      this.createdAt = requireNonNull(createdAt, "createdAt");
      return this;
    }

    /**
     * Sets the number of the change; stores and wire codecs do.
     *
     * @param revision the number
     * @return this
     */
    public Builder revision(long revision) {
      this.revision = revision;
      return this;
    }

    /**
     * Makes the entry.
     *
     * @return the entry
     */
    public RegistrationEntry build() {
      return new RegistrationEntry(this);
    }
  }
}
