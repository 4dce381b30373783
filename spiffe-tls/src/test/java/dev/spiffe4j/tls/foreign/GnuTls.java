package dev.spiffe4j.tls.foreign;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code gnutls-serv} and {@code gnutls-cli}. */
final class GnuTls implements Tool {
  private static final String TLS_1_3_ONLY = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

  @Override
  public boolean isThere() {
    return RunningTool.isThere("gnutls-serv", "--version")
        && RunningTool.isThere("gnutls-cli", "--version");
  }

  @Override
  public Serving serve(PemFiles files) throws IOException {
    return Listening.begin(
        port ->
            RunningTool.start(
                files.directory(),
                List.of(
                    "gnutls-serv",
                    "--port=" + port,
                    "--priority=" + TLS_1_3_ONLY,
                    "--http",
                    "--require-client-cert",
                    "--verify-client-cert",
                    "--x509certfile=" + files.certificate(),
                    "--x509keyfile=" + files.key(),
                    "--x509cafile=" + files.bundle())));
  }

  @Override
  public Called call(PemFiles files, int port) throws Exception {
    return RunningTool.ask(
        files.directory(),
        List.of(
            "gnutls-cli",
            "--port=" + port,
            "--priority=" + TLS_1_3_ONLY,
            "--verify-hostname=localhost",
            "--x509certfile=" + files.certificate(),
            "--x509keyfile=" + files.key(),
            "--x509cafile=" + files.bundle(),
            "127.0.0.1"));
  }

  @Override
  public boolean wantsHostName() {
    return true;
  }

  @Override
  public Optional<String> alertToClient() {
    return Optional.of("access_denied");
  }

  @Override
  public Optional<String> alertToServer() {
    return Optional.of("bad_certificate");
  }

  @Override
  public String refusedAsClient() {
    return "Received alert [46]";
  }

  @Override
  public String refusedAsServer() {
    return "A TLS fatal alert has been received";
  }

  @Override
  public String toString() {
    return "gnutls";
  }
}
