package dev.spiffe4j.attest.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.attest.AgentApi.X509SvidRequest;
import dev.spiffe4j.attest.AgentApi.X509SvidResult;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.TestAgent;
import dev.spiffe4j.attest.TestRequests;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.server.TestServer.Transport;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.VerifiedJwtSvid;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.IOException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an agent gets for its entries, the same in this process and on the wire. */
class IssuanceTest {
  private static final TrustDomain FOREIGN = TrustDomain.parse("foreign.example");

  private static X509SvidRequest request(String entryId) {
    return X509SvidRequest.of(entryId, TestRequests.csr(TestRequests.keys()));
  }

  private static Optional<Reason> failure(X509SvidResult result) {
    NodeApiException failure = result.failure();
    assertThat(result.chain().isEmpty()).isEqualTo(failure != null);
    return failure == null ? Optional.empty() : Optional.of(failure.reason());
  }

  private static Reason reasonOf(Runnable call) {
    try {
      call.run();
    } catch (NodeApiException e) {
      return e.reason();
    }
    throw new AssertionError("the call succeeded");
  }

  private static VerifiedPeer verify(TestServer test, List<X509Certificate> chain) {
    return X509SvidVerifier.of(td -> Optional.of(test.server.bundle().x509Bundle()), test.clock)
        .verify(chain);
  }

  private static VerifiedJwtSvid verify(TestServer test, JwtSvid svid, String audience) {
    return JwtSvidVerifier.builder(td -> Optional.of(test.server.bundle().jwtBundle()), audience)
        .clock(test.clock)
        .build()
        .verify(svid.token());
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("ID-43, X509-02, X509-26 A CSR contributes its key and nothing else")
  void theEntryDecidesAndTheRequestGivesAKey(Transport transport) throws Exception {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      String entry = test.entry(agent.id(), "web").id();
      KeyPair keys = TestRequests.keys();
      byte[] hostile =
          TestRequests.csr(keys, keys, "CN=root,O=evil", evilExtensions(), "SHA256withECDSA");

      X509SvidResult result =
          agent.api().newX509Svids(List.of(X509SvidRequest.of(entry, hostile))).get(0);
      assertThat(failure(result)).isEmpty();
      X509Certificate leaf = result.chain().get(0);
      assertThat(verify(test, result.chain()).spiffeId())
          .isEqualTo(SpiffeId.of(TestServer.TD, "web"));
      assertThat(leaf.getPublicKey().getEncoded()).isEqualTo(keys.getPublic().getEncoded());
      assertThat(leaf.getSubjectAlternativeNames()).hasSize(1);
      assertThat(leaf.getSubjectX500Principal().toString()).isEqualTo("O=SPIRE, C=US");
      assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
      assertThat(leaf.getExtensionValue("1.2.3.4")).isNull();
    }
  }

