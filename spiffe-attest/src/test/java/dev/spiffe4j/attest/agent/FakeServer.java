package dev.spiffe4j.attest.agent;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.node.NodeAttestationClient;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidSigner;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.jspecify.annotations.Nullable;

/**
 * A server in memory, which signs for real and rotates its authorities by the clock: a new one goes
 * into the bundle at half of the old one's life, and signs when a sixth is left.
 */
@SuppressWarnings("ReferenceEquality")
final class FakeServer implements NodeApi {
  static final Duration AUTHORITY_TTL = Duration.ofHours(24);
  private static final Duration BACKDATE = Duration.ofSeconds(10);

  final TrustDomain trustDomain;
  private final InstantSource clock;
  final Map<String, RegistrationEntry> entries = new LinkedHashMap<>();
  final Map<TrustDomain, TrustBundle> federated = new LinkedHashMap<>();
  final Set<String> failingEntries = new LinkedHashSet<>();
  final List<String> calls = Collections.synchronizedList(new ArrayList<>());
  final List<Integer> batches = new ArrayList<>();

  private final List<FakeAuthority> authorities = new ArrayList<>();
  private final List<JwtKey> jwtKeys = new ArrayList<>();
  private final Set<X509Certificate> tainted = new LinkedHashSet<>();
  private final Set<String> taintedKeys = new LinkedHashSet<>();
  private FakeAuthority active;
  private JwtKey activeJwt;
  private int jwtCount;

  Duration x509Ttl = Duration.ofHours(1);
  Duration jwtTtl = Duration.ofMinutes(5);
  Duration agentTtl = Duration.ofHours(1);
  boolean reattestable;
  boolean down;
  @Nullable Reason refusal;
  Set<X509Certificate> agentAuthorities = Set.of();
  @Nullable RuntimeException attestFailure;

  record JwtKey(JwtSvidSigner signer, Instant expiresAt) {}

  FakeServer(String trustDomain, InstantSource clock) {
    this.trustDomain = TrustDomain.parse(trustDomain);
    this.clock = clock;
    this.active = newAuthority();
    this.activeJwt = newJwtKey();
  }

  // What a test does to the server.

  SpiffeId id(String path) {
    return SpiffeId.parse(trustDomain.spiffeId() + path);
  }

  SpiffeId agentId() {
    return id("/spire/agent/fake/node");
  }

  RegistrationEntry.Builder entry(String id, String path, String... selectors) {
    RegistrationEntry.Builder builder =
        RegistrationEntry.builder(id(path), agentId()).id(id).createdAt(now());
    for (String selector : selectors) {
      builder.selector("test", selector);
    }
    return builder;
  }

  void put(RegistrationEntry.Builder entry) {
    RegistrationEntry built = entry.build();
    RegistrationEntry before = entries.get(built.id());
    long revision = before == null ? 0 : before.revision() + 1;
    entries.put(built.id(), built.toBuilder().revision(revision).build());
  }

  /** Starts a change of an entry. */
  RegistrationEntry.Builder change(String id) {
    RegistrationEntry entry = entries.get(id);
    if (entry == null) {
      throw new IllegalArgumentException("no entry " + id);
    }
    return entry.toBuilder();
  }

  FakeAuthority newAuthority() {
    FakeAuthority authority =
        new FakeAuthority(trustDomain, now().minus(BACKDATE), now().plus(AUTHORITY_TTL));
    authorities.add(authority);
    return authority;
  }

  private JwtKey newJwtKey() {
    KeyPair keys = FakeAuthority.newKeyPair();
    JwtSvidSigner signer =
        JwtSvidSigner.of("key-" + jwtCount++, keys.getPrivate(), keys.getPublic());
    JwtKey key = new JwtKey(signer, now().plus(AUTHORITY_TTL));
    jwtKeys.add(key);
    return key;
  }

  /** Signs with new authorities; the old ones stay in the bundle. */
  void rotate() {
    active = newAuthority();
    activeJwt = newJwtKey();
  }

  void taintOld() {
    authorities.stream()
        .filter(has -> has != active)
        .forEach(has -> tainted.add(has.certificate()));
    jwtKeys.stream()
        .filter(has -> has != activeJwt)
        .forEach(has -> taintedKeys.add(has.signer().keyId()));
  }

  void revokeOld() {
    authorities.removeIf(has -> has != active);
    jwtKeys.removeIf(has -> has != activeJwt);
  }

  long count(String call) {
    return List.copyOf(calls).stream().filter(call::equals).count();
  }

