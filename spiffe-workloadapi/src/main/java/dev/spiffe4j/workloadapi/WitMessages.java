package dev.spiffe4j.workloadapi;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.wit.WitBundles;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.proto.WITBundlesResponse;
import dev.spiffe4j.workloadapi.proto.WITSVID;
import dev.spiffe4j.workloadapi.proto.WITSVIDResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The messages of the WIT profile, which is incubating: read (Workload API §7). */
final class WitMessages {
  private WitMessages() {}

  /** §7.2.1; that a key is the one of its token's {@code cnf} is checked where they are joined. */
  static List<WitSvid> svids(WITSVIDResponse response, @Nullable SpiffeId subject) {
    Responses.requireCount(response.getSvidsCount());
    List<WitSvid> svids = new ArrayList<>();
    Set<String> hints = new HashSet<>();
    for (WITSVID message : response.getSvidsList()) {
      if (message.getHint().isEmpty() || hints.add(message.getHint())) {
        svids.add(Responses.valid(() -> svid(message)));
      }
    }
    if (subject != null && svids.stream().anyMatch(svid -> !svid.spiffeId().equals(subject))) {
      throw Responses.invalid("a WIT-SVID of another identity than " + subject);
    }
    return List.copyOf(svids);
  }

  private static WitSvid svid(WITSVID message) {
    Responses.requirePresent("spiffe_id", message.getSpiffeId().isEmpty());
    Responses.requirePresent("wit_svid", message.getWitSvid().isEmpty());
    Responses.requirePresent("wit_svid_key", message.getWitSvidKey().isEmpty());
    WitSvid svid = WitSvid.parse(message.getWitSvid(), message.getWitSvidKey());
    Responses.requireSame(svid.spiffeId(), message.getSpiffeId());
    return svid.withHint(Responses.hint(message.getHint()));
  }

  /** §7.2.2. */
  static BundleMap<WitBundle> bundles(WITBundlesResponse response) {
    return Responses.atLeastOne(BundleMap.read(response.getBundlesMap(), WitBundles::parse));
  }
}
