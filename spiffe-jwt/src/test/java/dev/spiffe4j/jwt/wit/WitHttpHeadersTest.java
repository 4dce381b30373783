package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.encode;
import static dev.spiffe4j.jwt.wit.WitTokens.TARGET;
import static dev.spiffe4j.jwt.wit.WitTokens.WEB;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.good;
import static dev.spiffe4j.jwt.wit.WitTokens.goodProof;
import static dev.spiffe4j.jwt.wit.WitTokens.proofVerifier;
import static dev.spiffe4j.jwt.wit.WitTokens.verifier;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.jwt.wit.WitProofException.Reason;
import java.net.URI;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("WIT-SVID §5: presentation over HTTP")
final class WitHttpHeadersTest {
  private static final WitSvid SVID = WitSvid.of(good(), WORKLOAD.getPrivate());
  private static final WitProofSigner SIGNER =
      WitProofSigner.builder().clock(InstantSource.fixed(NOW)).build();

  private final Map<String, List<String>> fields = new HashMap<>();

  @BeforeEach
  void presentsAnSvid() {
    WitHttpHeaders.toSend(SVID, SIGNER.sign(SVID, WitRequest.to(TARGET)))
        .forEach((name, value) -> fields.put(name, List.of(value)));
    assertThat(accept().spiffeId()).isEqualTo(WEB);
  }

  /** What a server does with a request. */
  private VerifiedWitSvid accept(String... otherFields) {
    WitHttpHeaders headers = WitHttpHeaders.received(fields);
    UnprovenWitSvid unproven = verifier().build().verify(headers.identityToken());
    return proofVerifier()
        .build()
        .verify(unproven, headers.proofToken(), headers.request(TARGET, otherFields));
  }

  private Reason refusal(String... otherFields) {
    WitProofException refusal =
        catchThrowableOfType(WitProofException.class, () -> accept(otherFields));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("WIT-42, WIT-43, WIT-44 SVID and proof are sent in fields of their own")
  void sendsTwoFields() {
    assertThat(WitHttpHeaders.toSend(SVID, "proof"))
        .isEqualTo(Map.of("Workload-Identity-Token", good(), "Workload-Proof-Token", "proof"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer %s", "bearer %s", "%s", "DPoP %s", "WIT token=\"%s\"", "a, b %s"})
  @DisplayName("WIT-43 a WIT-SVID in Authorization is refused, also beside a good presentation")
  void refusesBearers(String form) {
    fields.put("authorization", List.of(form.formatted(good())));
    assertThat(refusal()).isEqualTo(Reason.PRESENTED_AS_BEARER);
    String lenient = encode("{\"alg\":\"ES256\",\"typ\":\"application/WIT+jwt\"}") + ".e30.AA";
    fields.put("authorization", List.of(form.formatted(lenient)));
    assertThat(refusal()).isEqualTo(Reason.PRESENTED_AS_BEARER);
  }

  @Test
  @DisplayName("WIT-43 a WIT-SVID that is only in Authorization is none")
  void refusesBearersAlone() {
    fields.clear();
    fields.put("Authorization", List.of("Bearer " + good()));
    assertThat(refusal()).isEqualTo(Reason.PRESENTED_AS_BEARER);
  }

  @Test
  @DisplayName("WIT-40 without a proof, or without an SVID, there is no sender")
  void requiresBothFields() {
    fields.remove("Workload-Proof-Token");
    assertThat(refusal()).isEqualTo(Reason.NO_PROOF);
    fields.put("Workload-Proof-Token", List.of(" "));
    assertThat(refusal()).isEqualTo(Reason.NO_PROOF);
    fields.put("Workload-Proof-Token", List.of(goodProof(good())));
    fields.remove("Workload-Identity-Token");
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, this::accept);
    assertThat(refusal.reason()).isEqualTo(SvidVerificationException.Reason.NO_SVID);
  }

  @Test
  @DisplayName("WIT-44 names are the same in any case, and white space around values is not theirs")
  void ignoresCase() {
    Map<String, List<String>> other = new HashMap<>();
    fields.forEach(
        (name, values) ->
            other.put(name.toUpperCase(Locale.ROOT), List.of(" " + values.get(0) + "\t")));
    fields.clear();
    fields.putAll(other);
    accept();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Workload-Identity-Token", "Workload-Proof-Token"})
  @DisplayName("WIT-44 a field that occurs twice is refused, also in two spellings")
  void refusesFieldsThatOccurTwice(String name) {
    String value = fields.getOrDefault(name, List.of()).get(0);
    fields.put(name.toLowerCase(Locale.ROOT), List.of(value));
    assertThat(refusal()).isEqualTo(Reason.MALFORMED);
    fields.remove(name.toLowerCase(Locale.ROOT));
    accept();
    fields.put(name, List.of(value, value));
    assertThat(refusal()).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("WIT-56 an access token that the proof does not cover is refused")
  void coversTheAccessToken() {
    fields.put("Authorization", List.of("Bearer token"));
    assertThat(refusal()).isEqualTo(Reason.OTHER_TOKENS);
    present(WitRequest.to(TARGET).withAccessToken("token"));
    accept();
    fields.put("Authorization", List.of("DPoP token"));
    accept();
    fields.put("Authorization", List.of("Bearer stolen"));
    assertThat(refusal()).isEqualTo(Reason.OTHER_TOKENS);
    fields.remove("Authorization");
    assertThat(refusal()).isEqualTo(Reason.OTHER_TOKENS);
    fields.put("Authorization", List.of("Bearer token", "Bearer token"));
    assertThat(refusal()).isEqualTo(Reason.MALFORMED);
    fields.put("Authorization", List.of("Bearer tokén"));
    assertThat(refusal()).isEqualTo(Reason.MALFORMED);
  }

  private void present(WitRequest request) {
    fields.put("Workload-Proof-Token", List.of(SIGNER.sign(SVID, request)));
  }

  @Test
  @DisplayName("WIT-56 credentials that are no token are not covered")
  void leavesOtherCredentialsAlone() {
    fields.put("Authorization", List.of("Basic dXNlcjp3b3Jk"));
    accept();
  }

  @Test
  @DisplayName("WIT-56 a transaction token, and others that the recipient goes by, are covered")
  void coversOtherTokens() {
    fields.put("Txn-Token", List.of("transaction"));
    fields.put("X-User", List.of("user"));
    assertThat(refusal()).isEqualTo(Reason.OTHER_TOKENS);
    present(WitRequest.to(TARGET).withTransactionToken("transaction"));
    accept();
    assertThat(refusal("x-user")).isEqualTo(Reason.OTHER_TOKENS);
    present(
        WitRequest.to(TARGET).withTransactionToken("transaction").withOtherToken("X-User", "user"));
    accept("x-user");
    accept("x-user", "x-absent");
    // Covered, but the recipient does not know what it is.
    assertThat(refusal()).isEqualTo(Reason.OTHER_TOKENS);
  }

  @Test
  @DisplayName("WIT-57 a recipient does not answer to an insecure target either")
  void refusesInsecureTargets() {
    WitHttpHeaders headers = WitHttpHeaders.received(fields);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> headers.request(URI.create("http://reports.example.org/path")));
    assertThat(headers).hasToString("WitHttpHeaders");
  }
}