  private static Extensions evilExtensions() throws IOException {
    ExtensionsGenerator extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    extensions.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    extensions.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(
            new GeneralName[] {
              new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://example.org/db"),
              new GeneralName(GeneralName.dNSName, "evil.example")
            }));
    extensions.addExtension(new ASN1ObjectIdentifier("1.2.3.4"), true, new byte[] {5, 0});
    return extensions.generate();
  }

  @ParameterizedTest
  @EnumSource
  void namesAndLifetimeComeFromTheEntry(Transport transport) throws Exception {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      RegistrationEntry entry =
          test.server
              .entries()
              .create(
                  RegistrationEntry.builder(SpiffeId.of(TestServer.TD, "web"), agent.id())
                      .selector("unix", "uid:1")
                      .dnsNames(List.of("web.example.org", "*.example.org"))
                      .x509SvidTtl(Duration.ofMinutes(7))
                      .jwtSvidTtl(Duration.ofSeconds(90))
                      .jwtId(true)
                      .build())
              .entry();
      X509Certificate leaf =
          agent.api().newX509Svids(List.of(request(entry.id()))).get(0).chain().get(0);
      assertThat(leaf.getNotAfter().toInstant())
          .isEqualTo(TestServer.START.plus(Duration.ofMinutes(7)));
      assertThat(leaf.getSubjectX500Principal().toString())
          .isEqualTo("CN=web.example.org, O=SPIRE, C=US");
      assertThat(leaf.getSubjectAlternativeNames()).hasSize(3);

      JwtSvid svid = agent.api().newJwtSvid(entry.id(), List.of("db", ""));
      VerifiedJwtSvid verified = verify(test, svid, "db");
      assertThat(verified.spiffeId()).isEqualTo(entry.spiffeId());
      assertThat(verified.audience()).containsExactly("db");
      assertThat(verified.expiresAt()).isEqualTo(TestServer.START.plusSeconds(90));
      assertThat((String) verified.claims().get("jti")).hasSize(22);
      assertThat(verified.claims()).doesNotContainKey("iss");
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachRequestOfABatchGetsItsOwnAnswerInOrder(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      String mine = test.entry(agent.id(), "web").id();
      String others = test.entry(test.agent().id(), "db").id();
      byte[] forged =
          TestRequests.csr(
              TestRequests.keys(), TestRequests.keys(), "CN=x", null, "SHA256withECDSA");
      List<X509SvidResult> results =
          agent
              .api()
              .newX509Svids(
                  List.of(
                      request(mine),
                      request(others),
                      request("unknown"),
                      request(""),
                      X509SvidRequest.of(mine, forged),
                      X509SvidRequest.of(mine, new byte[0]),
                      request(mine)));
      assertThat(results)
          .extracting(IssuanceTest::failure)
          .containsExactly(
              Optional.empty(),
              Optional.of(Reason.NOT_FOUND),
              Optional.of(Reason.NOT_FOUND),
              Optional.of(Reason.INVALID_ARGUMENT),
              Optional.of(Reason.INVALID_ARGUMENT),
              Optional.of(Reason.INVALID_ARGUMENT),
              Optional.empty());
      assertThat(agent.api().newX509Svids(List.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void tokensNeedAnEntryOfTheAgentAndAnAudience(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      String mine = test.entry(agent.id(), "web").id();
      String others = test.entry(test.agent().id(), "db").id();
      assertThat(agent.api().newJwtSvid(mine, List.of("x")).spiffeId())
          .isEqualTo(SpiffeId.of(TestServer.TD, "web"));
      assertThat(reasonOf(() -> agent.api().newJwtSvid(others, List.of("x"))))
          .isEqualTo(Reason.NOT_FOUND);
      assertThat(reasonOf(() -> agent.api().newJwtSvid("", List.of("x"))))
          .isEqualTo(Reason.INVALID_ARGUMENT);
      assertThat(reasonOf(() -> agent.api().newJwtSvid(mine, List.of())))
          .isEqualTo(Reason.INVALID_ARGUMENT);
      assertThat(reasonOf(() -> agent.api().newJwtSvid(mine, List.of(""))))
          .isEqualTo(Reason.INVALID_ARGUMENT);
      assertThat(
              reasonOf(() -> agent.api().newJwtSvid(mine, Collections.nCopies(5000, "audience"))))
          .isEqualTo(Reason.INVALID_ARGUMENT);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anExpiredEntryGetsNothingFromItsLastMomentOn(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      RegistrationEntry entry =
          test.server
              .entries()
              .create(
                  RegistrationEntry.builder(SpiffeId.of(TestServer.TD, "web"), agent.id())
                      .selector("unix", "uid:1")
                      .expiresAt(TestServer.START.plusSeconds(60))
                      .build())
              .entry();
      assertThat(failure(agent.api().newX509Svids(List.of(request(entry.id()))).get(0))).isEmpty();
      assertThat(agent.api().syncAuthorizedEntries(List.of())).hasSize(1);

      test.clock.advance(Duration.ofSeconds(60));
      assertThat(failure(agent.api().newX509Svids(List.of(request(entry.id()))).get(0)))
          .hasValue(Reason.NOT_FOUND);
      assertThat(reasonOf(() -> agent.api().newJwtSvid(entry.id(), List.of("x"))))
          .isEqualTo(Reason.NOT_FOUND);
      assertThat(agent.api().syncAuthorizedEntries(List.of())).isEmpty();

      // It is there until it is pruned.
      assertThat(test.server.entries().find(entry.id())).isPresent();
      test.scheduler.advance(Duration.ofMinutes(5));
      assertThat(test.server.entries().find(entry.id())).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void agentsGetTheBundles(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestAgent agent = test.agent();
      TrustBundle bundle = agent.api().bundle();
      assertThat(bundle).isEqualTo(test.server.bundle()).isEqualTo(test.api.bundle());
      assertThat(bundle.x509Authorities()).hasSize(1);
      assertThat(bundle.jwtAuthorities()).hasSize(1);
      assertThat(bundle.refreshHint()).isEqualTo(Duration.ofHours(24).dividedBy(10));
      assertThat(bundle.sequenceNumber()).isEqualTo(3);

      assertThat(agent.api().federatedBundle(FOREIGN)).isEmpty();
      TestTrustDomain foreign = TestTrustDomain.of(FOREIGN.name());
      test.store.bundles().update(FOREIGN, has -> has.withX509Authority(foreign.authority()));
      assertThat(agent.api().federatedBundle(FOREIGN).orElseThrow().x509Bundle())
          .isEqualTo(foreign.bundle());
      assertThat(reasonOf(() -> agent.api().federatedBundle(TestServer.TD)))
          .isEqualTo(Reason.INVALID_ARGUMENT);
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("X509-31 An agent's SVID of another trust domain is none here")
  void strangersAreRefused(Transport transport) {
    try (TestServer test = TestServer.start(transport)) {
      TestTrustDomain foreign = TestTrustDomain.builder(FOREIGN.name()).clock(test.clock).build();
      test.store.bundles().update(FOREIGN, has -> has.withX509Authority(foreign.authority()));
      try (TestAgent agent = TestAgent.of(test.api, foreign.issue("/spire/agent/join_token/x"))) {
        assertThatThrownBy(() -> agent.api().syncAuthorizedEntries(List.of()))
            .isInstanceOf(NodeApiException.class);
      }
      // The same name in a trust domain of the same name, and of another authority.
      TestTrustDomain impostor =
          TestTrustDomain.builder(TestServer.TD.name()).clock(test.clock).build();
      TestAgent victim = test.agent();
      try (TestAgent agent = TestAgent.of(test.api, impostor.issue(victim.id()))) {
        assertThatThrownBy(() -> agent.api().syncAuthorizedEntries(List.of()))
            .isInstanceOf(NodeApiException.class);
      }
      assertThat(victim.api().syncAuthorizedEntries(List.of())).isEmpty();
    }
  }
}
