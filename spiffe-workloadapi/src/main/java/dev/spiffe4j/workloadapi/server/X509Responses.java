package dev.spiffe4j.workloadapi.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.proto.X509SVID;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/** The messages of the X.509 profile (Workload API §5). */
final class X509Responses {
  private X509Responses() {}

  static byte[] svids(X509Context context) {
    // §5.2.1: no entitlement is no response.
    if (context.svids().isEmpty()) {
      throw noIdentity();
    }
    X509SVIDResponse.Builder response = X509SVIDResponse.newBuilder();
    Set<String> hints = new HashSet<>();
    Set<TrustDomain> own = new HashSet<>();
    for (X509Svid svid : context.svids()) {
      // §5.2.1: hints are unique, and the first one keeps it.
      if (svid.hint().isEmpty() || hints.add(svid.hint().get())) {
        own.add(svid.spiffeId().trustDomain());
        response.addSvids(svid(svid, context));
      }
    }
    new TreeMap<>(context.bundles())
        .forEach(
            (trustDomain, bundle) -> {
              if (!own.contains(trustDomain)) {
                response.putFederatedBundles(key(trustDomain), der(bundle));
              }
            });
    return response.build().toByteArray();
  }

  /** §5.1: everything but the hint is mandatory. */
  private static X509SVID svid(X509Svid svid, X509Context context) {
    byte[] key = key(svid);
    X509Bundle bundle =
        context
            .x509Bundle(svid.spiffeId().trustDomain())
            .filter(own -> !own.authorities().isEmpty())
            .orElseThrow(() -> new IllegalStateException("no own bundle of " + svid.spiffeId()));
    return X509SVID
        .newBuilder()
        .setSpiffeId(svid.spiffeId().toString())
        .setX509Svid(bytes(svid.encodedChain()))
        .setX509SvidKey(bytes(key))
        .setBundle(der(bundle))
        .setHint(svid.hint().orElse(""))
        .build();
  }

  private static byte[] key(X509Svid svid) {
    try {
      return svid.encodedPrivateKey();
    } catch (InvalidDocumentException e) {
      throw new IllegalStateException("the key of " + svid.spiffeId() + " is not extractable", e);
    }
  }

  static byte[] bundles(X509Context context) {
    // §5.2.2: at least the server's own bundle.
    if (context.bundles().isEmpty()) {
      throw noIdentity();
    }
    X509BundlesResponse.Builder response = X509BundlesResponse.newBuilder();
    new TreeMap<>(context.bundles())
        .forEach((trustDomain, bundle) -> response.putBundles(key(trustDomain), der(bundle)));
    return response.build().toByteArray();
  }

  static WorkloadApiException noIdentity() {
    return new WorkloadApiException(Reason.NO_IDENTITY, "no identity issued");
  }

  static String key(TrustDomain trustDomain) {
    return trustDomain.spiffeId().toString();
  }

  private static ByteString der(X509Bundle bundle) {
    return bytes(bundle.encoded());
  }

  /** Wraps an array that nobody else has. */
  private static ByteString bytes(byte[] fresh) {
    return UnsafeByteOperations.unsafeWrap(fresh);
  }
}
