package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.X509BundleSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revocation lists that come with SVIDs and bundles are there for who wants them checked. */
class RevocationListsTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final X509Svid WEB = OWN.svid("web");
  private static final X509Svid REVOKED = OWN.svid("revoked");
  private static final ByteString LIST = ByteString.copyFrom(OWN.revocationList(REVOKED));
  private static final ByteString BROKEN = LIST.substring(0, LIST.size() - 1);

  @TempDir Path directory;

  private RawServer server;

  @BeforeEach
  void start() throws IOException {
    server = new RawServer(directory.resolve("api.sock"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private WorkloadApiAddress address() {
    return WorkloadApiAddress.of(directory.resolve("api.sock"));
  }

  private static X509SVIDResponse svids(ByteString... lists) {
    X509SVIDResponse.Builder message =
        X509SVIDResponse.newBuilder().addSvids(RawServer.svid(WEB, OWN.bundle()));
    for (ByteString list : lists) {
      message.addCrl(list);
    }
    return message.build();
  }

  @Test
  @DisplayName("WAPI-72: lists that come with SVIDs can be checked; they go with the identity")
  void comeWithSvids() throws Exception {
    server.onX509 = stream -> stream.onNext(svids(LIST));
    try (X509Source source = X509Source.builder(address()).clock(new HandClock()).connect()) {
      assertChecks(source, source::revocationLists);
      server.onX509 = stream -> {};
      server.x509Streams.take().onError(Status.PERMISSION_DENIED.asRuntimeException());
      Await.until(() -> !source.isReady());
      assertThatThrownBy(source::revocationLists)
          .isInstanceOfSatisfying(
              WorkloadApiException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.NO_IDENTITY));
    }
  }

  @Test
  @DisplayName("WAPI-72: lists that come with bundles can be checked")
  void comeWithBundles() {
    server.onX509Bundles =
        stream ->
            stream.onNext(
                X509BundlesResponse.newBuilder()
                    .putBundles("spiffe://example.org", ByteString.copyFrom(OWN.bundle().encoded()))
                    .addCrl(LIST)
                    .build());
    try (WorkloadBundleSource source =
        WorkloadBundleSource.builder(address()).kinds(BundleKind.X509).connect()) {
      assertChecks(source, source::revocationLists);
    }
  }

  @Test
  @DisplayName("WAPI-72: a list that cannot be read costs itself only, and is told of")
  void malformed() {
    server.onX509 = stream -> stream.onNext(svids(BROKEN, LIST, ByteString.EMPTY));
    try (X509Source source = X509Source.builder(address()).clock(new HandClock()).connect()) {
      assertChecks(source, source::revocationLists);
      assertThat(source.isReady()).isTrue();
      assertThat(source.stats().badElements()).isEqualTo(2);
      assertThat(source.lastError().orElseThrow().reason()).isEqualTo(Reason.INVALID_RESPONSE);
    }
  }

  private static void assertChecks(X509BundleSource bundles, Supplier<RevocationLists> lists) {
    X509SvidVerifier verifier =
        X509SvidVerifier.builder(bundles).clock(new HandClock()).revocationLists(lists).build();
    assertThat(verifier.verify(WEB.chain()).spiffeId()).isEqualTo(WEB.spiffeId());
    assertThatThrownBy(() -> verifier.verify(REVOKED.chain()))
        .isInstanceOfSatisfying(
            SvidVerificationException.class,
            e -> assertThat(e.reason()).isEqualTo(SvidVerificationException.Reason.REVOKED));
  }
}
