package dev.spiffe4j.workloadapi.server;

import com.google.protobuf.ByteString;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.JwtBundles;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.workloadapi.JwtValidation;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import dev.spiffe4j.workloadapi.proto.JWTSVID;
import dev.spiffe4j.workloadapi.proto.JWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.wire.ClaimsStruct;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The messages of the JWT profile (Workload API §6). */
final class JwtResponses {
  private JwtResponses() {}

  static byte[] svids(List<JwtSvid> svids) {
    if (svids.isEmpty()) {
      throw X509Responses.noIdentity();
    }
    JWTSVIDResponse.Builder response = JWTSVIDResponse.newBuilder();
    Set<String> hints = new HashSet<>();
    for (JwtSvid svid : svids) {
      // §6.2.1: hints are unique, and the first one keeps it.
      if (svid.hint().isEmpty() || hints.add(svid.hint().get())) {
        response.addSvids(svid(svid));
      }
    }
    return response.build().toByteArray();
  }

  private static JWTSVID svid(JwtSvid svid) {
    return JWTSVID
        .newBuilder()
        .setSpiffeId(svid.spiffeId().toString())
        .setSvid(svid.token())
        .setHint(svid.hint().orElse(""))
        .build();
  }

  static byte[] bundles(Collection<JwtBundle> bundles) {
    if (bundles.isEmpty()) {
      throw X509Responses.noIdentity();
    }
    JWTBundlesResponse.Builder response = JWTBundlesResponse.newBuilder();
    // Sorted, so that equal bundles are equal messages.
    SortedMap<TrustDomain, JwtBundle> sorted = new TreeMap<>();
    bundles.forEach(bundle -> sorted.put(bundle.trustDomain(), bundle));
    sorted.forEach(
        (trustDomain, bundle) ->
            response.putBundles(
                X509Responses.key(trustDomain), ByteString.copyFrom(JwtBundles.toJson(bundle))));
    return response.build().toByteArray();
  }

  static byte[] validation(JwtValidation validation) {
    return ValidateJWTSVIDResponse.newBuilder()
        .setSpiffeId(validation.spiffeId().toString())
        .setClaims(ClaimsStruct.encode(validation.claims()))
        .build()
        .toByteArray();
  }
}
