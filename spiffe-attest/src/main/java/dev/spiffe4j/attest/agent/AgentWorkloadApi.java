package dev.spiffe4j.attest.agent;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.VerifiedJwtSvid;
import dev.spiffe4j.workloadapi.JwtValidation;
import dev.spiffe4j.workloadapi.Subscription;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.server.Caller;
import dev.spiffe4j.workloadapi.server.Updates;
import dev.spiffe4j.workloadapi.server.WorkloadApiHandler;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers callers by what they are: each call attests its caller anew. Thread-safe. */
final class AgentWorkloadApi implements WorkloadApiHandler {
  /** What the cache keeps of a caller's wishes is bounded. */
  private static final int MAX_AUDIENCE_CHARS = 8 * 1024;

  /** WAPI-43: of foreign tokens, these are always told. */
  private static final Set<String> FOREIGN_CLAIMS = Set.of("sub", "aud", "exp");

  /** What a caller's stream of X.509-SVIDs, of bundles, and of JWT bundles is about. */
  private final WorkloadStream.Kind<X509Context> x509Svids =
      new WorkloadStream.Kind<>(AgentWorkloadApi::x509Context, true);

  private final WorkloadStream.Kind<X509Context> x509Bundles =
      new WorkloadStream.Kind<>(view -> requireVerifier(view).x509Bundles(), false);

  private final WorkloadStream.Kind<Collection<JwtBundle>> jwtBundles =
      new WorkloadStream.Kind<>(view -> requireVerifier(view).jwtBundles(), false);

  private final TrustDomain trustDomain;
  private final CallerAttestor attestor;
  private final Served served;
  private final ServerCalls calls;
  private final InstantSource clock;
  private final boolean allowUnauthenticatedVerifiers;
  private final Set<String> foreignClaims;

  AgentWorkloadApi(
      TrustDomain trustDomain,
      CallerAttestor attestor,
      Served served,
      ServerCalls calls,
      IdentityAgent.Builder options) {
    this.trustDomain = trustDomain;
    this.attestor = attestor;
    this.served = served;
    this.calls = calls;
    this.clock = options.clock;
    this.allowUnauthenticatedVerifiers = options.allowUnauthenticatedVerifiers;
    this.foreignClaims = Set.copyOf(options.foreignClaims);
  }

  @Override
  public Subscription watchX509Context(Caller caller, Updates<X509Context> updates) {
    Set<Selector> selectors = attestor.attest(caller);
    calls.prepare(Served.requireIdentities(served.view(selectors)));
    return WorkloadStream.open(served, caller, selectors, x509Svids, updates);
  }

  private static X509Context x509Context(WorkloadView view) {
    Served.requireIdentities(view);
    if (view.x509Context().svids().isEmpty()) {
      throw Served.unavailable("no X.509-SVID that has not expired, and the server gives none");
    }
    return view.x509Context();
  }

  @Override
  public Subscription watchX509Bundles(Caller caller, Updates<X509Context> updates) {
    return WorkloadStream.open(served, caller, attestor.attest(caller), x509Bundles, updates);
  }

  @Override
  public Subscription watchJwtBundles(Caller caller, Updates<Collection<JwtBundle>> updates) {
    return WorkloadStream.open(served, caller, attestor.attest(caller), jwtBundles, updates);
  }

  /** WAPI-81: who has no identity gets no bundle, or the own one alone if that is allowed. */
  private WorkloadView requireVerifier(WorkloadView view) {
    if (!allowUnauthenticatedVerifiers) {
      Served.requireIdentities(view);
    }
    return view;
  }

  @Override
  public List<JwtSvid> fetchJwtSvids(
      Caller caller, List<String> audience, @Nullable SpiffeId spiffeId) {
    requireBounded(audience);
    WorkloadView view = served.view(attestor.attest(caller));
    List<JwtSvid> svids = new ArrayList<>();
    for (RegistrationEntry entry : Served.requireIdentities(view)) {
      if (spiffeId == null || spiffeId.equals(entry.spiffeId())) {
        token(entry, audience).ifPresent(svids::add);
      }
    }
    if (svids.isEmpty()) {
      throw Served.noIdentity();
    }
    requireAlive(caller);
    return svids;
  }

  /** A token, or nothing if the server says that the entry is not ours to give any more. */
  private Optional<JwtSvid> token(RegistrationEntry entry, List<String> audience) {
    try {
      return Optional.of(calls.token(entry, audience).withHint(entry.hint()));
    } catch (NodeApiException e) {
      if (e.reason() == NodeApiException.Reason.NOT_FOUND
          || e.reason() == NodeApiException.Reason.PERMISSION_DENIED) {
        return Optional.empty();
      }
      throw new WorkloadApiException(
          Reason.UNAVAILABLE, "no JWT-SVID that has not expired, and the server gives none", e);
    }
  }

  private static void requireBounded(List<String> audience) {
    int chars = audience.stream().mapToInt(String::length).sum() + audience.size();
    if (chars > MAX_AUDIENCE_CHARS) {
      throw new WorkloadApiException(
          Reason.INVALID_ARGUMENT,
          "audience of " + chars + " characters (expected: <= " + MAX_AUDIENCE_CHARS + ")");
    }
  }

  /** WAPI-59: the caller may have ended while the server was asked. */
  private static void requireAlive(Caller caller) {
    if (!caller.isAlive()) {
      throw new WorkloadApiException(Reason.CALLER_GONE, "the caller has ended");
    }
  }

  @Override
  public JwtValidation validateJwtSvid(Caller caller, String audience, String token) {
    // No identity is needed; one decides which foreign bundles count.
    WorkloadView view = served.view(attestor.attest(caller));
    try {
      VerifiedJwtSvid verified =
          JwtSvidVerifier.builder(of -> bundle(view, of), audience)
              .clock(clock)
              .build()
              .verify(token);
      return new JwtValidation(verified.spiffeId(), claims(verified));
    } catch (SvidVerificationException e) {
      throw new WorkloadApiException(
          Reason.INVALID_ARGUMENT, "the token does not hold: " + e.reason(), e);
    }
  }

  private static Optional<JwtBundle> bundle(WorkloadView view, TrustDomain of) {
    return view.jwtBundles().stream().filter(bundle -> bundle.trustDomain().equals(of)).findFirst();
  }

  /** WAPI-80: what a foreign trust domain claims beyond the standard is told only if allowed. */
  private Map<String, Object> claims(VerifiedJwtSvid verified) {
    Map<String, Object> claims = new LinkedHashMap<>(verified.claims());
    // WAPI-79: a list, whatever form the token has.
    claims.put("aud", verified.audience());
    if (!verified.spiffeId().isMemberOf(trustDomain)) {
      claims
          .keySet()
          .removeIf(name -> !FOREIGN_CLAIMS.contains(name) && !foreignClaims.contains(name));
    }
    return claims;
  }
}
