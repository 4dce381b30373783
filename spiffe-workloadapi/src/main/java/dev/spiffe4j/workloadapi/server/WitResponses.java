package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.wit.WitBundles;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.proto.WITBundlesResponse;
import dev.spiffe4j.workloadapi.proto.WITSVID;
import dev.spiffe4j.workloadapi.proto.WITSVIDResponse;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The messages of the WIT profile, which is incubating (Workload API §7). */
final class WitResponses {
  private WitResponses() {}

  static byte[] svids(List<WitSvid> svids) {
    if (svids.isEmpty()) {
      throw X509Responses.noIdentity();
    }
    WITSVIDResponse.Builder response = WITSVIDResponse.newBuilder();
    Set<String> hints = new HashSet<>();
    for (WitSvid svid : svids) {
      // §7.2.1: hints are unique, and the first one keeps it.
      if (svid.hint().isEmpty() || hints.add(svid.hint().get())) {
        response.addSvids(
            WITSVID
                .newBuilder()
                .setSpiffeId(svid.spiffeId().toString())
                .setWitSvid(svid.token())
                .setWitSvidKey(svid.privateJwk())
                .setHint(svid.hint().orElse("")));
      }
    }
    return response.build().toByteArray();
  }

  static byte[] bundles(Collection<WitBundle> bundles) {
    if (bundles.isEmpty()) {
      throw X509Responses.noIdentity();
    }
    WITBundlesResponse.Builder response = WITBundlesResponse.newBuilder();
    SortedMap<TrustDomain, WitBundle> sorted = new TreeMap<>();
    bundles.forEach(bundle -> sorted.put(bundle.trustDomain(), bundle));
    sorted.forEach(
        (trustDomain, bundle) ->
            response.putBundles(X509Responses.key(trustDomain), WitBundles.toJson(bundle)));
    return response.build().toByteArray();
  }
}
