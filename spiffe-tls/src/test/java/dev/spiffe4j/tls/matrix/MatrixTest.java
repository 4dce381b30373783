package dev.spiffe4j.tls.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.RecordingTrace;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.TlsVersion;
import dev.spiffe4j.tls.matrix.Expectations.Cell;
import dev.spiffe4j.tls.stack.HttpsStack;
import dev.spiffe4j.tls.stack.Stack;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("Every TLS stack, in every mode, with every kind of bad peer")
class MatrixTest {
  /**
   * Why our side refuses, and what the peer is told. Each column is what is on our side:
   *
   * <ul>
   *   <li>{@code server} and {@code client} of mutual TLS;
   *   <li>{@code deaf server}, which asks no client who it is, and so is shown nothing bad; and
   *       {@code mute client}, which presents nothing itself;
   *   <li>{@code web server}, with a certificate of the Web PKI for clients with SVIDs; and {@code
   *       web client}, which presents its SVID to a server of the Web PKI. What such a server
   *       itself presents, and which clients it wants, is not ours to judge: that is why the two
   *       have a column for one direction only.
   * </ul>
   */
  private static final Expectations EXPECTED =
      Expectations.parse(
          """
          the peer                     | server          | client          | deaf server | mute client     | web server      | web client      | is told             | web server is told
          NONE                         | ok              | ok              | ok          | ok              | ok              | ok              | -                   | -
          OTHER_TRUST_DOMAIN           | NOT_AUTHORIZED  | NOT_AUTHORIZED  | not shown   | NOT_AUTHORIZED  | NOT_AUTHORIZED  | UNTRUSTED_CHAIN | certificate_unknown | certificate_unknown
          NO_BUNDLE                    | NO_BUNDLE       | NO_BUNDLE       | not shown   | NO_BUNDLE       | NO_BUNDLE       | UNTRUSTED_CHAIN | certificate_unknown | certificate_unknown
          ISSUED_BY_OTHER_TRUST_DOMAIN | UNTRUSTED_CHAIN | UNTRUSTED_CHAIN | not shown   | UNTRUSTED_CHAIN | UNTRUSTED_CHAIN | UNTRUSTED_CHAIN | certificate_unknown | certificate_unknown
          UNKNOWN_AUTHORITY            | UNTRUSTED_CHAIN | UNTRUSTED_CHAIN | not shown   | UNTRUSTED_CHAIN | UNTRUSTED_CHAIN | UNTRUSTED_CHAIN | certificate_unknown | certificate_unknown
          EXPIRED                      | EXPIRED         | EXPIRED         | not shown   | EXPIRED         | EXPIRED         | EXPIRED         | certificate_unknown | certificate_unknown or certificate_expired
          NOT_YET_VALID                | NOT_YET_VALID   | NOT_YET_VALID   | not shown   | NOT_YET_VALID   | NOT_YET_VALID   | NOT_YET_VALID   | certificate_unknown | certificate_unknown or bad_certificate
          UNAUTHORIZED                 | NOT_AUTHORIZED  | NOT_AUTHORIZED  | not shown   | NOT_AUTHORIZED  | NOT_AUTHORIZED  | WRONG_NAME      | certificate_unknown | certificate_unknown
          ROOT_PATH                    | BAD_PROFILE     | BAD_PROFILE     | not shown   | BAD_PROFILE     | BAD_PROFILE     | UNTRUSTED_CHAIN | certificate_unknown | certificate_unknown
          TWO_URIS                     | BAD_SPIFFE_ID   | BAD_SPIFFE_ID   | not shown   | BAD_SPIFFE_ID   | BAD_SPIFFE_ID   | UNTRUSTED_CHAIN | certificate_unknown | certificate_unknown
          CA_LEAF                      | BAD_PROFILE     | BAD_PROFILE     | not shown   | BAD_PROFILE     | BAD_PROFILE     | UNTRUSTED_CHAIN | certificate_unknown | certificate_unknown
          """);

