package dev.spiffe4j.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.spiffe.bundle.jwtbundle.JwtBundle;
import io.spiffe.bundle.jwtbundle.JwtBundleSet;
import io.spiffe.exception.X509ContextException;
import io.spiffe.spiffeid.TrustDomain;
import io.spiffe.svid.jwtsvid.JwtSvid;
import io.spiffe.svid.x509svid.X509SvidValidator;
import io.spiffe.workloadapi.DefaultWorkloadApiClient;
import io.spiffe.workloadapi.DefaultWorkloadApiClient.ClientOptions;
import io.spiffe.workloadapi.Watcher;
import io.spiffe.workloadapi.WorkloadApiClient;
import io.spiffe.workloadapi.X509Context;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client of another project gets everything from our server and agent. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class JavaSpiffeClientTest {
  private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");

  private Engine engine;
  private WorkloadApiClient client;

  @BeforeEach
  void start() throws Exception {
    engine = Engine.start();
    client =
        DefaultWorkloadApiClient.newClient(
            ClientOptions.builder().spiffeSocketPath(engine.address().toString()).build());
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    engine.close();
  }

  @Test
  @DisplayName("java-spiffe gets an X.509-SVID that verifies under the bundle it got with it")
  void x509() throws Exception {
    registerAndAwait("/java-spiffe");

    X509Context context = client.fetchX509Context();
    assertThat(context.getDefaultSvid().getSpiffeId().toString())
        .isEqualTo("spiffe://example.org/java-spiffe");
    X509SvidValidator.verifyChain(context.getDefaultSvid().getChain(), context.getX509BundleSet());
    assertThat(client.fetchX509Bundles().getBundleForTrustDomain(TRUST_DOMAIN))
        .isEqualTo(context.getX509BundleSet().getBundleForTrustDomain(TRUST_DOMAIN));
  }

  @Test
  @DisplayName("java-spiffe gets a JWT-SVID, verifies it, and has it validated by our server")
  void jwt() throws Exception {
    registerAndAwait("/java-spiffe");

    JwtSvid token = client.fetchJwtSvid("billing");
    assertThat(token.getSpiffeId().toString()).isEqualTo("spiffe://example.org/java-spiffe");
    JwtBundleSet bundles = client.fetchJwtBundles();
    JwtBundle bundle = bundles.getBundleForTrustDomain(TRUST_DOMAIN);
    assertThat(bundle.getJwtAuthorities()).isNotEmpty();
    JwtSvid verified = JwtSvid.parseAndValidate(token.getToken(), bundles, Set.of("billing"));
    assertThat(verified.getSpiffeId()).isEqualTo(token.getSpiffeId());
    assertThat(client.validateJwtSvid(token.getToken(), "billing").getSpiffeId())
        .isEqualTo(token.getSpiffeId());
  }

  @Test
  @DisplayName("java-spiffe hears of each change of its identities")
  void watch() throws Exception {
    registerAndAwait("/java-spiffe");
    BlockingQueue<X509Context> heard = new LinkedBlockingQueue<>();
    client.watchX509Context(
        new Watcher<>() {
          @Override
          public void onUpdate(X509Context update) {
            heard.add(update);
          }

          @Override
          public void onError(Throwable error) {}
        });
    assertThat(heard.take().getX509Svids()).hasSize(1);
    engine.register("/another");
    assertThat(heard.take().getX509Svids()).hasSize(2);
  }

  @Test
  @DisplayName("java-spiffe is told PermissionDenied when no entry fits")
  void stranger() {
    assertThatThrownBy(client::fetchX509Context)
        .isInstanceOf(X509ContextException.class)
        .rootCause()
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
  }

  private void registerAndAwait(String path) throws Exception {
    engine.register(path);
    engine.awaitX509Svids(1);
  }
}
