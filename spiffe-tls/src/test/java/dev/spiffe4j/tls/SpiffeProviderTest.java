package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.security.KeyManagementException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.Security;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SpiffeProviderTest {
  private static final char[] PASSWORD = "anything".toCharArray();

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  static Stream<TlsCase> cases() {
    return TlsCase.all();
  }

  private static SSLContext context(SpiffeTls tls) throws Exception {
    SSLContext context = SSLContext.getInstance("SPIFFE", new SpiffeProvider(tls));
    context.init(null, null, null);
    return context;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aContextByNameIsThatOfTheTls(TlsCase how) throws Exception {
    SpiffeTls serverTls = server.tls();
    try (Link link =
        Link.of(how.transport(), how.protocol(), context(client.tls()), context(serverTls))) {
      Outcome outcome = link.connect();
      assertThat(serverTls.peer(outcome.server().established()).spiffeId())
          .isEqualTo(domain.id("/client"));

      // It neither forgets what clients must present, nor resumes.
      server.authorizer = peer -> false;
      outcome = link.connect();
      outcome.assertRefused();
      assertThat(outcome.server().reason()).isEqualTo(Reason.NOT_AUTHORIZED);
    }
  }

  @Test
  void theFactoriesHaveTheManagersOfTheTls() throws Exception {
    SpiffeTls tls = server.tls();
    SpiffeProvider provider = new SpiffeProvider(tls);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SPIFFE", provider);
    keys.init(null, PASSWORD);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("SPIFFE", provider);
    trust.init((KeyStore) null);
    assertThat(keys.getKeyManagers()).containsExactly(tls.keyManager());
    assertThat(trust.getTrustManagers()).containsExactly(tls.trustManager());

    SSLContext context = SSLContext.getInstance("SPIFFE", provider);
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    TrustManagerFactory others =
        TrustManagerFactory.getInstance("SPIFFE", new SpiffeProvider(client.tls()));
    TrustManager[] foreign = others.getTrustManagers();
    assertThatThrownBy(() -> context.init(null, foreign, null))
        .isInstanceOf(KeyManagementException.class);
  }

  @Test
  void aKeyStoreHasKeyAndChainOfTheMomentItWasLoadedIn() throws Exception {
    KeyStore store = KeyStore.getInstance("SPIFFE", new SpiffeProvider(server.tls()));
    store.load(null, null);
    assertThat(Collections.list(store.aliases())).containsExactly("spiffe");
    var before = server.source.x509Context().x509Svid();

    server.source.set(domain.context(domain.issue("/server-2")));

    assertThat(store.getKey("spiffe", PASSWORD)).isEqualTo(before.privateKey());
    assertThat(store.getCertificateChain("spiffe")).containsExactly(before.leaf());
    store.load(null, null);
    assertThat(store.getCertificate("spiffe"))
        .isEqualTo(server.source.x509Context().x509Svid().leaf());
    assertThat(store.isCertificateEntry("spiffe")).isFalse();
    assertThatThrownBy(() -> store.deleteEntry("spiffe")).isInstanceOf(KeyStoreException.class);

    server.clock.advance(Duration.ofHours(2));
    store.load(null, null);
    assertThat(store.size()).isZero();
  }

  @Test
  void nobodyRegistersIt() {
    assertThat(new SpiffeProvider(server.tls()).getName()).isEqualTo("SPIFFE");
    assertThat(Security.getProvider("SPIFFE")).isNull();
  }
}
