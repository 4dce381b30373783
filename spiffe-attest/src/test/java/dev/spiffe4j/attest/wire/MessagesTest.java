package dev.spiffe4j.attest.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.attest.TestRequests;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.proto.entry.EntryRevision;
import dev.spiffe4j.attest.proto.types.Bundle;
import dev.spiffe4j.attest.proto.types.Entry;
import dev.spiffe4j.attest.proto.types.JWTKey;
import dev.spiffe4j.attest.proto.types.SPIFFEID;
import dev.spiffe4j.attest.proto.types.Selector;
import dev.spiffe4j.attest.proto.types.X509Certificate;
import dev.spiffe4j.attest.proto.types.X509SVID;
import dev.spiffe4j.testing.TestTrustDomain;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private static void assertRefused(Reason reason, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            InvalidDocumentException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static SPIFFEID id(String trustDomain, String path) {
    return SPIFFEID.newBuilder().setTrustDomain(trustDomain).setPath(path).build();
  }

  @Test
  void anIdIsWhatItsPartsAreAndNoOther() {
    assertThat(Ids.spiffeId(id("example.org", "/a/b"))).hasToString("spiffe://example.org/a/b");
    assertThat(Ids.spiffeId(id("example.org", ""))).hasToString("spiffe://example.org");
    for (SPIFFEID bad :
        new SPIFFEID[] {
          id("example.org/x", "/a"),
          id("example.org", ".evil/a"),
          id("example.org", "a"),
          id("example.org", "/"),
          id("example.org", "/../b"),
          id("", "/a"),
          id("Example.org", "/a"),
        }) {
      assertRefused(Reason.BAD_SPIFFE_ID, () -> Ids.spiffeId(bad));
    }
  }

  private static Entry.Builder entry() {
    return Entry.newBuilder()
        .setId("1")
        .setSpiffeId(id("example.org", "/web"))
        .setParentId(id("example.org", "/spire/agent/x/1"))
        .addSelectors(Selector.newBuilder().setType("unix").setValue("uid:1"));
  }

  @Test
  void anEntryIsReadOrRefusedAsAWhole() {
    assertThat(EntryMessages.entry(entry().build()).spiffeId())
        .hasToString("spiffe://example.org/web");
    assertRefused(
        Reason.MALFORMED,
        () -> EntryMessages.entry(entry().addSelectors(Selector.newBuilder()).build()));
    assertRefused(Reason.MALFORMED, () -> EntryMessages.entry(entry().setX509SvidTtl(-1).build()));
    assertRefused(
        Reason.MALFORMED, () -> EntryMessages.entry(entry().setExpiresAt(Long.MAX_VALUE).build()));
    assertRefused(
        Reason.MALFORMED, () -> EntryMessages.entry(entry().setHint("x".repeat(1025)).build()));
    assertRefused(
        Reason.BAD_SPIFFE_ID,
        () -> EntryMessages.entry(entry().addFederatesWith("spiffe://x").build()));
    Entry.Builder many = entry();
    for (int i = 0; i < 1001; i++) {
      many.addDnsNames("x");
    }
    assertRefused(Reason.TOO_LARGE, () -> EntryMessages.entry(many.build()));
  }

  @Test
  void aRevisionTellsAnEntryThatWasMadeAnew() {
    var known = EntryMessages.entry(entry().setRevisionNumber(3).setCreatedAt(1000).build());
    EntryRevision same = EntryMessages.revision(known);
    assertThat(EntryMessages.isCurrent(known, same)).isTrue();
    assertThat(EntryMessages.isCurrent(known, same.toBuilder().setRevisionNumber(4).build()))
        .isFalse();
    assertThat(EntryMessages.isCurrent(known, same.toBuilder().setCreatedAt(1001).build()))
        .isFalse();
    assertThat(EntryMessages.isCurrent(known, same.toBuilder().setCreatedAt(0).build())).isTrue();
  }

  private static JWTKey.Builder key(KeyPair keys) {
    return JWTKey.newBuilder()
        .setKeyId("k")
        .setPublicKey(ByteString.copyFrom(keys.getPublic().getEncoded()));
  }

  @Test
  void aKindOfKeyThatIsNotKnownIsLeftOut() {
    Bundle message =
        Bundle.newBuilder()
            .setTrustDomain("example.org")
            .addJwtAuthorities(key(TestRequests.ec("secp256k1")))
            .addJwtAuthorities(key(TestRequests.keys()).setKeyId("good").setTainted(true))
            .build();
    TrustBundle bundle = BundleMessages.bundle(message);
    assertThat(bundle.jwtAuthorities())
        .singleElement()
        .satisfies(
            authority -> {
              assertThat(authority.keyId()).isEqualTo("good");
              assertThat(authority.tainted()).isTrue();
              assertThat(authority.expiresAt()).isAfter(Instant.parse("9999-01-01T00:00:00Z"));
            });
  }

  @Test
  void aBrokenBundleIsRefused() throws CertificateEncodingException {
    Bundle.Builder bundle = Bundle.newBuilder().setTrustDomain("example.org");
    byte[] certificate = TestTrustDomain.of("example.org").authority().getEncoded();
    ByteString one = ByteString.copyFrom(certificate);
    assertThat(bundle(bundle, one).x509Authorities()).hasSize(1);
    assertRefused(Reason.MALFORMED, () -> bundle(bundle, one.concat(one)));
    assertRefused(Reason.MALFORMED, () -> bundle(bundle, one.substring(1)));
    assertRefused(Reason.EMPTY, () -> bundle(bundle, ByteString.EMPTY));
    JWTKey nameless = key(TestRequests.keys()).setKeyId("").build();
    assertRefused(
        Reason.MALFORMED,
        () -> BundleMessages.bundle(bundle.clone().addJwtAuthorities(nameless).build()));
    JWTKey junk = JWTKey.newBuilder().setKeyId("k").setPublicKey(one).build();
    assertThatThrownBy(() -> BundleMessages.bundle(bundle.clone().addJwtAuthorities(junk).build()))
        .isInstanceOf(InvalidDocumentException.class);
  }

  private static TrustBundle bundle(Bundle.Builder bundle, ByteString certificate) {
    return BundleMessages.bundle(
        bundle
            .clone()
            .addX509Authorities(X509Certificate.newBuilder().setAsn1(certificate))
            .build());
  }

  @Test
  void aChainHasAtLeastALeaf() {
    assertRefused(Reason.MALFORMED, () -> SvidMessages.chain(X509SVID.getDefaultInstance()));
  }
}
