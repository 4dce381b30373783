package dev.spiffe4j.tls.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.Outcome;
import dev.spiffe4j.tls.RecordingTrace;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.TlsVersion;
import dev.spiffe4j.tls.netty.TlsEngine;
import dev.spiffe4j.tls.stack.HttpsStack;
import dev.spiffe4j.tls.stack.NettyStack;
import dev.spiffe4j.tls.stack.SocketStack;
import dev.spiffe4j.tls.stack.Stack;
import java.math.BigInteger;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Mutual TLS 1.3 with openssl, gnutls, nginx and haproxy, by SVIDs in files")
class ForeignPeersTest {
  private final TestTrustDomain domain = TestTrustDomain.of("example.org");
  private final TestTrustDomain other = TestTrustDomain.of("other.org");
  private final RecordingTrace trace = new RecordingTrace();
  private final MutableX509Source source = MutableX509Source.of(domain.context());
  private final SpiffeTls ours =
      SpiffeTls.builder(source, Authorizer.memberOf(domain.trustDomain())).trace(trace).build();

  @TempDir Path directory;

  static Stream<Arguments> pairs() {
    return Stream.of(new OpenSsl("-tls1_3"), new GnuTls(), new Nginx(), new HaProxy())
        .flatMap(
            tool ->
                Stream.of(
                        new SocketStack(),
                        new HttpsStack(),
                        new NettyStack(TlsEngine.JDK),
                        new NettyStack(TlsEngine.NATIVE))
                    .map(stack -> Arguments.of(tool, stack)));
  }

  /** Without one: s_server does not end its page in a way that JDK 17's HttpClient understands. */
  static Stream<Arguments> servers() {
    return pairs()
        .filter(pair -> !(pair.get()[0] instanceof OpenSsl && pair.get()[1] instanceof HttpsStack));
  }

  private PemFiles files(Tool tool) {
    assumeTrue(tool.isThere(), tool + " is not on this machine");
    return new PemFiles(directory);
  }

  private X509Svid rotate(Tool tool) {
    X509Svid svid =
        tool.wantsHostName()
            ? domain.svid("/ours").dnsNames("localhost").build()
            : domain.issue("/ours");
    source.set(domain.context(svid));
    return svid;
  }

  @ParameterizedTest(name = "{0} calls {1}")
  @MethodSource("pairs")
  @DisplayName("as a client of ours")
  void calls(Tool tool, Stack stack) throws Exception {
    PemFiles files = files(tool);
    try (Stack.Server server = stack.serve(ours)) {
      for (String path : List.of("/theirs", "/theirs-rotated")) {
        X509Svid mine = rotate(tool);
        X509Svid theirs = domain.issue(path);
        files.write(theirs, domain.bundle());
        Tool.Called called = tool.call(files, server.port());

        assertThat(called.isAnswered()).as(called.output()).isTrue();
        assertThat(trace.accepted()).isEqualTo(serial(theirs));
        assertThat(trace.presented()).isEqualTo(serial(mine));
        assertThat(mentions(called.output(), mine)).isEqualTo(tool.tellsServer());
        server.next().ifPresent(Outcome.Side::established);
      }

      files.write(other.issue("/theirs"), domain.bundle());
      Tool.Called refused = tool.call(files, server.port());
      assertThat(refused.isAnswered()).isFalse();
      if (!stack.mayCloseSilently()) {
        assertThat(refused.output()).contains(tool.refusedAsClient());
      }
      assertThat(trace.peers()).endsWith("refused NO_BUNDLE");
      server.next().ifPresent(side -> assertThat(side.reason()).isEqualTo(Reason.NO_BUNDLE));

      files.write(domain.issue("/theirs"), other.bundle());
      assertThat(tool.call(files, server.port()).isAnswered()).isFalse();
      Optional<Outcome.Side> side = server.next();
      tool.alertToServer().ifPresent(alert -> side.ifPresent(with(alert)));
    }
  }

  @ParameterizedTest(name = "{0} serves {1}")
  @MethodSource("servers")
  @DisplayName("as a server of ours")
  void serves(Tool tool, Stack stack) throws Exception {
    PemFiles files = files(tool);
    X509Svid theirs = domain.issue("/theirs");
    files.write(theirs, domain.bundle());
    Tool.Serving serving = tool.serve(files);
    try {
      X509Svid mine = rotate(tool);
      assertServed(stack, serving, mine, theirs);
      mine = rotate(tool);
      assertServed(stack, serving, mine, theirs);

      theirs = domain.issue("/theirs-rotated");
      files.write(theirs, domain.bundle());
      serving = tool.reload(serving, files);
      awaitServer(stack, serving, theirs);
      assertServed(stack, serving, mine, theirs);

      source.set(other.context(other.issue("/ours")));
      assertThat(stack.call(ours, serving.port()).side().reason()).isEqualTo(Reason.NO_BUNDLE);
      awaitOutput(serving, stack.mayCloseSilently() ? "" : tool.refusedAsServer());
    } finally {
      serving.close();
    }

    rotate(tool);
    files.write(theirs, other.bundle());
    try (Tool.Serving distrusting = tool.serve(files)) {
      Stack.Answer answer = stack.call(ours, distrusting.port());
      tool.alertToClient()
          .map(ForeignPeersTest::with)
          .orElse(side -> assertThat(answer.text()).contains("The SSL certificate error"))
          .accept(answer.side());
    }
  }

