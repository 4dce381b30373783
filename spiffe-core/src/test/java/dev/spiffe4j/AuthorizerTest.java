package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Authorizers")
final class AuthorizerTest {
  private static final X509Certificate ROOT = TestCertificate.root("root").certificate();
  private static final TrustDomain FOO = TrustDomain.parse("foo.test");

  private static final List<String> PEERS =
      List.of(
          "spiffe://foo.test/A",
          "spiffe://foo.test/B",
          "spiffe://foo.test/a",
          "spiffe://foo.test/sub/C",
          "spiffe://foo.test/sub",
          "spiffe://foo.test/subtle",
          "spiffe://sub.foo.test/A",
          "spiffe://bar.test/A",
          "spiffe://bar.test/sub/C");

  private static VerifiedPeer peer(String id) {
    return new VerifiedPeer(SpiffeId.parse(id), List.of(ROOT), ROOT);
  }

  private static Stream<String> allowed(Authorizer authorizer) {
    return PEERS.stream().filter(id -> authorizer.authorizes(peer(id)));
  }

  @Test
  void allowsExactly() {
    SpiffeId a = SpiffeId.parse("spiffe://foo.test/A");
    SpiffeId b = SpiffeId.parse("spiffe://foo.test/B");
    assertThat(allowed(Authorizer.exactly(a))).containsExactly("spiffe://foo.test/A");
    assertThat(allowed(Authorizer.exactly(a, b, a)))
        .containsExactly("spiffe://foo.test/A", "spiffe://foo.test/B");
    assertThat(allowed(Authorizer.exactly(FOO.spiffeId()))).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(Authorizer::exactly);
  }

  @Test
  @DisplayName("a configured ID that is none fails the whole list")
  void parsesExactly() {
    assertThat(allowed(Authorizer.parseExactly(List.of("spiffe://foo.test/A"))))
        .containsExactly("spiffe://foo.test/A");
    assertThatExceptionOfType(InvalidSpiffeIdException.class)
        .isThrownBy(
            () -> Authorizer.parseExactly(List.of("spiffe://foo.test/A", "spiffe://FOO.test/A")));
    assertThatIllegalArgumentException().isThrownBy(() -> Authorizer.parseExactly(List.of()));
  }

  @Test
  @DisplayName("ID-15, rule 1: members are of exactly that trust domain")
  void allowsMembers() {
    assertThat(allowed(Authorizer.memberOf(FOO)))
        .containsExactly(
            "spiffe://foo.test/A",
            "spiffe://foo.test/B",
            "spiffe://foo.test/a",
            "spiffe://foo.test/sub/C",
            "spiffe://foo.test/sub",
            "spiffe://foo.test/subtle");
    assertThatNullPointerException().isThrownBy(() -> Authorizer.memberOf(nothing()));
  }

  @SuppressWarnings("NullAway") // what a caller without nullness checks would pass
  private static TrustDomain nothing() {
    return null;
  }

  @Test
  @DisplayName("below a path means whole segments, of that trust domain")
  void allowsBelowAPath() {
    assertThat(allowed(Authorizer.under(FOO, "sub")))
        .containsExactly("spiffe://foo.test/sub/C", "spiffe://foo.test/sub");
    assertThat(allowed(Authorizer.under(FOO, "sub", "C")))
        .containsExactly("spiffe://foo.test/sub/C");
    assertThatIllegalArgumentException().isThrownBy(() -> Authorizer.under(FOO));
    for (String bad : List.of("", "sub/", "/sub", "..", "a/b")) {
      assertThatExceptionOfType(InvalidSpiffeIdException.class)
          .isThrownBy(() -> Authorizer.under(FOO, bad));
    }
  }

  @Test
  void allowsAnybodyOnlyWhenToldSo() {
    assertThat(allowed(Authorizer.anyAuthenticated())).containsExactlyElementsOf(PEERS);
  }

  @Test
  void combines() {
    Authorizer foo = Authorizer.memberOf(FOO);
    Authorizer sub = Authorizer.under(FOO, "sub");
    assertThat(allowed(foo.and(sub.not())))
        .containsExactly(
            "spiffe://foo.test/A",
            "spiffe://foo.test/B",
            "spiffe://foo.test/a",
            "spiffe://foo.test/subtle");
    assertThat(allowed(sub.or(Authorizer.memberOf(TrustDomain.parse("bar.test")))))
        .containsExactly(
            "spiffe://foo.test/sub/C",
            "spiffe://foo.test/sub",
            "spiffe://bar.test/A",
            "spiffe://bar.test/sub/C");
    assertThat(allowed(foo.not()))
        .containsExactly(
            "spiffe://sub.foo.test/A", "spiffe://bar.test/A", "spiffe://bar.test/sub/C");
  }
}