  X509Certificate activeAuthority() {
    return active.certificate();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  private void rotateByClock() {
    FakeAuthority newest = authorities.get(authorities.size() - 1);
    Duration left = Duration.between(now(), active.notAfter());
    if (newest == active && left.compareTo(AUTHORITY_TTL.dividedBy(2)) < 0) {
      newAuthority();
      newJwtKey();
    } else if (left.compareTo(AUTHORITY_TTL.dividedBy(6)) < 0) {
      active = newest;
      activeJwt = jwtKeys.get(jwtKeys.size() - 1);
    }
    authorities.removeIf(has -> has.notAfter().isBefore(now()));
    jwtKeys.removeIf(has -> has.expiresAt().isBefore(now()));
  }

  JwtSvid signJwt(String entryId, List<String> audience) {
    RegistrationEntry entry = entries.get(entryId);
    if (entry == null || failingEntries.contains(entryId)) {
      throw new NodeApiException(Reason.NOT_FOUND, "entry not authorized");
    }
    Duration ttl = entry.jwtSvidTtl().isZero() ? jwtTtl : entry.jwtSvidTtl();
    return activeJwt.signer().sign(entry.spiffeId(), audience, now(), now().plus(ttl));
  }

  // NodeApi

  private void begin(String call) {
    calls.add(call);
    if (down) {
      throw new NodeApiException(Reason.UNAVAILABLE, "the server is down");
    }
    rotateByClock();
  }

  @Override
  public TrustDomain trustDomain() {
    return trustDomain;
  }

  @Override
  public AgentSvid attestAgent(NodeAttestationClient attestor, byte[] csr) {
    begin("attestAgent");
    if (attestFailure != null) {
      throw attestFailure;
    }
    return new AgentSvid(signAgent(csr), reattestable);
  }

  private List<X509Certificate> signAgent(byte[] csr) {
    refusal = null;
    return List.of(
        active.sign(
            agentId(), publicKey(csr), now().minus(BACKDATE), now().plus(agentTtl), List.of()));
  }

  @Override
  public TrustBundle bundle() {
    begin("bundle");
    return new TrustBundle(
        trustDomain,
        authorities.stream()
            .map(
                has ->
                    new TrustBundle.X509Authority(
                        has.certificate(), tainted.contains(has.certificate())))
            .toList(),
        jwtKeys.stream()
            .map(
                has ->
                    new TrustBundle.JwtAuthority(
                        has.signer().keyId(),
                        has.signer().publicKey(),
                        has.expiresAt(),
                        taintedKeys.contains(has.signer().keyId())))
            .toList(),
        calls.size(),
        Duration.ZERO);
  }

  @Override
  public AgentApi agentApi(X509ContextSource agent) {
    return new Agent(agent);
  }

  @Override
  public void close() {
    calls.add("close");
  }

  static PublicKey publicKey(byte[] csr) {
    try {
      JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(csr);
      if (!request.isSignatureValid(
          new JcaContentVerifierProviderBuilder().build(request.getPublicKey()))) {
        throw new NodeApiException(Reason.INVALID_ARGUMENT, "CSR is not signed by its key");
      }
      return request.getPublicKey();
    } catch (IOException | GeneralSecurityException | OperatorCreationException | PKCSException e) {
      throw new NodeApiException(Reason.INVALID_ARGUMENT, "not a CSR", e);
    }
  }

  private final class Agent implements AgentApi {
    private final X509ContextSource agent;

    Agent(X509ContextSource agent) {
      this.agent = agent;
    }

    private void beginAsAgent(String call) {
      begin(call);
      agentAuthorities = agent.x509Bundle(trustDomain).orElseThrow().authorities();
      if (refusal != null) {
        throw new NodeApiException(refusal, "refused");
      }
      if (!clock.instant().isBefore(agent.x509Svid().expiresAt())) {
        throw new NodeApiException(Reason.AGENT_EXPIRED, "expired");
      }
    }

    @Override
    public List<X509Certificate> renewAgent(byte[] csr) {
      beginAsAgent("renewAgent");
      if (reattestable) {
        throw new NodeApiException(Reason.AGENT_MUST_REATTEST, "attest again");
      }
      return signAgent(csr);
    }

    @Override
    public List<RegistrationEntry> syncAuthorizedEntries(Collection<RegistrationEntry> known) {
      beginAsAgent("syncAuthorizedEntries");
      return List.copyOf(entries.values());
    }

    @Override
    public List<X509SvidResult> newX509Svids(List<X509SvidRequest> requests) {
      beginAsAgent("newX509Svids");
      if (requests.size() > 500) {
        throw new NodeApiException(Reason.INVALID_ARGUMENT, "more than 500 requests");
      }
      batches.add(requests.size());
      return requests.stream().map(this::newX509Svid).toList();
    }

    private X509SvidResult newX509Svid(X509SvidRequest request) {
      RegistrationEntry entry = entries.get(request.entryId());
      if (entry == null || failingEntries.contains(request.entryId())) {
        return new X509SvidResult(
            List.of(), new NodeApiException(Reason.NOT_FOUND, "entry not authorized"));
      }
      Duration ttl = entry.x509SvidTtl().isZero() ? x509Ttl : entry.x509SvidTtl();
      X509Certificate leaf =
          active.sign(
              entry.spiffeId(),
              publicKey(request.csr()),
              now().minus(BACKDATE),
              now().plus(ttl),
              entry.dnsNames());
      return new X509SvidResult(List.of(leaf), null);
    }

    @Override
    public JwtSvid newJwtSvid(String entryId, List<String> audience) {
      beginAsAgent("newJwtSvid");
      return signJwt(entryId, audience);
    }

    @Override
    public TrustBundle bundle() {
      beginAsAgent("agentBundle");
      return FakeServer.this.bundle();
    }

    @Override
    public Optional<TrustBundle> federatedBundle(TrustDomain other) {
      beginAsAgent("federatedBundle");
      return Optional.ofNullable(federated.get(other));
    }

    @Override
    public void close() {
      calls.add("agentApi.close");
    }
  }
}
