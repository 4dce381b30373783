package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.InvalidSpiffeIdException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Security;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("TLS where only names can be given")
class ConfiguredTlsTest {
  private static final TestTrustDomain DOMAIN = TestTrustDomain.of("example.org");

  private final Map<String, String> settings =
      new HashMap<>(Map.of(ConfiguredTls.SOURCE, Source.class.getName()));

  /** What a configuration names. */
  public static final class Source {
    private Source() {}

    public static X509ContextSource connect() {
      return MutableX509Source.of(DOMAIN.context(DOMAIN.issue("/web")));
    }
  }

  /** What a configuration must not name. */
  public static final class NoSource {
    private NoSource() {}

    public static String connect() {
      return "";
    }
  }

  private SpiffeTls configured() {
    return new ConfiguredTls(settings::get).get();
  }

  private Outcome connectFrom(String path) {
    Party client =
        new Party(
            MutableInstantSource.of(InstantSource.system().instant()),
            DOMAIN.context(DOMAIN.issue(path)));
    TlsCase how = new TlsCase(Link.Transport.ENGINE, "TLSv1.3");
    try (Link link = how.link(client.tls(), configured())) {
      return link.connect();
    }
  }

  @Test
  void acceptsWhoIsNamedAndNobodyElse() {
    settings.put(ConfiguredTls.ACCEPT, "spiffe://example.org/db, spiffe://example.org/payments/*");
    for (String path : List.of("/db", "/payments", "/payments/api")) {
      connectFrom(path).assertEstablished();
    }
    for (String path : List.of("/db/1", "/payments-test", "/other")) {
      Outcome outcome = connectFrom(path);
      outcome.assertRefused();
      assertThat(outcome.server().reason()).isEqualTo(Reason.NOT_AUTHORIZED);
    }
    settings.put(ConfiguredTls.ACCEPT, "spiffe://example.org/*");
    connectFrom("/other").assertEstablished();
    settings.put(ConfiguredTls.ACCEPT, "spiffe://other.org/*");
    connectFrom("/other").assertRefused();
  }

  @Test
  @DisplayName("without a list, or with a wrong one, there is no TLS at all")
  void failsClosed() {
    assertThatThrownBy(this::configured).isInstanceOf(IllegalStateException.class);
    for (String wrong : List.of("", " ", "*", "spiffe://example.org/db,", "example.org/*")) {
      settings.put(ConfiguredTls.ACCEPT, wrong);
      assertThatThrownBy(this::configured).isInstanceOf(InvalidSpiffeIdException.class);
    }
    settings.put(ConfiguredTls.ACCEPT, "spiffe://example.org/*");
    for (String wrong : List.of(NoSource.class.getName(), "java.lang.String", "missing.Class")) {
      settings.put(ConfiguredTls.SOURCE, wrong);
      assertThatThrownBy(this::configured).isInstanceOf(IllegalStateException.class);
    }
  }

  /** The main class of the JVM below. */
  public static final class Application {
    private Application() {}

    public static void main(String[] arguments) throws Exception {
      // As frameworks do: by the names of a provider and of a factory class.
      SSLContext context = SSLContext.getInstance("SPIFFE", "SPIFFE");
      context.init(null, null, null);
      SSLSocketFactory factory =
          Class.forName("dev.spiffe4j.tls.SpiffeSocketFactory")
              .asSubclass(SSLSocketFactory.class)
              .getConstructor()
              .newInstance();
      System.out.print(
          context.createSSLEngine().getNeedClientAuth() + " " + (factory.createSocket() != null));
    }
  }

  private static String run(Path directory, String... options) throws Exception {
    Path properties = directory.resolve("java.security");
    Files.writeString(
        properties,
        "security.provider."
            + (Security.getProviders().length + 1) // the numbers must have no gap
            + "=dev.spiffe4j.tls.SpiffeProvider\n"
            + "spiffe4j.tls.source="
            + Source.class.getName()
            + "\n");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Djava.security.properties=" + properties);
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), Application.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  @Test
  @DisplayName("a JVM that has the provider in java.security needs no code of ours")
  void aProcessConfiguresItByNamesAlone(@TempDir Path directory) throws Exception {
    assertThat(run(directory, "-Dspiffe4j.tls.accept=spiffe://example.org/*"))
        .isEqualTo("true true");
    assertThat(run(directory)).contains("IllegalStateException").doesNotContain("true");
  }
}
