package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.JwtBundles;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidSigner;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import dev.spiffe4j.workloadapi.proto.JWTSVID;
import dev.spiffe4j.workloadapi.proto.JWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.proto.X509SVID;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.wire.ClaimsStruct;
import dev.spiffe4j.workloadapi.wire.X509Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResponsesTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final TestAuthority FOREIGN = new TestAuthority("foreign.test");
  private static final X509Svid FIRST = OWN.svid("first");
  private static final X509Svid SECOND = OWN.svid("second");
  private static final ByteString JUNK = ByteString.copyFromUtf8("junk");

  private static X509SVID.Builder svid(X509Svid svid) {
    return RawServer.svid(svid, OWN.bundle()).toBuilder();
  }

  private static X509SVIDResponse.Builder response(X509SVID.Builder... svids) {
    X509SVIDResponse.Builder response = X509SVIDResponse.newBuilder();
    Stream.of(svids).forEach(response::addSvids);
    return response;
  }

  private static Parsed<X509Context> x509Context(X509SVIDResponse response) {
    try {
      return Responses.x509Context(X509Answer.parse(response.toByteArray()));
    } catch (IOException e) {
      throw new AssertionError("it is a message", e);
    }
  }

  private static ByteString der(X509Bundle bundle) {
    return ByteString.copyFrom(bundle.encoded());
  }

  @Test
  @DisplayName("WAPI-55: all SVIDs in their order, the first one is the default")
  void keepsOrder() {
    X509Context context = x509Context(response(svid(SECOND), svid(FIRST)).build()).value();
    assertThat(context.svids())
        .extracting(X509Svid::spiffeId)
        .containsExactly(SECOND.spiffeId(), FIRST.spiffeId());
    assertThat(context.x509Svid().chain()).isEqualTo(SECOND.chain());
    assertThat(context.bundles()).containsOnlyKeys(OWN.trustDomain());
  }

  static Stream<Arguments> badSvids() {
    byte[] encodedChain = FIRST.encodedChain();
    byte[] key = FIRST.privateKey().getEncoded();
    return Stream.of(
        bad("WAPI-17: no spiffe_id", svid -> svid.setSpiffeId("")),
        bad("WAPI-17: no x509_svid", svid -> svid.setX509Svid(ByteString.EMPTY)),
        bad("WAPI-17: no x509_svid_key", svid -> svid.setX509SvidKey(ByteString.EMPTY)),
        bad("WAPI-17, -66: no bundle", svid -> svid.setBundle(ByteString.EMPTY)),
        bad("WAPI-22: junk", svid -> svid.setX509Svid(JUNK)),
        bad("WAPI-22: PEM", svid -> svid.setX509Svid(ByteString.copyFrom(pem(encodedChain)))),
        bad(
            "WAPI-22, -73: a byte after the last certificate",
            svid -> svid.setX509Svid(svid.getX509Svid().concat(ByteString.copyFrom(new byte[1])))),
        bad(
            "WAPI-22: the leaf is not first",
            svid -> svid.setX509Svid(der(OWN.bundle()).concat(svid.getX509Svid()))),
        bad(
            "WAPI-22: a leaf above the leaf",
            svid ->
                svid.setX509Svid(
                    svid.getX509Svid().concat(ByteString.copyFrom(SECOND.encodedChain())))),
        bad("WAPI-23: a key that is junk", svid -> svid.setX509SvidKey(JUNK)),
        bad(
            "WAPI-23, -73: a byte after the key",
            svid -> svid.setX509SvidKey(ByteString.copyFrom(append(key)))),
        bad(
            "WAPI-24: the key of another",
            svid -> svid.setX509SvidKey(ByteString.copyFrom(SECOND.privateKey().getEncoded()))),
        bad("WAPI-25, -73: a bundle that is junk", svid -> svid.setBundle(JUNK)),
        bad("WAPI-64: another spiffe_id", svid -> svid.setSpiffeId("spiffe://example.org/x")),
        bad(
            "WAPI-64: another trust domain",
            svid -> svid.setSpiffeId("spiffe://foreign.test/first")),
        bad("WAPI-64: no SPIFFE ID", svid -> svid.setSpiffeId("first")),
        bad("WAPI-56: a hint of 1025 bytes", svid -> svid.setHint("x".repeat(1025))));
  }

  private static Arguments bad(String name, Consumer<X509SVID.Builder> spoil) {
    return Arguments.argumentSet(name, spoil);
  }

  @ParameterizedTest
  @DisplayName("WAPI-75: one bad SVID discards the message")
  @MethodSource("badSvids")
  void refusesBadSvid(Consumer<X509SVID.Builder> spoil) {
    X509SVID.Builder spoilt = svid(FIRST);
    assertThat(x509Context(response(svid(SECOND), spoilt).build()).value().svids()).hasSize(2);
    spoil.accept(spoilt);
    assertInvalid(() -> x509Context(response(svid(SECOND), spoilt).build()));
  }

  @Test
  @DisplayName("WAPI-17, -19: no SVID is no response")
  void refusesNothing() {
    assertInvalid(() -> x509Context(X509SVIDResponse.getDefaultInstance()));
  }

  @Test
  @DisplayName("WAPI-28: of equal hints the first counts, and empty ones are all kept")
  void firstHintWins() {
    X509SVID.Builder duplicate = svid(SECOND).setHint("a").setX509SvidKey(JUNK);
    List<X509Svid> svids =
        x509Context(
                response(svid(FIRST).setHint("a"), duplicate, svid(FIRST), svid(SECOND)).build())
            .value()
            .svids();
    assertThat(svids)
        .extracting(svid -> svid.spiffeId().path() + svid.hint().orElse(""))
        .containsExactly("/firsta", "/first", "/second");
  }

  @Test
  @DisplayName("WAPI-18, -26: federated bundles are kept apart from the own one")
  void readsFederatedBundles() {
    Parsed<X509Context> update =
        x509Context(
            response(svid(FIRST))
                .putFederatedBundles("spiffe://foreign.test", der(FOREIGN.bundle()))
                .build());
    assertThat(update.problems()).isEmpty();
    assertThat(update.value().bundles())
        .isEqualTo(
            Map.of(OWN.trustDomain(), OWN.bundle(), FOREIGN.trustDomain(), FOREIGN.bundle()));
  }

  @Test
  @DisplayName("WAPI-66: an empty federated bundle trusts nobody, and is no mistake")
  void readsEmptyFederatedBundle() {
    Parsed<X509Context> update =
        x509Context(
            response(svid(FIRST))
                .putFederatedBundles("spiffe://foreign.test", ByteString.EMPTY)
                .build());
    assertThat(update.problems()).isEmpty();
    assertThat(update.value().x509Bundle(FOREIGN.trustDomain()).orElseThrow().authorities())
        .isEmpty();
  }

  @Test
  @DisplayName("ID-17, WAPI-65: a federated bundle never replaces the own one")
  void ownBundleWins() {
    Parsed<X509Context> update =
        x509Context(
            response(svid(FIRST))
                .putFederatedBundles("spiffe://example.org", der(FOREIGN.bundle()))
                .build());
    assertThat(update.problems()).hasSize(1);
    assertThat(update.value().bundles()).isEqualTo(Map.of(OWN.trustDomain(), OWN.bundle()));
  }

  @Test
  @DisplayName("a bad federated bundle costs itself only, and is reported")
  void leavesOutBadFederatedBundle() {
    Parsed<X509Context> update =
        x509Context(
            response(svid(FIRST))
                .putFederatedBundles("spiffe://broken.test", JUNK)
                .putFederatedBundles("spiffe://path.test/x", der(FOREIGN.bundle()))
                .putFederatedBundles("SPIFFE://upper.test", der(FOREIGN.bundle()))
                .putFederatedBundles("spiffe://foreign.test", der(FOREIGN.bundle()))
                .build());
    assertThat(update.problems()).hasSize(3);
    assertThat(update.value().bundles()).containsOnlyKeys(OWN.trustDomain(), FOREIGN.trustDomain());
  }

  @Test
  @DisplayName("WAPI-63: a bare name is taken with a word, unless the proper one is there too")
  void takesBareNames() {
    TestAuthority other = new TestAuthority("foreign.test");
    Parsed<X509Context> bare =
        x509Context(
            response(svid(FIRST)).putFederatedBundles("foreign.test", der(other.bundle())).build());
    assertThat(bare.problems()).hasSize(1);
    assertThat(bare.value().x509Bundle(FOREIGN.trustDomain())).contains(other.bundle());

    Parsed<X509Context> both =
        x509Context(
            response(svid(FIRST))
                .putFederatedBundles("foreign.test", der(other.bundle()))
                .putFederatedBundles("spiffe://foreign.test", der(FOREIGN.bundle()))
                .build());
    assertThat(both.value().x509Bundle(FOREIGN.trustDomain())).contains(FOREIGN.bundle());
    assertThat(both.problems()).isNotEmpty();
  }

  @Test
  @DisplayName("two SVIDs of one trust domain with different bundles cannot both be right")
  void refusesTwoOwnBundles() {
    X509SVID.Builder other = svid(SECOND).setBundle(der(FOREIGN.bundle()));
    assertInvalid(() -> x509Context(response(svid(FIRST), other).build()));
  }

  @Test
  @DisplayName("limits come before cryptography")
  void refusesTooMany() {
    X509SVIDResponse.Builder many = response(svid(FIRST));
    for (int i = 0; i < 1000; i++) {
      many.addSvids(svid(SECOND).setX509Svid(JUNK));
    }
    assertInvalid(() -> x509Context(many.build()));
  }

  @Test
  @DisplayName("WAPI-32: X.509 bundles, at least one")
  void readsX509Bundles() {
    X509BundlesResponse good =
        X509BundlesResponse.newBuilder()
            .putBundles("spiffe://example.org", der(OWN.bundle()))
            .putBundles("spiffe://broken.test", JUNK)
            .build();
    BundleMap<X509Bundle> map = Responses.x509Bundles(good);
    assertThat(map.bundles()).isEqualTo(Map.of(OWN.trustDomain(), OWN.bundle()));
    assertThat(map.problems()).hasSize(1);
    assertInvalid(() -> Responses.x509Bundles(X509BundlesResponse.getDefaultInstance()));
  }

  @Test
  @DisplayName("WAPI-39, -40: JWT bundles, at least one, each a JWK Set")
  void readsJwtBundles() {
    JwtBundle bundle =
        JwtBundle.of(OWN.trustDomain(), Map.of("k", OWN.certificate().getPublicKey()));
    JWTBundlesResponse good =
        JWTBundlesResponse.newBuilder()
            .putBundles("spiffe://example.org", ByteString.copyFrom(JwtBundles.toJson(bundle)))
            .putBundles("spiffe://broken.test", JUNK)
            .build();
    BundleMap<JwtBundle> map = Responses.jwtBundles(good);
    assertThat(map.bundles()).isEqualTo(Map.of(OWN.trustDomain(), bundle));
    assertThat(map.problems()).hasSize(1);
    assertInvalid(() -> Responses.jwtBundles(JWTBundlesResponse.getDefaultInstance()));
  }

  private static JwtSvid token(String path) {
    return JwtSvidSigner.of("k", OWN.keys().getPrivate(), OWN.keys().getPublic())
        .sign(
            SpiffeId.of(OWN.trustDomain(), path),
            List.of("me"),
            TestAuthority.NOW,
            TestAuthority.NOW.plusSeconds(300));
  }

  private static JWTSVID.Builder message(JwtSvid svid) {
    return JWTSVID.newBuilder().setSpiffeId(svid.spiffeId().toString()).setSvid(svid.token());
  }

  @Test
  @DisplayName("WAPI-28, -36, -64, -75: JWT-SVIDs, in order, each whole")
  void readsJwtSvids() {
    JWTSVIDResponse good =
        JWTSVIDResponse.newBuilder()
            .addSvids(message(token("a")).setHint("h"))
            .addSvids(message(token("b")).setHint("h").setSvid("junk"))
            .addSvids(message(token("c")))
            .build();
    assertThat(Responses.jwtSvids(good))
        .extracting(svid -> svid.spiffeId().path() + svid.hint().orElse(""))
        .containsExactly("/ah", "/c");

    JwtSvid svid = token("a");
    for (JWTSVID.Builder bad :
        List.of(
            message(svid).setSpiffeId(""),
            message(svid).setSvid(""),
            message(svid).setSvid("junk"),
            message(svid).setSpiffeId("spiffe://example.org/b"))) {
      assertInvalid(() -> Responses.jwtSvids(JWTSVIDResponse.newBuilder().addSvids(bad).build()));
    }
    assertInvalid(() -> Responses.jwtSvids(JWTSVIDResponse.getDefaultInstance()));
  }

  @Test
  @DisplayName("WAPI-44, -79, -84: the server's claims, of the identity that the token names")
  void readsValidation() {
    String token = token("a").token();
    Struct claims =
        Struct.newBuilder()
            .putFields("sub", Value.newBuilder().setStringValue("spiffe://example.org/a").build())
            .putFields("exp", Value.newBuilder().setNumberValue(1767225600).build())
            .putFields("half", Value.newBuilder().setNumberValue(0.5).build())
            .putFields(
                "aud",
                Value.newBuilder()
                    .setListValue(
                        ListValue.newBuilder()
                            .addValues(Value.newBuilder().setStringValue("me").build()))
                    .build())
            .build();
    ValidateJWTSVIDResponse.Builder good =
        ValidateJWTSVIDResponse.newBuilder()
            .setSpiffeId("spiffe://example.org/a")
            .setClaims(claims);
    JwtValidation validation = Responses.validation(good.build(), token);
    assertThat(validation.spiffeId()).hasToString("spiffe://example.org/a");
    assertThat(validation.claims())
        .isEqualTo(
            Map.of(
                "sub",
                "spiffe://example.org/a",
                "exp",
                1767225600L,
                "half",
                0.5,
                "aud",
                List.of("me")));
    assertThat(ClaimsStruct.encode(validation.claims())).isEqualTo(claims);

    assertInvalid(() -> Responses.validation(good.clone().clearClaims().build(), token));
    assertInvalid(() -> Responses.validation(good.clone().clearSpiffeId().build(), token));
    assertInvalid(
        () ->
            Responses.validation(
                good.clone().setSpiffeId("spiffe://example.org/b").build(), token));
    assertInvalid(() -> Responses.validation(good.build(), "junk"));
  }

  private static void assertInvalid(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WorkloadApiException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.INVALID_RESPONSE));
  }

  private static byte[] pem(byte[] der) {
    return ("-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END CERTIFICATE-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] append(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(bytes);
    out.write(0);
    return out.toByteArray();
  }
}
