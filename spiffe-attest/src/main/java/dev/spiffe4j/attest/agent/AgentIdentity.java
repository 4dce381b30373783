package dev.spiffe4j.attest.agent;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.NodeApi;
import dev.spiffe4j.attest.NodeApi.AgentSvid;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.node.NodeAttestationClient;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The agent's own SVID and what it verifies the server with. Changed by one thread at a time, read
 * by all.
 */
final class AgentIdentity implements X509ContextSource {
  private static final String AGENT_PATH = "/spire/agent/";

  private final NodeApi nodeApi;
  private final NodeAttestationClient attestation;
  private final InstantSource clock;
  private final SecureRandom random;
  private volatile @Nullable Held held;

  private record Held(X509Context context, boolean reattestable, Instant renewAt) {}

  AgentIdentity(
      NodeApi nodeApi,
      NodeAttestationClient attestation,
      InstantSource clock,
      SecureRandom random) {
    this.nodeApi = nodeApi;
    this.attestation = attestation;
    this.clock = clock;
    this.random = random;
  }

  /** Asks the server for something that needs no SVID; throws if it does not answer. */
  void requireServer() {
    nodeApi.bundle();
  }

  /** Attests the node, with a new key. */
  void attest() {
    // The bundle first: a proof that is taken once must not be lost because this call fails.
    X509Bundle bundle = nodeApi.bundle().x509Bundle();
    SvidKey key = SvidKey.generate(SvidKeyType.EC_P256, random);
    AgentSvid signed = nodeApi.attestAgent(attestation, key.csr());
    hold(requireAgent(key.svid(signed.chain())), bundle, signed.reattestable());
  }

  /** Renews the SVID, with a new key: by attesting again where that is possible. */
  void renew(AgentApi api) {
    Held old = held();
    if (old.reattestable()) {
      attest();
      return;
    }
    SvidKey key = SvidKey.generate(SvidKeyType.EC_P256, random);
    X509Svid svid = key.svid(api.renewAgent(key.csr()), old.context().x509Svid().spiffeId());
    hold(svid, bundle(old), false);
  }

  private X509Svid requireAgent(X509Svid svid) {
    SpiffeId id = svid.spiffeId();
    if (!id.isMemberOf(nodeApi.trustDomain()) || !id.path().startsWith(AGENT_PATH)) {
      throw new NodeApiException(Reason.INVALID_RESPONSE, "the server attested the agent as " + id);
    }
    return svid;
  }

  private void hold(X509Svid svid, X509Bundle bundle, boolean reattestable) {
    held =
        new Held(
            X509Context.of(List.of(svid), List.of(bundle)),
            reattestable,
            HalfLife.renewAt(svid.notBefore(), svid.expiresAt(), random));
  }

  /** Verifies the server with a new bundle from now on. */
  void trust(X509Bundle bundle) {
    Held old = held;
    if (old != null && !bundle(old).equals(bundle)) {
      X509Context context = X509Context.of(old.context().svids(), List.of(bundle));
      held = new Held(context, old.reattestable(), old.renewAt());
    }
  }

  private X509Bundle bundle(Held of) {
    return of.context().x509Bundle(nodeApi.trustDomain()).orElseThrow();
  }

  /** Forgets the SVID and its key. */
  void forget() {
    held = null;
  }

  boolean isRenewalDue() {
    return !clock.instant().isBefore(held().renewAt());
  }

  boolean isExpired() {
    return !clock.instant().isBefore(expiresAt());
  }

  boolean isReattestable() {
    return held().reattestable();
  }

  Instant expiresAt() {
    return held().context().x509Svid().expiresAt();
  }

  SpiffeId spiffeId() {
    return held().context().x509Svid().spiffeId();
  }

  @Override
  public X509Context x509Context() {
    return held().context();
  }

  private Held held() {
    Held now = held;
    if (now == null) {
      throw new NodeApiException(Reason.AGENT_NOT_ATTESTED, "the agent has no SVID");
    }
    return now;
  }
}
