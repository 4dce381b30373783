package dev.spiffe4j.attest.server;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.attest.AgentApi.X509SvidRequest;
import dev.spiffe4j.attest.AgentApi.X509SvidResult;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.authority.AuthorityException;
import dev.spiffe4j.attest.authority.JwtAuthority;
import dev.spiffe4j.attest.authority.X509Authority;
import dev.spiffe4j.jwt.JwtSvid;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Gives SVIDs for entries: whom they name, and what else they say, comes from the entry. */
final class SvidIssuer {
  private static final int MAX_BATCH = 500;

  private final X509Authority x509Authority;
  private final JwtAuthority jwtAuthority;
  private final SigningRequests requests;
  private final Ttls ttls;
  private final String jwtIssuer;
  private final SecureRandom random;

  /**
   * Makes an issuer.
   *
   * @param jwtIssuer the {@code iss} of tokens; empty for none
   */
  SvidIssuer(
      X509Authority x509Authority,
      JwtAuthority jwtAuthority,
      SigningRequests requests,
      Ttls ttls,
      String jwtIssuer,
      SecureRandom random) {
    this.x509Authority = x509Authority;
    this.jwtAuthority = jwtAuthority;
    this.requests = requests;
    this.ttls = ttls;
    this.jwtIssuer = jwtIssuer;
    this.random = random;
  }

  /**
   * What became of a request.
   *
   * @param spiffeId whom the chain names; null on failure
   */
  record Issued(@Nullable SpiffeId spiffeId, X509SvidResult result) {
    private static Issued failed(NodeApiException failure) {
      return new Issued(null, new X509SvidResult(List.of(), failure));
    }
  }

  /** Signs for some of the entries that the caller is authorized for. */
  List<Issued> x509Svids(List<RegistrationEntry> authorized, List<X509SvidRequest> requests) {
    if (requests.size() > MAX_BATCH) {
      throw new NodeApiException(
          Reason.RESOURCE_EXHAUSTED,
          "batch of " + requests.size() + " (expected: <= " + MAX_BATCH + ")");
    }
    Map<String, RegistrationEntry> byId =
        authorized.stream().collect(Collectors.toMap(RegistrationEntry::id, Function.identity()));
    return requests.stream().map(request -> x509Svid(byId, request)).toList();
  }

  private Issued x509Svid(Map<String, RegistrationEntry> byId, X509SvidRequest request) {
    try {
      RegistrationEntry entry = require(byId.get(request.entryId()), request.entryId());
      PublicKey key = requests.publicKey(request.csr());
      List<X509Certificate> chain =
          x509Authority.sign(
              entry.spiffeId(), entry.dnsNames(), key, ttls.x509Svid(entry.x509SvidTtl()));
      return new Issued(entry.spiffeId(), new X509SvidResult(chain, null));
    } catch (NodeApiException e) {
      return Issued.failed(e);
    } catch (AuthorityException e) {
      return Issued.failed(Failures.of(e));
    }
  }

  JwtSvid jwtSvid(List<RegistrationEntry> authorized, String entryId, List<String> audience) {
    List<String> named = audience.stream().filter(one -> !one.isEmpty()).toList();
    if (named.isEmpty()) {
      throw new NodeApiException(Reason.INVALID_ARGUMENT, "no audience");
    }
    RegistrationEntry entry =
        require(
            authorized.stream().filter(has -> has.id().equals(entryId)).findAny().orElse(null),
            entryId);
    try {
      return jwtAuthority.sign(
          entry.spiffeId(), named, ttls.jwtSvid(entry.jwtSvidTtl()), claims(entry));
    } catch (IllegalArgumentException e) {
      // Too many audiences, or too long ones.
      throw new NodeApiException(Reason.INVALID_ARGUMENT, String.valueOf(e.getMessage()), e);
    } catch (AuthorityException e) {
      throw Failures.of(e);
    }
  }

  private Map<String, Object> claims(RegistrationEntry entry) {
    Map<String, Object> claims = new HashMap<>();
    if (!jwtIssuer.isEmpty()) {
      claims.put("iss", jwtIssuer);
    }
    if (entry.jwtId()) {
      claims.put("jti", Uuids.nextShort(random));
    }
    return claims;
  }

  private static RegistrationEntry require(@Nullable RegistrationEntry entry, String id) {
    if (id.isEmpty()) {
      throw new NodeApiException(Reason.INVALID_ARGUMENT, "no entry ID");
    }
    if (entry == null) {
      // The same for what is not there and what is another agent's.
      throw new NodeApiException(Reason.NOT_FOUND, "entry not found or not authorized");
    }
    return entry;
  }
}
