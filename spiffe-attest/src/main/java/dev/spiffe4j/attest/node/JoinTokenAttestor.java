package dev.spiffe4j.attest.node;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidSpiffeIdException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.AttestationException.Reason;
import dev.spiffe4j.attest.store.JoinTokenStore;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;

/** Attests whoever has a token, once. The token becomes a part of the agent's ID, as in SPIRE. */
final class JoinTokenAttestor implements NodeAttestor {
  private static final String TYPE = "join_token";
  private static final int MAX_BYTES = 1024;

  private final TrustDomain trustDomain;
  private final JoinTokenStore tokens;
  private final InstantSource clock;

  JoinTokenAttestor(TrustDomain trustDomain, JoinTokenStore tokens, InstantSource clock) {
    this.trustDomain = requireNonNull(trustDomain, "trustDomain");
    this.tokens = requireNonNull(tokens, "tokens");
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public NodeAttestation attest(byte[] payload, Challenger challenger) {
    if (payload.length == 0 || payload.length > MAX_BYTES) {
      throw refused(Reason.MALFORMED_EVIDENCE, "not a join token");
    }
    // Bytes outside of ASCII are no part of a SPIFFE ID, however they are read.
    String token = new String(payload, StandardCharsets.ISO_8859_1);
    SpiffeId agentId = agentId(token);
    return switch (tokens.consume(token, clock.instant())) {
      case ACCEPTED -> new NodeAttestation(agentId, List.of(), false);
      case USED -> throw refused(Reason.EVIDENCE_SPENT, "join token has been used");
      case EXPIRED -> throw refused(Reason.EVIDENCE_SPENT, "join token has expired");
      case UNKNOWN ->
          throw refused(Reason.EVIDENCE_REFUSED, "join token does not exist or has been used");
    };
  }

  private SpiffeId agentId(String token) {
    try {
      return SpiffeId.of(trustDomain, "spire", "agent", TYPE, token);
    } catch (InvalidSpiffeIdException e) {
      // No cause: its message may quote the token.
      throw refused(Reason.MALFORMED_EVIDENCE, "not a join token: " + e.reason());
    }
  }

  private static AttestationException refused(Reason reason, String message) {
    return new AttestationException(reason, TYPE, message);
  }
}