  private static final Flaw.World WORLD = new Flaw.World();

  @Test
  @DisplayName("the table has every flaw and every mode")
  void isComplete() {
    assertThat(EXPECTED.flaws()).containsExactly(Flaw.values());
    assertThat(EXPECTED.modes()).containsExactly(Mode.values());
  }

  @Test
  @DisplayName("the JDK's HttpClient sends no alert, by the JDK's own context neither")
  void httpClientsSayNothing() throws Exception {
    ForeignPeer peer = new ForeignPeer(Flaw.NONE.svid(WORLD));
    try (ForeignPeer.Listening listening = peer.listen(new HttpsStack(), "TLSv1.3")) {
      URI uri = URI.create("https://localhost:" + listening.port() + "/");
      assertThatThrownBy(() -> HttpsStack.get(SSLContext.getDefault(), uri))
          .isInstanceOf(SSLHandshakeException.class);
      assertThat(listening.seen().ending()).isEqualTo("lost");
    }
  }

  @TestFactory
  Stream<DynamicNode> stacks() {
    return Stack.all().stream()
        .flatMap(
            stack -> Stream.of("TLSv1.3", "TLSv1.2").map(version -> container(stack, version)));
  }

  private static DynamicNode container(Stack stack, String version) {
    return dynamicContainer(
        stack + ", " + version,
        EXPECTED.cells().stream()
            .map(cell -> dynamicTest(cell.toString(), () -> check(cell, stack, version))));
  }

  private static void check(Cell cell, Stack stack, String version) throws Exception {
    RecordingTrace trace = new RecordingTrace();
    SpiffeTls ours =
        cell.mode().ours(WORLD).trace(trace).minimumVersion(TlsVersion.TLS_1_2).build();
    ForeignPeer peer = new ForeignPeer(cell.mode().presented(cell.flaw(), WORLD));
    Result result =
        cell.mode().isServer()
            ? serve(stack, version, ours, peer)
            : call(stack, version, ours, peer);

    assertThat(cell.seenBy(stack)).contains(result.seen().ending());
    switch (cell.expected()) {
      case "ok" -> {
        assertThat(trace.peers()).isEqualTo(cell.accepted());
        assertThat(result.seen().certificates()).isEqualTo(cell.mode().certificates());
      }
      case "not shown" -> {
        assertThat(trace.peers()).isEmpty();
        assertThat(peer.questions()).isZero();
      }
      default -> {
        assertThat(trace.peers()).isEqualTo(cell.refused());
        result.ours().ifPresent(side -> checkCause(cell, side));
      }
    }
  }

  /** Of a server of the Web PKI the connection has the JDK's own exception. */
  private static void checkCause(Cell cell, Outcome.Side side) {
    if (cell.mode() == Mode.WEB_CLIENT) {
      assertThat(side.failure()).hasRootCauseInstanceOf(GeneralSecurityException.class);
    } else {
      assertThat(Outcome.reasonOf(side.failure()).name()).isEqualTo(cell.expected());
    }
  }

  /** What the peer saw, and what the stack told on our side, if it tells. */
  private record Result(ForeignPeer.Seen seen, Optional<Outcome.Side> ours) {}

  private static Result serve(Stack stack, String version, SpiffeTls ours, ForeignPeer peer)
      throws Exception {
    try (Stack.Server server = stack.serve(ours)) {
      ForeignPeer.Seen seen = peer.call(stack, version, server.port());
      return new Result(seen, server.next());
    }
  }

  private static Result call(Stack stack, String version, SpiffeTls ours, ForeignPeer peer)
      throws Exception {
    try (ForeignPeer.Listening listening = peer.listen(stack, version)) {
      Outcome.Side side = stack.call(ours, listening.port()).side();
      return new Result(listening.seen(), Optional.of(side));
    }
  }
}
