package dev.spiffe4j.tls.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.ClientCertificate;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.TlsVersion;
import dev.spiffe4j.tls.netty.TlsEngine;
import io.grpc.Attributes;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SpiffeGrpcTest {
  private final TestTrustDomain domain = TestTrustDomain.of("example.org");
  private final MutableX509Source serverSource =
      MutableX509Source.of(domain.context(domain.issue("/server")));
  private final MutableX509Source clientSource =
      MutableX509Source.of(domain.context(domain.issue("/client")));

  private final SpiffeTls server =
      SpiffeTls.builder(serverSource, Authorizer.memberOf(domain.trustDomain())).build();
  private final SpiffeTls client =
      SpiffeTls.builder(clientSource, Authorizer.memberOf(domain.trustDomain())).build();

  @ParameterizedTest
  @EnumSource
  void bothSidesKnowEachOther(TlsEngine engine) throws Exception {
    try (Echo echo = new Echo(server, engine)) {
      assertThat(echo.ask(client))
          .isEqualTo(new Echo.Answer("spiffe://example.org/client", "spiffe://example.org/server"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void newConnectionsSeeTheRotatedSvid(TlsEngine engine) throws Exception {
    try (Echo echo = new Echo(server, engine)) {
      ManagedChannel before = echo.connect(client);
      assertThat(Echo.ask(before, client).server()).isEqualTo("spiffe://example.org/server");

      serverSource.set(domain.context(domain.issue("/server-2")));
      clientSource.set(domain.context(domain.issue("/client-2")));

      assertThat(echo.ask(client))
          .isEqualTo(
              new Echo.Answer("spiffe://example.org/client-2", "spiffe://example.org/server-2"));
      // What is connected stays so.
      assertThat(Echo.ask(before, client))
          .isEqualTo(new Echo.Answer("spiffe://example.org/client", "spiffe://example.org/server"));
      before.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void withdrawnTrustRefusesNewConnectionsAndNewCalls(TlsEngine engine) throws Exception {
    try (Echo echo = new Echo(server, engine)) {
      ManagedChannel before = echo.connect(client);
      assertThat(Echo.ask(before, client).client()).isEqualTo("spiffe://example.org/client");

      X509Context old = serverSource.x509Context();
      domain.rotateAuthority();
      domain.dropOldAuthorities();
      serverSource.set(X509Context.of(old.svids(), List.of(domain.bundle())));

      assertUnavailable(() -> echo.ask(client));
      assertThatThrownBy(() -> Echo.ask(before, client))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
      before.shutdownNow();
    }
  }

  @Test
  @DisplayName("SPIRE node API: a client certificate is requested and not required")
  void optionalClientCertificate() throws Exception {
    SpiffeTls optional =
        SpiffeTls.builder(serverSource, Authorizer.memberOf(domain.trustDomain()))
            .clientCertificate(ClientCertificate.OPTIONAL)
            .build();
    SpiffeTls nobody =
        SpiffeTls.builder(
                MutableX509Source.of(domain.context()), Authorizer.memberOf(domain.trustDomain()))
            .build();
    TestTrustDomain other = TestTrustDomain.of("other.org");
    SpiffeTls stranger =
        SpiffeTls.builder(
                MutableX509Source.of(
                    X509Context.of(List.of(other.issue("/client")), List.of(domain.bundle()))),
                Authorizer.memberOf(domain.trustDomain()))
            .build();

    try (Echo echo = new Echo(optional)) {
      assertThat(echo.ask(client).client()).isEqualTo("spiffe://example.org/client");
      assertThat(echo.ask(nobody))
          .isEqualTo(new Echo.Answer("nobody", "spiffe://example.org/server"));
      assertUnavailable(() -> echo.ask(stranger));
    }
    try (Echo echo = new Echo(server)) {
      assertUnavailable(() -> echo.ask(nobody));
    }
  }

  @Test
  void enginesHaveTheVersionsAndDemandsOfTheOptions() {
    for (SslContext context :
        List.of(SpiffeGrpc.serverSslContext(server), SpiffeGrpc.clientSslContext(client))) {
      SSLEngine engine = context.newEngine(ByteBufAllocator.DEFAULT);
      assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3");
      assertThat(engine.getNeedClientAuth()).isTrue();
      assertThat(context.applicationProtocolNegotiator().protocols()).containsExactly("h2");
    }
    SpiffeTls lenient =
        SpiffeTls.builder(serverSource, Authorizer.anyAuthenticated())
            .minimumVersion(TlsVersion.TLS_1_2)
            .clientCertificate(ClientCertificate.OPTIONAL)
            .build();
    SSLEngine engine = SpiffeGrpc.serverSslContext(lenient).newEngine(ByteBufAllocator.DEFAULT);
    assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.2", "TLSv1.3");
    assertThat(engine.getNeedClientAuth()).isFalse();
    assertThat(engine.getWantClientAuth()).isTrue();
  }

  @Test
  void aCallWithoutTlsHasNoPeer() {
    assertThat(SpiffeGrpc.peer(server, Attributes.EMPTY)).isEmpty();
  }

  private static void assertUnavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
  }
}
