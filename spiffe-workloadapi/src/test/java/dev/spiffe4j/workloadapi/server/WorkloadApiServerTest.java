package dev.spiffe4j.workloadapi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.JwtBundles;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidSigner;
import dev.spiffe4j.workloadapi.Await;
import dev.spiffe4j.workloadapi.JwtValidation;
import dev.spiffe4j.workloadapi.RawServer;
import dev.spiffe4j.workloadapi.TestAuthority;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.JWTBundlesRequest;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import dev.spiffe4j.workloadapi.proto.JWTSVID;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.WITBundlesRequest;
import dev.spiffe4j.workloadapi.proto.WITSVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509BundlesRequest;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.proto.X509SVID;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.server.RawClient.Recorder;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server says, seen from raw calls. */
class WorkloadApiServerTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final TestAuthority FOREIGN = new TestAuthority("foreign.test");
  private static final X509Svid FIRST = OWN.svid("first");
  private static final X509Svid SECOND = OWN.svid("second");
  private static final ValidateJWTSVIDRequest VALIDATE =
      ValidateJWTSVIDRequest.newBuilder().setAudience("me").setSvid("t").build();
  private static final JWTSVIDRequest FETCH = JWTSVIDRequest.newBuilder().addAudience("me").build();

  @TempDir Path directory;

  private final ScriptedHandler handler = new ScriptedHandler();
  private WorkloadApiServer server;
  private RawClient client;

  @BeforeEach
  void start() {
    Path socket = directory.resolve("api.sock");
    server = WorkloadApiServer.builder(socket, handler).untrackedCallers().start();
    client = new RawClient(socket);
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private Recorder<X509SVIDRequest, X509SVIDResponse> fetchX509() {
    Recorder<X509SVIDRequest, X509SVIDResponse> stream = new Recorder<>();
    client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), stream);
    return stream;
  }

  private Recorder<X509BundlesRequest, X509BundlesResponse> fetchX509Bundles() {
    Recorder<X509BundlesRequest, X509BundlesResponse> stream = new Recorder<>();
    client.async().fetchX509Bundles(X509BundlesRequest.getDefaultInstance(), stream);
    return stream;
  }

  private Recorder<JWTBundlesRequest, JWTBundlesResponse> fetchJwtBundles() {
    Recorder<JWTBundlesRequest, JWTBundlesResponse> stream = new Recorder<>();
    client.async().fetchJWTBundles(JWTBundlesRequest.getDefaultInstance(), stream);
    return stream;
  }

  private static X509Context context(X509Svid... svids) {
    return X509Context.of(List.of(svids), List.of(OWN.bundle()));
  }

  @Test
  @DisplayName("EP-08, WAPI-04, -05: a call with the security header is served, its caller known")
  void servesWithHeader() throws Exception {
    assertThat(client.blocking("true").validateJWTSVID(VALIDATE).getSpiffeId())
        .isEqualTo("spiffe://a/x");
    PeerCredentials credentials = handler.callers.take().credentials();
    assertThat(credentials.pid()).isEqualTo((int) ProcessHandle.current().pid());
    assertThat(credentials.uid()).isNotNegative();
  }

  @ParameterizedTest
  @DisplayName("EP-08, -22, -35: without exactly one value 'true', InvalidArgument")
  @ValueSource(strings = {"none", "", "True", "1", "true,true", "true|true", "true|false"})
  void refusesWithoutHeader(String header) {
    String[] values = header.equals("none") ? new String[0] : header.split("\\|");
    assertCode(Code.INVALID_ARGUMENT, () -> client.blocking(values).validateJWTSVID(VALIDATE));
    assertCode(Code.INVALID_ARGUMENT, () -> client.blocking(values).fetchJWTSVID(FETCH));
    assertCode(
        Code.INVALID_ARGUMENT,
        () -> client.blocking(values).fetchX509SVID(X509SVIDRequest.getDefaultInstance()).next());
    assertThat(handler.callers).isEmpty();
  }

  @Test
  @DisplayName("WAPI-47: the WIT profile is unimplemented")
  void hasNoWit() {
    assertCode(
        Code.UNIMPLEMENTED,
        () -> client.blocking("true").fetchWITSVID(WITSVIDRequest.getDefaultInstance()).next());
    assertCode(
        Code.UNIMPLEMENTED,
        () ->
            client.blocking("true").fetchWITBundles(WITBundlesRequest.getDefaultInstance()).next());
  }

  @Test
  @DisplayName("WAPI-09, -11, -19, -20, -26, -27, -55: the whole context at once, in its order")
  void sendsWholeContext() throws Exception {
    handler.x509Context =
        X509Context.of(
            List.of(FIRST.withHint("a"), SECOND.withHint("a"), SECOND),
            List.of(OWN.bundle(), FOREIGN.bundle()));
    X509SVIDResponse response = fetchX509().next();
    assertThat(response.getSvidsList())
        .containsExactly(
            RawServer.svid(FIRST.withHint("a"), OWN.bundle()),
            RawServer.svid(SECOND, OWN.bundle()));
    assertThat(response.getFederatedBundlesMap())
        .isEqualTo(
            Map.of("spiffe://foreign.test", ByteString.copyFrom(FOREIGN.bundle().encoded())));
    assertThat(response.getCrlList()).isEmpty();
  }

  @Test
  @DisplayName("WAPI-26: SVIDs of two trust domains have their own bundles, and none is federated")
  void sendsTwoTrustDomains() throws Exception {
    handler.x509Context =
        X509Context.of(List.of(FIRST, FOREIGN.svid("x")), List.of(OWN.bundle(), FOREIGN.bundle()));
    X509SVIDResponse response = fetchX509().next();
    assertThat(response.getSvidsList())
        .extracting(X509SVID::getBundle)
        .containsExactly(
            ByteString.copyFrom(OWN.bundle().encoded()),
            ByteString.copyFrom(FOREIGN.bundle().encoded()));
    assertThat(response.getFederatedBundlesMap()).isEmpty();
  }

  @Test
  @DisplayName("WAPI-09, -10: each change is sent, whole, and what did not change is not")
  void sendsChanges() throws Exception {
    X509Context one = context(FIRST);
    handler.x509Context = one;
    Recorder<X509SVIDRequest, X509SVIDResponse> stream = fetchX509();
    assertThat(stream.next().getSvidsCount()).isEqualTo(1);
    Updates<X509Context> updates = handler.x509Streams.take();
    updates.send(one);
    updates.send(context(FIRST, SECOND));
    assertThat(stream.next().getSvidsCount()).isEqualTo(2);
    assertThat(stream.messages).isEmpty();
    assertThat(stream.end).isEmpty();
  }

  @Test
  @DisplayName("WAPI-29: no SVID is no identity")
  void deniesWithoutSvid() throws Exception {
    handler.x509Context = context();
    assertThat(fetchX509().awaitEnd().getCode()).isEqualTo(Code.PERMISSION_DENIED);
    Await.until(() -> handler.open.get() == 0);
  }

  @Test
  @DisplayName("WAPI-20: an SVID without its bundle is not sent")
  void failsWithoutOwnBundle() throws Exception {
    handler.x509Context = X509Context.of(List.of(FIRST), List.of(FOREIGN.bundle()));
    Status end = fetchX509().awaitEnd();
    assertThat(end.getCode()).isEqualTo(Code.INTERNAL);
    assertThat(end.getDescription()).doesNotContain("example.org");
  }

  @Test
  @DisplayName("WAPI-31, -59: a stream whose identity is withdrawn ends with PermissionDenied")
  void endsWithdrawnStream() throws Exception {
    handler.x509Context = context(FIRST);
    Recorder<X509SVIDRequest, X509SVIDResponse> stream = fetchX509();
    stream.next();
    Updates<X509Context> updates = handler.x509Streams.take();
    assertThat(handler.open).hasValue(1);
    updates.end(new WorkloadApiException(Reason.NO_IDENTITY, "gone"));
    Status end = stream.awaitEnd();
    assertThat(end.getCode()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(end.getDescription()).isEqualTo("no identity issued");
    Await.until(() -> handler.open.get() == 0);

    // What comes after the end goes nowhere.
    updates.send(context(SECOND));
    updates.end(new WorkloadApiException(Reason.INTERNAL, "again"));
    assertThat(stream.messages).isEmpty();
    assertThat(stream.end).isEmpty();
  }

  @Test
  @DisplayName("WAPI-07: a client that leaves ends the subscription")
  void closesSubscription() throws Exception {
    handler.x509Context = context(FIRST);
    Recorder<X509SVIDRequest, X509SVIDResponse> stream = fetchX509();
    stream.next();
    handler.x509Streams.take();
    assertThat(handler.open).hasValue(1);
    stream.cancel();
    Await.until(() -> handler.open.get() == 0);
  }

  @Test
  @DisplayName("WAPI-25, -32: X.509 bundles of all trust domains, own and foreign")
  void sendsX509Bundles() throws Exception {
    Recorder<X509BundlesRequest, X509BundlesResponse> stream = fetchX509Bundles();
    Updates<X509Context> updates = handler.bundleStreams.take();
    updates.send(X509Context.of(List.of(), List.of(OWN.bundle(), FOREIGN.bundle())));
    assertThat(stream.next().getBundlesMap())
        .isEqualTo(
            Map.of(
                "spiffe://example.org", ByteString.copyFrom(OWN.bundle().encoded()),
                "spiffe://foreign.test", ByteString.copyFrom(FOREIGN.bundle().encoded())));
    updates.send(X509Context.of(List.of(), List.of()));
    assertThat(stream.awaitEnd().getCode()).isEqualTo(Code.PERMISSION_DENIED);
  }

  @Test
  @DisplayName("WAPI-39, -40: JWT bundles as JWK Sets")
  void sendsJwtBundles() throws Exception {
    Recorder<JWTBundlesRequest, JWTBundlesResponse> stream = fetchJwtBundles();
    JwtBundle bundle = JwtBundle.of(OWN.trustDomain(), Map.of("k", OWN.keys().getPublic()));
    handler.jwtBundleStreams.take().send(List.of(bundle));
    assertThat(stream.next().getBundlesMap())
        .isEqualTo(Map.of("spiffe://example.org", ByteString.copyFrom(JwtBundles.toJson(bundle))));
  }

  @Test
  @DisplayName("WAPI-27, -33, -34, -36: JWT-SVIDs in their order, hints unique")
  void sendsJwtSvids() throws Exception {
    JwtSvidSigner signer = JwtSvidSigner.of("k", OWN.keys().getPrivate(), OWN.keys().getPublic());
    JwtSvid svid =
        signer.sign(
            SpiffeId.of(OWN.trustDomain(), "web"),
            List.of("me"),
            TestAuthority.NOW,
            TestAuthority.NOW.plusSeconds(60));
    handler.jwtSvids = () -> List.of(svid.withHint("a"), svid.withHint("a"), svid);
    assertThat(
            client
                .blocking("true")
                .fetchJWTSVID(FETCH.toBuilder().addAudience("you").build())
                .getSvidsList())
        .containsExactly(
            JWTSVID
                .newBuilder()
                .setSpiffeId("spiffe://example.org/web")
                .setSvid(svid.token())
                .setHint("a")
                .build(),
            JWTSVID
                .newBuilder()
                .setSpiffeId("spiffe://example.org/web")
                .setSvid(svid.token())
                .build());
    assertThat(handler.audiences.take()).containsExactly("me", "you");

    handler.jwtSvids = List::of;
    assertCode(Code.PERMISSION_DENIED, () -> client.blocking("true").fetchJWTSVID(FETCH));
  }

  @Test
  @DisplayName("WAPI-43, -44: validation gives the identity and claims")
  void sendsValidation() {
    ValidateJWTSVIDResponse response = client.blocking("true").validateJWTSVID(VALIDATE);
    assertThat(response.getClaims().getFieldsOrThrow("sub").getStringValue())
        .isEqualTo("spiffe://a/x");
    handler.validation = () -> new JwtValidation(SpiffeId.parse("spiffe://a/x"), Map.of());
    assertThat(client.blocking("true").validateJWTSVID(VALIDATE).hasClaims()).isTrue();
  }

  @Test
  @DisplayName("WAPI-16, -33, -74: mandatory fields, and no empty audience")
  void refusesMissingFields() {
    for (JWTSVIDRequest bad :
        List.of(
            JWTSVIDRequest.getDefaultInstance(),
            JWTSVIDRequest.newBuilder().addAudience("").build(),
            JWTSVIDRequest.newBuilder().addAudience("me").addAudience("").build(),
            JWTSVIDRequest.newBuilder().addAudience("me").setSpiffeId("web").build())) {
      assertCode(Code.INVALID_ARGUMENT, () -> client.blocking("true").fetchJWTSVID(bad));
    }
    for (ValidateJWTSVIDRequest bad :
        List.of(
            VALIDATE.toBuilder().clearAudience().build(),
            VALIDATE.toBuilder().clearSvid().build())) {
      assertCode(Code.INVALID_ARGUMENT, () -> client.blocking("true").validateJWTSVID(bad));
    }
    assertThat(handler.callers).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("WAPI-29, -62, -69, EP-24, -26: each reason has its status")
  @CsvSource({
    "NO_IDENTITY, PERMISSION_DENIED",
    "INVALID_ARGUMENT, INVALID_ARGUMENT",
    "UNIMPLEMENTED, UNIMPLEMENTED",
    "CALLER_GONE, UNAVAILABLE",
    "UNAVAILABLE, UNAVAILABLE",
    "TIMED_OUT, UNAVAILABLE",
    "EXPIRED, UNAVAILABLE",
    "INTERNAL, INTERNAL",
  })
  void mapsReasons(Reason reason, Code code) throws Exception {
    handler.validation =
        () -> {
          throw new WorkloadApiException(reason, "because of me");
        };
    assertCode(code, () -> client.blocking("true").validateJWTSVID(VALIDATE));
    Recorder<X509SVIDRequest, X509SVIDResponse> stream = fetchX509();
    handler.x509Streams.take().end(new WorkloadApiException(reason, "because of me"));
    assertThat(stream.awaitEnd().getCode()).isEqualTo(code);
  }

  @Test
  @DisplayName("what went wrong inside is not told outside")
  void hidesDetails() {
    handler.validation =
        () -> {
          throw new IllegalStateException("secret");
        };
    assertHidden(Code.INTERNAL);
    handler.validation =
        () -> {
          throw new InvalidDocumentException(InvalidDocumentException.Reason.MALFORMED, "secret");
        };
    assertHidden(Code.UNAVAILABLE);
    handler.validation =
        () -> {
          throw new WorkloadApiException(Reason.UNAVAILABLE, "secret");
        };
    assertHidden(Code.UNAVAILABLE);
  }

  private void assertHidden(Code code) {
    assertThatThrownBy(() -> client.blocking("true").validateJWTSVID(VALIDATE))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code))
        .hasMessageNotContaining("secret");
  }

  private static void assertCode(Code code, Supplier<?> call) {
    assertThatThrownBy(call::get)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }
}
