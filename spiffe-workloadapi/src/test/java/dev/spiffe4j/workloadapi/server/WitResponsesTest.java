package dev.spiffe4j.workloadapi.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.wit.ConfirmationKey;
import dev.spiffe4j.jwt.wit.WitBundles;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.jwt.wit.WitSvidSigner;
import dev.spiffe4j.workloadapi.TestAuthority;
import dev.spiffe4j.workloadapi.proto.WITBundlesResponse;
import dev.spiffe4j.workloadapi.proto.WITSVID;
import dev.spiffe4j.workloadapi.proto.WITSVIDResponse;
import java.security.KeyPair;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The WIT profile, written. */
class WitResponsesTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");

  private static WitSvid issue(String path) {
    KeyPair keys = new TestAuthority("workload").keys();
    return WitSvidSigner.of("w", OWN.keys().getPrivate(), OWN.keys().getPublic())
        .sign(
            SpiffeId.parse("spiffe://example.org" + path),
            ConfirmationKey.of(keys.getPublic()),
            TestAuthority.NOW)
        .withPrivateKey(keys.getPrivate());
  }

  @Test
  @DisplayName("WAPI-27: of equal hints the first is sent, and each that has none")
  void sendsFirstOfAHint() throws Exception {
    List<WitSvid> svids =
        List.of(issue("/web").withHint("a"), issue("/db").withHint("a"), issue("/db"));
    WITSVIDResponse sent = WITSVIDResponse.parseFrom(WitResponses.svids(svids));
    assertThat(sent.getSvidsList()).extracting(WITSVID::getHint).containsExactly("a", "");
    assertThat(sent.getSvids(0).getWitSvid()).isEqualTo(svids.get(0).token());
  }

  @Test
  @DisplayName("WAPI-53: bundles are sent under the IDs of their trust domains")
  void sendsBundles() throws Exception {
    WitBundle bundle = WitBundle.of(OWN.trustDomain(), Map.of("w", OWN.keys().getPublic()));
    WITBundlesResponse sent = WITBundlesResponse.parseFrom(WitResponses.bundles(List.of(bundle)));
    assertThat(sent.getBundlesMap())
        .isEqualTo(Map.of("spiffe://example.org", WitBundles.toJson(bundle)));
  }
}
