package dev.spiffe4j.tls.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.SpiffeTls;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;

/** What needs no server; examples/spring has one. */
class SpiffeBundleUpdatesTest {
  private static final String NAME = "spiffe";

  private final TestTrustDomain domain = TestTrustDomain.of("example.org");
  private final MutableX509Source source =
      MutableX509Source.of(domain.context(domain.issue("/web")));
  private final SpiffeTls tls =
      SpiffeTls.builder(source, Authorizer.memberOf(domain.trustDomain())).build();
  private final DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();
  private final SpiffeBundleUpdates updates = SpiffeBundleUpdates.register(registry, NAME, tls);

  private void rotate() {
    source.set(domain.context(domain.issue("/web")));
    updates.accept(source.x509Context());
  }

  @Test
  @DisplayName("handlers are told once of each change, and not of what they know")
  void tellsOfChanges() {
    List<SslBundle> told = new ArrayList<>();
    registry.addBundleUpdateHandler(NAME, told::add);

    updates.accept(source.x509Context());
    assertThat(told).isEmpty();
    rotate();
    updates.accept(source.x509Context());
    rotate();

    assertThat(told).hasSize(2).last().isSameAs(registry.getBundle(NAME));
  }

  @Test
  @DisplayName("a handler that fails is told again at the next call")
  void tellsAgain() {
    List<SslBundle> told = new ArrayList<>();
    registry.addBundleUpdateHandler(
        NAME,
        bundle -> {
          told.add(bundle);
          if (told.size() == 1) {
            throw new IllegalStateException("not now");
          }
        });

    assertThatThrownBy(this::rotate).isInstanceOf(IllegalStateException.class);
    updates.accept(source.x509Context());

    assertThat(told).hasSize(2);
  }

  @Test
  void aNameIsTakenOnce() {
    assertThatThrownBy(() -> SpiffeBundleUpdates.register(registry, NAME, tls))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  @DisplayName("the context and the managers are those of the TLS, and the stores have nothing")
  void bundleIsTheTls() throws Exception {
    SslBundle bundle = registry.getBundle(NAME);

    assertThat(bundle.createSslContext()).isSameAs(tls.sslContext());
    assertThat(bundle.getManagers().createSslContext("TLS")).isSameAs(tls.sslContext());
    assertThat(bundle.getManagers().getKeyManagers()).containsExactly(tls.keyManager());
    assertThat(bundle.getManagers().getTrustManagers()).containsExactly(tls.trustManager());
    assertThat(bundle.getOptions().getEnabledProtocols()).containsExactly("TLSv1.3");
    KeyStore keys = Optional.ofNullable(bundle.getStores().getKeyStore()).orElseThrow();
    KeyStore trusted = Optional.ofNullable(bundle.getStores().getTrustStore()).orElseThrow();
    assertThat(keys.size() + trusted.size()).isZero();
  }
}
