package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.authority.AuthorityException;
import dev.spiffe4j.attest.authority.KeyManager;
import dev.spiffe4j.attest.authority.X509Authority;
import dev.spiffe4j.attest.server.IdentityServer;
import dev.spiffe4j.attest.store.DataStore;
import dev.spiffe4j.workloadapi.X509Source;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What SPIFFE-ID §3 and SPIFFE Trust Domain and Bundle §3, §4 ask of a control plane. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TrustDomainRulesTest {
  private static final int URI = 6;

  @Test
  @DisplayName("ID-32 without an active authority nothing is issued")
  void noAuthorityNoSvid() throws Exception {
    X509Authority authority =
        X509Authority.builder(
                Engine.TRUST_DOMAIN, KeyManager.inMemory(), DataStore.inMemory().bundles())
            .build();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    PublicKey key = generator.generateKeyPair().getPublic();
    SpiffeId id = SpiffeId.of(Engine.TRUST_DOMAIN, "web");

    assertThatThrownBy(() -> authority.sign(id, List.of(), key, Duration.ofHours(1)))
        .isInstanceOfSatisfying(
            AuthorityException.class,
            e -> assertThat(e.reason()).isEqualTo(AuthorityException.Reason.NOT_READY));
    authority.rotate();
    assertThat(authority.sign(id, List.of(), key, Duration.ofHours(1))).isNotEmpty();
  }

  @Test
  @DisplayName("ID-33, ID-34, ID-35 the signing authority names its trust domain, and no workload")
  void authorityIsNamed() throws Exception {
    try (IdentityServer server = IdentityServer.builder(Engine.TRUST_DOMAIN).start()) {
      for (X509Certificate authority : server.bundle().x509Bundle().authorities()) {
        assertThat(authority.getSubjectAlternativeNames())
            .containsExactly(List.of(URI, "spiffe://example.org"));
        // X509-19: name constraints are not set unasked.
        assertThat(authority.getExtensionValue("2.5.29.30")).isNull();
      }
    }
  }

  @Test
  @DisplayName("ID-46 a leaf says nothing that could change before it expires")
  void leavesSayNothingMore() throws Exception {
    X509Authority authority =
        X509Authority.builder(
                Engine.TRUST_DOMAIN, KeyManager.inMemory(), DataStore.inMemory().bundles())
            .build();
    authority.rotate();
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    SpiffeId id = SpiffeId.of(Engine.TRUST_DOMAIN, "web");
    X509Certificate leaf =
        authority
            .sign(id, List.of(), generator.generateKeyPair().getPublic(), Duration.ofHours(1))
            .get(0);

    assertThat(leaf.getSubjectAlternativeNames())
        .containsExactly(List.of(URI, "spiffe://example.org/web"));
    // keyUsage, basicConstraints; subjectKeyIdentifier, subjectAltName, authorityKeyIdentifier,
    // extKeyUsage
    assertThat(leaf.getCriticalExtensionOIDs()).isSubsetOf("2.5.29.15", "2.5.29.19", "2.5.29.17");
    assertThat(leaf.getNonCriticalExtensionOIDs())
        .isSubsetOf("2.5.29.14", "2.5.29.17", "2.5.29.35", "2.5.29.37");
  }

  @Test
  @DisplayName("BND-06, BND-12 a new authority reaches open streams, under a new sequence number")
  void changesAreDistributed() throws Exception {
    try (Engine engine = Engine.start()) {
      engine.register("/web");
      engine.awaitX509Svids(1);
      try (X509Source source = X509Source.connect(engine.address())) {
        BlockingQueue<X509Context> updates = new LinkedBlockingQueue<>();
        source.subscribe(updates::add);
        TrustBundle before = engine.server.bundle();
        engine.server.x509Authority().prepare();

        TrustBundle after = engine.server.bundle();
        assertThat(after.x509Authorities()).hasSize(before.x509Authorities().size() + 1);
        assertThat(after.sequenceNumber()).isGreaterThan(before.sequenceNumber());
        X509Context update = updates.poll(60, TimeUnit.SECONDS);
        while (update != null && authorities(update) < after.x509Authorities().size()) {
          update = updates.poll(60, TimeUnit.SECONDS);
        }
        assertThat(update).as("an update with the new authority").isNotNull();
      }
    }
  }

  private static int authorities(X509Context context) {
    return context.x509Bundle(Engine.TRUST_DOMAIN).orElseThrow().authorities().size();
  }
}
