package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.RawClient.Recorder;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.WITSVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
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
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadApiServerTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final TestAuthority FOREIGN = new TestAuthority("foreign.test");
  private static final X509Svid FIRST = OWN.svid("first");
  private static final X509Svid SECOND = OWN.svid("second");
  private static final ValidateJWTSVIDRequest VALIDATE =
      ValidateJWTSVIDRequest.newBuilder().setAudience("me").setSvid("t").build();

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

  @Test
  @DisplayName("EP-08 WAPI-04: a call with the security header is served")
  void servesWithHeader() throws Exception {
    assertThat(client.blocking("true").validateJWTSVID(VALIDATE).getSpiffeId())
        .isEqualTo("spiffe://a/x");
    assertThat(handler.callers.take().credentials().pid())
        .isEqualTo((int) ProcessHandle.current().pid());
  }

  @ParameterizedTest
  @DisplayName("EP-08, EP-22, EP-35: without exactly one value 'true', InvalidArgument")
  @ValueSource(strings = {"none", "", "True", "1", "true,true", "true|true"})
  void refusesWithoutHeader(String header) {
    String[] values = header.equals("none") ? new String[0] : header.split("\\|");
    assertCode(Code.INVALID_ARGUMENT, () -> client.blocking(values).validateJWTSVID(VALIDATE));
    assertThat(handler.callers).isEmpty();
  }

  @Test
  @DisplayName("WAPI-47: the WIT profile is unimplemented")
  void hasNoWit() {
    assertCode(
        Code.UNIMPLEMENTED,
        () -> client.blocking("true").fetchWITSVID(WITSVIDRequest.getDefaultInstance()).hasNext());
  }

  @Test
  @DisplayName("WAPI-09, -19, -20, -26, -27: the whole context, own bundle in each SVID")
  void sendsWholeContext() throws Exception {
    handler.x509Context =
        X509Context.of(
            List.of(FIRST.withHint("a"), SECOND.withHint("a"), SECOND),
            List.of(OWN.bundle(), FOREIGN.bundle()));
    Recorder<X509SVIDRequest, X509SVIDResponse> stream = new Recorder<>();
    client.async().fetchX509SVID(X509SVIDRequest.getDefaultInstance(), stream);
    X509SVIDResponse response = stream.next();
    assertThat(response.getSvidsList())
        .extracting(svid -> svid.getSpiffeId() + " " + svid.getHint())
        .containsExactly("spiffe://example.org/first a", "spiffe://example.org/second ");
    assertThat(response.getSvids(0).getBundle())
        .isEqualTo(ByteString.copyFrom(OWN.bundle().encoded()));
    assertThat(response.getFederatedBundlesMap())
        .isEqualTo(
            Map.of("spiffe://foreign.test", ByteString.copyFrom(FOREIGN.bundle().encoded())));
  }

  private static void assertCode(Code code, Supplier<?> call) {
    assertThatThrownBy(call::get)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class, e -> assertThat(e.getStatus().getCode()).isEqualTo(code));
  }
}
