package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestSvidBuilder;
import dev.spiffe4j.testing.TestTrustDomain;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ManagersTest {
  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party party = new Party(clock, domain.context(domain.issue("/web")));
  private final X509ExtendedTrustManager trustManager = party.tls().trustManager();
  private final X509ExtendedKeyManager keyManager = party.tls().keyManager();

  private static X509Certificate[] array(TestSvidBuilder svid) {
    return svid.buildUnchecked().chain().toArray(X509Certificate[]::new);
  }

  /** Through every door of a trust manager. */
  private List<Throwable> failures(X509Certificate[] chain, String authType) {
    List<Throwable> failures = new ArrayList<>();
    for (var check :
        List.<ThrowingCallable>of(
            () -> trustManager.checkClientTrusted(chain, authType),
            () -> trustManager.checkServerTrusted(chain, authType),
            () -> trustManager.checkClientTrusted(chain, authType, (Socket) null),
            () -> trustManager.checkServerTrusted(chain, authType, (Socket) null),
            () -> trustManager.checkClientTrusted(chain, authType, (SSLEngine) null),
            () -> trustManager.checkServerTrusted(chain, authType, (SSLEngine) null))) {
      failures.add(catchThrowable(check));
    }
    return failures;
  }

  private void assertRefused(X509Certificate[] chain, Reason reason) {
    assertThat(failures(chain, "UNKNOWN"))
        .allSatisfy(
            failure -> {
              assertThat(failure).isInstanceOf(CertificateException.class);
              assertThat(Outcome.reasonOf(failure)).isEqualTo(reason);
            });
  }

  @Test
  void trustsWhateverTheAuthTypeIs() {
    X509Certificate[] chain = array(domain.svid("/peer"));

    for (String authType : new String[] {"UNKNOWN", "GENERIC", "ECDHE_ECDSA", "", null}) {
      assertThat(failures(chain, authType)).containsOnlyNulls();
    }
  }

  @Test
  void refusesNothingAndNullTyped() {
    assertRefused(null, Reason.NO_SVID);
    assertRefused(new X509Certificate[0], Reason.NO_SVID);
    assertRefused(new X509Certificate[] {null}, Reason.MALFORMED);
  }

  @Test
  @DisplayName("X509-03 X509-04 X509-30 X509-32 X509-33 X509-35: bad SVIDs are refused in TLS")
  void refusesBadSvids() {
    Instant now = clock.instant();
    assertThat(failures(array(domain.svid("/peer")), "UNKNOWN")).containsOnlyNulls();

    assertRefused(array(domain.svid("/peer").notAfter(now.minusSeconds(1))), Reason.EXPIRED);
    assertRefused(array(domain.svid("/peer").notBefore(now.plusSeconds(1))), Reason.NOT_YET_VALID);
    assertRefused(array(domain.svid("/peer").certificateAuthority()), Reason.BAD_PROFILE);
    assertRefused(array(domain.svid("/peer").keyCertSign()), Reason.BAD_PROFILE);
    assertRefused(array(domain.svid("/peer").uris()), Reason.BAD_SPIFFE_ID);
    assertRefused(
        array(domain.svid("/peer").uris("spiffe://example.org/a", "spiffe://example.org/b")),
        Reason.BAD_SPIFFE_ID);
    assertRefused(array(domain.svid("/peer").uris("spiffe://example.org")), Reason.BAD_PROFILE);
    assertRefused(
        array(TestTrustDomain.builder("other.org").clock(clock).build().svid("/peer")),
        Reason.NO_BUNDLE);
    party.authorizer = peer -> false;
    assertRefused(array(domain.svid("/peer")), Reason.NOT_AUTHORIZED);
  }

  @Test
  void tellsClientsNoAuthorities() {
    assertThat(trustManager.getAcceptedIssuers()).isEmpty();
  }

  @Test
  void anAliasNamesOneSvidForEver() {
    X509Svid first = party.source.x509Context().x509Svid();
    String before = keyManager.chooseEngineServerAlias("EC", null, null);
    X509Svid second = domain.issue("/web");
    party.source.set(domain.context(second));
    String after = keyManager.chooseEngineServerAlias("EC", null, null);

    assertThat(after).isNotEqualTo(before);
    assertThat(keyManager.getPrivateKey(before)).isSameAs(first.privateKey());
    assertThat(keyManager.getCertificateChain(before)).containsExactly(first.leaf());
    assertThat(keyManager.getPrivateKey(after)).isSameAs(second.privateKey());
    assertThat(keyManager.getCertificateChain(after)).containsExactly(second.leaf());
    assertThat(keyManager.chooseServerAlias("EC", null, null)).isEqualTo(after);
    assertThat(keyManager.getServerAliases("EC", null)).containsExactly(after);
    assertThat(keyManager.getClientAliases("EC", null)).containsExactly(after);
  }

  @Test
  void oldKeysAreNotKeptForEver() {
    String first = keyManager.chooseEngineServerAlias("EC", null, null);
    for (int i = 0; i < 8; i++) {
      assertThat(keyManager.getPrivateKey(first)).isNotNull();
      party.source.set(domain.context(domain.issue("/web")));
      keyManager.chooseEngineServerAlias("EC", null, null);
    }

    assertThat(keyManager.getPrivateKey(first)).isNull();
    assertThat(keyManager.getCertificateChain(first)).isNull();
    assertThat(keyManager.getPrivateKey(null)).isNull();
  }

  @Test
  void presentsNothingForAnotherKindOfKey() {
    assertThat(keyManager.chooseEngineServerAlias("RSA", null, null)).isNull();
    assertThat(keyManager.chooseEngineClientAlias(new String[] {"RSA", "EdDSA"}, null, null))
        .isNull();
    assertThat(keyManager.chooseClientAlias(new String[] {"RSA", "EC"}, null, null)).isNotNull();
    assertThat(keyManager.getClientAliases("RSA", null)).isNull();
    assertThat(keyManager.getServerAliases("RSA", null)).isNull();
  }

  @Test
  void aClientWithoutAnSvidPresentsNothingAndAServerFails() {
    party.source.set(domain.context());

    assertThat(keyManager.chooseEngineClientAlias(new String[] {"EC"}, null, null)).isNull();
    assertThatThrownBy(() -> keyManager.chooseEngineServerAlias("EC", null, null))
        .satisfies(e -> assertThat(Outcome.reasonOf(e)).isEqualTo(Reason.NO_SVID));
  }

  @Test
  void anExpiredSvidIsNotPresented() {
    party.clock.advance(Duration.ofHours(1));
    assertThat(keyManager.chooseEngineServerAlias("EC", null, null)).isNotNull();

    party.clock.advance(Duration.ofMillis(1));
    assertThatThrownBy(() -> keyManager.chooseEngineServerAlias("EC", null, null))
        .satisfies(e -> assertThat(Outcome.reasonOf(e)).isEqualTo(Reason.EXPIRED));
    assertThatThrownBy(() -> keyManager.chooseEngineClientAlias(new String[] {"EC"}, null, null))
        .satisfies(e -> assertThat(Outcome.reasonOf(e)).isEqualTo(Reason.EXPIRED));
  }

  @Test
  void aSourceThatIsClosedTrustsAndPresentsNothing() {
    X509ContextSource closed =
        new X509ContextSource() {
          @Override
          public X509Context x509Context() {
            throw new IllegalStateException("source is closed");
          }
        };
    SpiffeTls tls = SpiffeTls.builder(closed, Authorizer.anyAuthenticated()).build();

    assertThatThrownBy(
            () -> tls.trustManager().checkServerTrusted(array(domain.svid("/peer")), "UNKNOWN"))
        .isInstanceOf(CertificateException.class)
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> tls.keyManager().chooseEngineClientAlias(new String[] {"EC"}, null, null))
        .hasCauseInstanceOf(IllegalStateException.class);
  }
}
