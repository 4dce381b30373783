package dev.spiffe4j.tls.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.SpiffeTls;
import io.netty.handler.ssl.OpenSsl;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class KeyExchangeTest {
  private static final int X25519_MLKEM768 = 0x11ec;
  private static final int X25519 = 0x001d;
  private static final int EXTENSION_KEY_SHARE = 51;

  private final TestTrustDomain domain = TestTrustDomain.of("example.org");
  private final SpiffeTls tls =
      SpiffeTls.builder(
              MutableX509Source.of(domain.context(domain.issue("/web"))),
              Authorizer.memberOf(domain.trustDomain()))
          .build();

  private SpiffeSslContext clients(TlsEngine engine, KeyExchange keyExchange) {
    return SpiffeSslContext.forClient(tls).engine(engine).keyExchange(keyExchange).build();
  }

  private SpiffeSslContext servers(TlsEngine engine, KeyExchange keyExchange) {
    return SpiffeSslContext.forServer(tls).engine(engine).keyExchange(keyExchange).build();
  }

  private static NettyLink.Result connect(SpiffeSslContext clients, SpiffeSslContext servers)
      throws Exception {
    try (clients;
        servers;
        NettyLink link = new NettyLink(NettyLink.Use.HANDLER, "TLSv1.3", clients, servers)) {
      return link.connect();
    }
  }

  /** RFC 8446 §4.1.3: the group of the server's key share, as it stood on the wire. */
  private static int group(ByteBuffer record) {
    record.position(5 + 4 + 2 + 32); // record and handshake headers, version, random
    record.position(record.get() + record.position()); // session ID
    record.position(record.position() + 2 + 1); // cipher suite, compression
    int end = record.getShort() + record.position();
    while (record.position() < end) {
      int type = record.getShort();
      int length = record.getShort();
      if (type == EXTENSION_KEY_SHARE) {
        return record.getShort();
      }
      record.position(record.position() + length);
    }
    throw new AssertionError("no key share");
  }

  @Test
  @DisplayName("X25519MLKEM768 is on the wire by default, and when it is required")
  void postQuantum() throws Exception {
    for (KeyExchange keyExchange :
        new KeyExchange[] {KeyExchange.POST_QUANTUM_PREFERRED, KeyExchange.POST_QUANTUM_REQUIRED}) {
      NettyLink.Result result =
          connect(
              clients(TlsEngine.NATIVE, keyExchange),
              servers(TlsEngine.NATIVE, KeyExchange.POST_QUANTUM_PREFERRED));
      result.outcome().assertEstablished();
      assertThat(group(result.received())).isEqualTo(X25519_MLKEM768);
    }
  }

  @Test
  void classicAndPreferredMeetInTheMiddle() throws Exception {
    NettyLink.Result result =
        connect(
            clients(TlsEngine.NATIVE, KeyExchange.CLASSIC),
            servers(TlsEngine.NATIVE, KeyExchange.POST_QUANTUM_PREFERRED));
    result.outcome().assertEstablished();
    assertThat(group(result.received())).isEqualTo(X25519);

    result =
        connect(
            clients(TlsEngine.JDK, KeyExchange.POST_QUANTUM_PREFERRED),
            servers(TlsEngine.NATIVE, KeyExchange.POST_QUANTUM_PREFERRED));
    result.outcome().assertEstablished();
  }

  @Test
  void requiredIsRequired() throws Exception {
    connect(
            clients(TlsEngine.NATIVE, KeyExchange.CLASSIC),
            servers(TlsEngine.NATIVE, KeyExchange.POST_QUANTUM_REQUIRED))
        .outcome()
        .assertRefused();
    connect(
            clients(TlsEngine.NATIVE, KeyExchange.POST_QUANTUM_REQUIRED),
            servers(TlsEngine.NATIVE, KeyExchange.CLASSIC))
        .outcome()
        .assertRefused();
  }

  @Test
  void anEngineWithoutItSaysSo() {
    assertThatThrownBy(() -> servers(TlsEngine.JDK, KeyExchange.POST_QUANTUM_REQUIRED))
        .isInstanceOfSatisfying(
            TlsEngineException.class,
            e -> assertThat(e.reason()).isEqualTo(TlsEngineException.Reason.NO_POST_QUANTUM));
  }

  @Test
  void saysWhichEngineIsInUse() {
    assertThat(OpenSsl.isAvailable()).isTrue();
    try (SpiffeSslContext auto = clients(TlsEngine.AUTO, KeyExchange.CLASSIC);
        SpiffeSslContext jdk = clients(TlsEngine.JDK, KeyExchange.CLASSIC)) {
      assertThat(auto.engine()).isEqualTo(TlsEngine.NATIVE);
      assertThat(jdk.engine()).isEqualTo(TlsEngine.JDK);
    }
  }
}
