package dev.spiffe4j.attest.server;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.server.SvidIssuer.Issued;
import dev.spiffe4j.attest.wire.EntryMessages;
import dev.spiffe4j.jwt.JwtSvid;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The calls of an agent in this process, which is authenticated by its SVID like any other. */
final class InProcessAgentApi implements AgentApi {
  private final NodeCalls calls;
  private final X509SvidVerifier verifier;
  private final X509ContextSource agent;

  InProcessAgentApi(NodeCalls calls, X509SvidVerifier verifier, X509ContextSource agent) {
    this.calls = calls;
    this.verifier = verifier;
    this.agent = agent;
  }

  @Override
  public List<X509Certificate> renewAgent(byte[] csr) {
    return calls.renew(caller(), csr);
  }

  @Override
  public List<RegistrationEntry> syncAuthorizedEntries(Collection<RegistrationEntry> known) {
    Map<String, RegistrationEntry> knownById =
        known.stream()
            .collect(Collectors.toMap(RegistrationEntry::id, Function.identity(), (a, b) -> b));
    return calls.authorizedEntries(caller()).stream()
        .map(entry -> knownOrNew(knownById.get(entry.id()), entry))
        .toList();
  }

  private static RegistrationEntry knownOrNew(
      @Nullable RegistrationEntry known, RegistrationEntry entry) {
    return known != null && EntryMessages.isCurrent(known, EntryMessages.revision(entry))
        ? known
        : entry;
  }

  @Override
  public List<X509SvidResult> newX509Svids(List<X509SvidRequest> requests) {
    return calls.newX509Svids(caller(), requests).stream().map(Issued::result).toList();
  }

  @Override
  public JwtSvid newJwtSvid(String entryId, List<String> audience) {
    return calls.newJwtSvid(caller(), entryId, audience);
  }

  @Override
  public TrustBundle bundle() {
    return calls.bundle();
  }

  @Override
  public Optional<TrustBundle> federatedBundle(TrustDomain trustDomain) {
    return calls.federatedBundle(caller(), trustDomain);
  }

  /**
   * Who calls: an SVID object has the private key of its leaf, which is what a handshake proves;
   * the chain is verified here as it is there.
   */
  private VerifiedPeer caller() {
    try {
      return verifier.verify(agent.x509Context().x509Svid().chain());
    } catch (SvidVerificationException e) {
      throw Failures.of(e);
    }
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
