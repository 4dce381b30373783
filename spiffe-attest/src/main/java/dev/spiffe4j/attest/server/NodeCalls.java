package dev.spiffe4j.attest.server;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.attest.AgentApi.X509SvidRequest;
import dev.spiffe4j.attest.AttestedNode;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.authority.AuthorityException;
import dev.spiffe4j.attest.node.NodeAttestor.Challenger;
import dev.spiffe4j.attest.server.AgentAttestation.Attested;
import dev.spiffe4j.attest.server.SvidIssuer.Issued;
import dev.spiffe4j.jwt.JwtSvid;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * The calls of the node API, the same for callers in this process and on the wire. Each call of an
 * agent is checked anew. Thread-safe.
 */
final class NodeCalls {
  private final TrustDomain trustDomain;
  private final AgentCheck agents;
  private final AgentAttestation attestation;
  private final SvidIssuer issuer;
  private final Mirror mirror;
  private final InstantSource clock;
  private volatile boolean closed;

  NodeCalls(
      TrustDomain trustDomain,
      AgentCheck agents,
      AgentAttestation attestation,
      SvidIssuer issuer,
      Mirror mirror,
      InstantSource clock) {
    this.trustDomain = trustDomain;
    this.agents = agents;
    this.attestation = attestation;
    this.issuer = issuer;
    this.mirror = mirror;
    this.clock = clock;
  }

  TrustDomain trustDomain() {
    return trustDomain;
  }

  Attested attest(String type, byte[] payload, Challenger challenger, byte[] csr) {
    requireOpen();
    try {
      return attestation.attest(type, payload, challenger, csr);
    } catch (AuthorityException e) {
      throw Failures.of(e);
    }
  }

  List<X509Certificate> renew(VerifiedPeer caller, byte[] csr) {
    AttestedNode node = check(caller);
    try {
      return attestation.renew(caller, node, csr);
    } catch (AuthorityException e) {
      throw Failures.of(e);
    }
  }

  void postStatus(VerifiedPeer caller) {
    check(caller);
  }

  List<RegistrationEntry> authorizedEntries(VerifiedPeer caller) {
    return authorizedEntries(check(caller));
  }

  private List<RegistrationEntry> authorizedEntries(AttestedNode node) {
    return mirror.graph().authorized(node, clock.instant());
  }

  List<Issued> newX509Svids(VerifiedPeer caller, List<X509SvidRequest> requests) {
    return issuer.x509Svids(authorizedEntries(check(caller)), requests);
  }

  JwtSvid newJwtSvid(VerifiedPeer caller, String entryId, List<String> audience) {
    return issuer.jwtSvid(authorizedEntries(check(caller)), entryId, audience);
  }

  TrustBundle bundle() {
    requireOpen();
    return mirror.bundle();
  }

  Optional<TrustBundle> federatedBundle(VerifiedPeer caller, TrustDomain of) {
    check(caller);
    if (of.equals(trustDomain)) {
      throw new NodeApiException(Reason.INVALID_ARGUMENT, "the own trust domain is not foreign");
    }
    return mirror.bundle(of);
  }

  private AttestedNode check(VerifiedPeer caller) {
    requireOpen();
    return agents.check(caller);
  }

  private void requireOpen() {
    if (closed) {
      throw new NodeApiException(Reason.UNAVAILABLE, "the server is closed");
    }
  }

  void close() {
    closed = true;
  }
}
