package dev.spiffe4j.workloadapi;

import com.google.protobuf.ByteString;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidSpiffeIdException;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.JwtBundles;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import dev.spiffe4j.workloadapi.proto.JWTSVID;
import dev.spiffe4j.workloadapi.proto.JWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.wire.ClaimsStruct;
import dev.spiffe4j.workloadapi.wire.X509Answer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Reading of messages, by a client that trusts its server to mean well, and not to make no
 * mistakes. A bad SVID discards the whole message, as half an identity is none.
 */
final class Responses {
  private static final int MAX_SVIDS = 1000;
  private static final int MAX_HINT_BYTES = 1024;

  private Responses() {}

  /** Workload API §5.2.1. */
  static Parsed<X509Context> x509Context(X509Answer answer) {
    requireCount(answer.svids().size());
    List<X509Svid> svids = new ArrayList<>();
    Map<TrustDomain, X509Bundle> bundles = new TreeMap<>();
    Set<String> hints = new HashSet<>();
    for (X509Answer.Svid message : answer.svids()) {
      // §5.2.1: of equal hints the first one counts.
      if (message.hint().isEmpty() || hints.add(message.hint())) {
        X509Svid svid = valid(() -> x509Svid(message));
        svids.add(svid);
        addOwnBundle(bundles, valid(() -> ownBundle(svid, message)));
      }
    }
    BundleMap<X509Bundle> foreign =
        BundleMap.read(answer.federatedBundles(), Responses::x509Bundle);
    List<String> problems = new ArrayList<>(foreign.problems());
    foreign
        .bundles()
        .forEach(
            (trustDomain, bundle) -> {
              // A federated bundle must never replace the own one.
              if (bundles.putIfAbsent(trustDomain, bundle) != null) {
                problems.add("federated bundle of the own trust domain " + trustDomain);
              }
            });
    return new Parsed<>(X509Context.of(svids, bundles.values()), problems);
  }

  private static X509Svid x509Svid(X509Answer.Svid message) {
    // §4.5: a mandatory field that is empty discards the message.
    requirePresent("spiffe_id", message.spiffeId().isEmpty());
    requirePresent("x509_svid", message.chain().isEmpty());
    requirePresent("x509_svid_key", message.key().isEmpty());
    requirePresent("bundle", message.bundle().isEmpty());
    X509Svid svid = X509Svid.parse(message.chain().toByteArray(), message.key().toByteArray());
    requireSame(svid.spiffeId(), message.spiffeId());
    return svid.withHint(hint(message.hint()));
  }

  private static X509Bundle ownBundle(X509Svid svid, X509Answer.Svid message) {
    return X509Bundle.parse(svid.spiffeId().trustDomain(), message.bundle().toByteArray());
  }

  private static void addOwnBundle(Map<TrustDomain, X509Bundle> bundles, X509Bundle bundle) {
    X509Bundle other = bundles.putIfAbsent(bundle.trustDomain(), bundle);
    if (other != null && !other.equals(bundle)) {
      throw invalid("two different bundles of trust domain " + bundle.trustDomain());
    }
  }

  private static X509Bundle x509Bundle(TrustDomain trustDomain, ByteString der) {
    return X509Bundle.parse(trustDomain, der.toByteArray());
  }

  /** Workload API §5.2.2. */
  static BundleMap<X509Bundle> x509Bundles(X509BundlesResponse response) {
    return atLeastOne(BundleMap.read(response.getBundlesMap(), Responses::x509Bundle));
  }

  /** Workload API §6.2.2. */
  static BundleMap<JwtBundle> jwtBundles(JWTBundlesResponse response) {
    return atLeastOne(
        BundleMap.read(
            response.getBundlesMap(),
            (trustDomain, jwks) -> JwtBundles.parse(trustDomain, jwks.toByteArray())));
  }

  static <B> BundleMap<B> atLeastOne(BundleMap<B> map) {
    if (map.bundles().isEmpty()) {
      throw invalid("no bundle" + (map.problems().isEmpty() ? "" : ": " + map.problems().get(0)));
    }
    return map;
  }

  /** Workload API §6.2.1. */
  static List<JwtSvid> jwtSvids(JWTSVIDResponse response) {
    requireCount(response.getSvidsCount());
    List<JwtSvid> svids = new ArrayList<>();
    Set<String> hints = new HashSet<>();
    for (JWTSVID message : response.getSvidsList()) {
      if (message.getHint().isEmpty() || hints.add(message.getHint())) {
        svids.add(valid(() -> jwtSvid(message)));
      }
    }
    return List.copyOf(svids);
  }

  private static JwtSvid jwtSvid(JWTSVID message) {
    requirePresent("spiffe_id", message.getSpiffeId().isEmpty());
    requirePresent("svid", message.getSvid().isEmpty());
    JwtSvid svid = JwtSvid.parse(message.getSvid());
    requireSame(svid.spiffeId(), message.getSpiffeId());
    return svid.withHint(hint(message.getHint()));
  }

  /** Workload API §6.2.3; the server has verified, and may have left claims out. */
  static JwtValidation validation(ValidateJWTSVIDResponse response, String token) {
    requirePresent("spiffe_id", response.getSpiffeId().isEmpty());
    requirePresent("claims", !response.hasClaims());
    return valid(
        () -> {
          SpiffeId id = JwtSvid.parse(token).spiffeId();
          requireSame(id, response.getSpiffeId());
          return new JwtValidation(id, ClaimsStruct.decode(response.getClaims()));
        });
  }

  /** The field and the document must name one identity. */
  static void requireSame(SpiffeId id, String field) {
    if (!id.equals(SpiffeId.parse(field))) {
      throw invalid("spiffe_id differs from the SVID of " + id);
    }
  }

  static String hint(String hint) {
    if (ByteString.copyFromUtf8(hint).size() > MAX_HINT_BYTES) {
      throw invalid("hint of more than " + MAX_HINT_BYTES + " bytes");
    }
    return hint;
  }

  static void requireCount(int svids) {
    if (svids == 0) {
      throw invalid("no SVID");
    }
    if (svids > MAX_SVIDS) {
      throw invalid("more than " + MAX_SVIDS + " SVIDs");
    }
  }

  static void requirePresent(String field, boolean isEmpty) {
    if (isEmpty) {
      throw invalid("no " + field);
    }
  }

  static <T> T valid(Supplier<T> reading) {
    try {
      return reading.get();
    } catch (InvalidDocumentException | InvalidSpiffeIdException e) {
      throw new WorkloadApiException(Reason.INVALID_RESPONSE, message(e), e);
    }
  }

  private static String message(SpiffeException e) {
    return "Workload API response: " + e.getMessage();
  }

  static WorkloadApiException invalid(String problem) {
    return new WorkloadApiException(Reason.INVALID_RESPONSE, "Workload API response: " + problem);
  }
}