  private void assertServed(Stack stack, Tool.Serving serving, X509Svid mine, X509Svid theirs)
      throws Exception {
    Stack.Answer answer = stack.call(ours, serving.port());
    assertThat(ours.peer(answer.side().established()).chain()).isEqualTo(theirs.chain());
    assertThat(mentions(answer.text(), mine)).as(answer.text()).isTrue();
  }

  /** Until a server that reloads its files by and by has done so. */
  private void awaitServer(Stack stack, Tool.Serving serving, X509Svid theirs) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Stack.PATIENCE_SECONDS);
    while (!trace.accepted().equals(serial(theirs)) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
      stack.call(ours, serving.port());
    }
  }

  private static void awaitOutput(Tool.Serving serving, String wanted) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Stack.PATIENCE_SECONDS);
    while (!serving.output().contains(wanted) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    assertThat(serving.output()).contains(wanted);
  }

  /**
   * A side that was refused with an alert, however the stack spells it. The JDK's sockets give up
   * when they cannot write any more, and do not read why.
   */
  private static Consumer<Outcome.Side> with(String alert) {
    return side -> {
      if (!(side.failure() instanceof SocketException)) {
        assertThat(String.valueOf(side.failure()))
            .containsIgnoringCase("alert")
            .containsIgnoringCase(alert);
      }
    };
  }

  private static BigInteger serial(X509Svid svid) {
    return svid.leaf().getSerialNumber();
  }

  /** Whether a text has a certificate or its serial number, in any of the usual forms. */
  private static boolean mentions(String text, X509Svid svid) throws Exception {
    String plain = text.replaceAll("[\\s:]", "");
    return plain.toLowerCase(Locale.ROOT).contains(serial(svid).toString(16))
        || plain.contains(Base64.getEncoder().encodeToString(svid.leaf().getEncoded()));
  }

  @ParameterizedTest
  @EnumSource(names = {"JDK", "NATIVE"})
  @DisplayName("TLS 1.2 with openssl, when asked for")
  void older(TlsEngine engine) throws Exception {
    Tool openSsl = new OpenSsl("-tls1_2");
    PemFiles files = files(openSsl);
    X509Svid mine = rotate(openSsl);
    X509Svid theirs = domain.issue("/theirs");
    files.write(theirs, domain.bundle());
    SpiffeTls lenient =
        SpiffeTls.builder(source, Authorizer.memberOf(domain.trustDomain()))
            .minimumVersion(TlsVersion.TLS_1_2)
            .build();
    Stack stack = new NettyStack(engine);

    try (Stack.Server server = stack.serve(lenient);
        Tool.Serving serving = openSsl.serve(files)) {
      assertThat(openSsl.call(files, server.port()).isAnswered()).isTrue();
      SSLSession called = server.next().orElseThrow().established();
      assertThat(called.getProtocol()).isEqualTo("TLSv1.2");
      assertThat(lenient.peer(called).chain()).isEqualTo(theirs.chain());
      assertThat(mentions(stack.call(lenient, serving.port()).text(), mine)).isTrue();

      assertThat(stack.call(ours, serving.port()).side().failure()).isNotNull();
    }
    try (Stack.Server strict = stack.serve(ours)) {
      assertThat(openSsl.call(files, strict.port()).isAnswered()).isFalse();
    }
  }

  @Test
  @DisplayName("X25519MLKEM768 with an openssl that has it, by the native engine's defaults")
  void postQuantum() throws Exception {
    Tool openSsl = new OpenSsl("-tls1_3");
    PemFiles files = files(openSsl);
    assumeTrue(
        OpenSsl.hasPostQuantum(), "this openssl has no X25519MLKEM768 (expected: 3.5 or newer)");
    rotate(openSsl);
    files.write(domain.issue("/theirs"), domain.bundle());
    try (Stack.Server server = new NettyStack(TlsEngine.NATIVE).serve(ours)) {
      Tool.Called called = openSsl.call(files, server.port());
      assertThat(called.isAnswered()).isTrue();
      assertThat(called.output()).contains("X25519MLKEM768");
    }
  }

  @Test
  @DisplayName("nginx takes no server without a DNS name, as it cannot look for a SPIFFE ID")
  void nginxWantsDnsNames() throws Exception {
    Nginx nginx = new Nginx();
    PemFiles files = files(nginx);
    files.write(domain.issue("/theirs"), domain.bundle());
    try (Stack.Server server = new HttpsStack().serve(ours)) {
      rotate(nginx);
      assertThat(nginx.call(files, server.port()).isAnswered()).isTrue();

      source.set(domain.context(domain.issue("/ours")));
      Tool.Called refused = nginx.call(files, server.port());
      assertThat(refused.isAnswered()).isFalse();
      assertThat(refused.output()).contains("upstream SSL certificate does not match");
    }
  }
}
