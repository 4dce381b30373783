package dev.spiffe4j.tls.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.SpiffeTls;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.PlaintextAuthenticationContext;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no broker; examples/kafka has one. */
class SpiffePrincipalBuilderTest {
  private static final TestTrustDomain DOMAIN = TestTrustDomain.of("example.org");
  private static final SpiffeTls TLS =
      SpiffeTls.builder(
              MutableX509Source.of(DOMAIN.context(DOMAIN.issue("/kafka"))),
              Authorizer.memberOf(DOMAIN.trustDomain()))
          .build();

  private final SpiffePrincipalBuilder builder = new SpiffePrincipalBuilder();

  @Test
  @DisplayName("a principal that is passed on comes out as it went in")
  void passesPrincipalsOn() {
    KafkaPrincipal shop = new KafkaPrincipal("User", "spiffe://example.org/shop");
    assertThat(builder.deserialize(builder.serialize(shop))).isEqualTo(shop);
    assertThat(builder.deserialize(builder.serialize(KafkaPrincipal.ANONYMOUS)))
        .isEqualTo(KafkaPrincipal.ANONYMOUS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "User:", "User:alice", "Group:spiffe://example.org/shop", "spiffe://a/b"})
  @DisplayName("what is passed on and is no SPIFFE ID is refused")
  void refusesOtherPrincipals(String text) {
    assertThatThrownBy(() -> builder.deserialize(text.getBytes(UTF_8)))
        .isInstanceOf(SerializationException.class);
  }

  @Test
  void plaintextIsAnonymousAndSaslIsRefused() {
    builder.configure(Map.of(SpiffeSslEngineFactory.TLS, TLS));
    InetAddress address = InetAddress.getLoopbackAddress();

    assertThat(builder.build(new PlaintextAuthenticationContext(address, "PLAINTEXT")))
        .isEqualTo(KafkaPrincipal.ANONYMOUS);
    assertThatThrownBy(() -> builder.build(new Sasl(address)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Somebody who has said a name of his own choice. */
  private record Sasl(InetAddress clientAddress) implements AuthenticationContext {
    @Override
    public SecurityProtocol securityProtocol() {
      return SecurityProtocol.SASL_SSL;
    }

    @Override
    public String listenerName() {
      return "SASL_SSL";
    }
  }

  @Test
  @DisplayName("a configuration that holds something else is refused, and none is no open door")
  void failsClosed() {
    Map<String, ?> wrong = Map.of(SpiffeSslEngineFactory.TLS, "SpiffeTls");
    assertThatThrownBy(() -> builder.configure(wrong)).isInstanceOf(ConfigException.class);
    try (SpiffeSslEngineFactory factory = new SpiffeSslEngineFactory()) {
      assertThatThrownBy(() -> factory.configure(wrong)).isInstanceOf(ConfigException.class);
      assertThatThrownBy(() -> factory.createServerSslEngine("localhost", 1))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  @DisplayName("ssl.client.auth=none does not open a broker")
  void clientsAreAskedWhateverIsConfigured() {
    try (SpiffeSslEngineFactory factory = new SpiffeSslEngineFactory()) {
      factory.configure(Map.of(SpiffeSslEngineFactory.TLS, TLS, "ssl.client.auth", "none"));

      SSLEngine engine = factory.createServerSslEngine("localhost", 1);

      assertThat(engine.getUseClientMode()).isFalse();
      assertThat(engine.getNeedClientAuth()).isTrue();
      assertThat(Optional.ofNullable(factory.keystore())).isEmpty();
      assertThat(factory.shouldBeRebuilt(Map.of())).isFalse();
    }
  }
}
