package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("The modes in which only one side, or neither, is verified by its SPIFFE ID")
class ModesTest {
  private static final WebCertificate LOCALHOST = WebCertificate.of("localhost");

  // The certificates of the web are of today.
  private final MutableInstantSource clock =
      MutableInstantSource.of(InstantSource.system().instant());
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();

  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  static Stream<TlsCase> cases() {
    return TlsCase.all();
  }

  private static Outcome connect(TlsCase how, SpiffeTls client, SpiffeTls server) {
    try (Link link = how.link(client, server).identifyingEndpoints()) {
      return link.connect();
    }
  }

  private SpiffeTls webServer(WebCertificate certificate) {
    return SpiffeTls.webPkiServer(server.source, server, certificate.keyManager())
        .clock(clock)
        .minimumVersion(TlsVersion.TLS_1_2)
        .build();
  }

  private SpiffeTls webClient(WebCertificate trusted) {
    return SpiffeTls.webPkiClient(client.source, trusted.authorities())
        .clock(clock)
        .minimumVersion(TlsVersion.TLS_1_2)
        .build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("a SPIFFE client knows a Web PKI server by its name, and is known by its SPIFFE ID")
  void webPkiServerWithSpiffeClients(TlsCase how) throws Exception {
    SpiffeTls serverTls = webServer(LOCALHOST);

    Outcome outcome = connect(how, webClient(LOCALHOST), serverTls);

    assertThat(serverTls.peer(outcome.server().established()).spiffeId())
        .isEqualTo(domain.id("/client"));
    X509Certificate seen =
        (X509Certificate) outcome.client().established().getPeerCertificates()[0];
    assertThat(seen.getSubjectX500Principal().getName()).isEqualTo("CN=localhost");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aWebPkiServerRefusesClientsThatPresentNothing(TlsCase how) {
    connect(how, webClient(LOCALHOST), webServer(LOCALHOST)).assertEstablished();

    client.source.set(domain.context());
    connect(how, webClient(LOCALHOST), webServer(LOCALHOST)).assertRefused();
  }

  private static AbstractThrowableAssert<?, ?> assertWebPkiRefuses(Outcome outcome) {
    outcome.assertRefused();
    return assertThat(outcome.client().failure()).hasCauseInstanceOf(CertificateException.class);
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("who switches endpoint identification off gets no connection to any server")
  void endpointIdentificationCannotBeSwitchedOff(TlsCase how) {
    SSLContext context = webClient(LOCALHOST).sslContext();
    SSLEngine engine = context.createSSLEngine("localhost", 8443);
    assertThat(engine.getSSLParameters().getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");
    SSLParameters parameters = context.getDefaultSSLParameters();
    assertThat(parameters.getEndpointIdentificationAlgorithm()).isEqualTo("HTTPS");

    try (Link link =
        how.link(webClient(LOCALHOST), webServer(LOCALHOST)).notIdentifyingEndpoints()) {
      assertWebPkiRefuses(link.connect());
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatIsForClientsServesNobody(TlsCase how) {
    SpiffeTls server = webClient(LOCALHOST);
    Outcome outcome = connect(how, client.tls(), server);
    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.NOT_AUTHORIZED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("TLS with a SPIFFE server and clients that present nothing")
  void serverOnly(TlsCase how) {
    SpiffeTls anonymous = client.builder().picker(SvidPicker.none()).build();
    SpiffeTls asksNobody = server.builder().clientCertificate(ClientCertificate.NONE).build();

    Outcome outcome = connect(how, anonymous, asksNobody);
    assertThat(anonymous.peer(outcome.client().established()).spiffeId())
        .isEqualTo(domain.id("/server"));
    assertThatThrownBy(() -> asksNobody.peer(outcome.server().established()))
        .isInstanceOfSatisfying(
            SpiffeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_SVID));

    // A client that has an SVID does not show it to who does not ask.
    connect(how, client.tls(), asksNobody).assertEstablished();
    assertThat(server.questions).hasValue(0);
    connect(how, anonymous, server.tls()).assertRefused();

    client.authorizer = Authorizer.exactly(domain.id("/another"));
    assertThat(connect(how, anonymous, asksNobody).client().reason())
        .isEqualTo(Reason.NOT_AUTHORIZED);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theSvidIsChosenByHintOrPredicate(TlsCase how) {
    client.source.set(
        domain.context(
            domain.issue("/default"),
            domain.issue("/internal").withHint("internal"),
            domain.issue("/external").withHint("external")));
    SpiffeTls serverTls = server.tls();

    assertThat(seenBy(serverTls, how, SvidPicker.first())).isEqualTo("/default");
    assertThat(seenBy(serverTls, how, SvidPicker.hint("external"))).isEqualTo("/external");
    assertThat(
            seenBy(
                serverTls,
                how,
                SvidPicker.matching(svid -> svid.spiffeId().path().endsWith("nal"))))
        .isEqualTo("/internal");

    // No other one instead.
    SpiffeTls none = client.builder().picker(SvidPicker.hint("missing")).build();
    connect(how, none, serverTls).assertRefused();
    Outcome outcome =
        connect(how, client.tls(), server.builder().picker(SvidPicker.hint("missing")).build());
    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.NO_SVID);
  }

  private String seenBy(SpiffeTls serverTls, TlsCase how, SvidPicker picker) {
    Outcome outcome = connect(how, client.builder().picker(picker).build(), serverTls);
    return serverTls.peer(outcome.server().established()).spiffeId().path();
  }

  @Test
  void aBareTrustManagerHasNoNameToCheckAndRefuses() throws Exception {
    X509Certificate[] chain = LOCALHOST.chain();
    assertThat(chain).isNotEmpty();
    assertThatThrownBy(
            () -> webClient(LOCALHOST).trustManager().checkServerTrusted(chain, "UNKNOWN"))
        .isInstanceOf(CertificateException.class);
  }
}
