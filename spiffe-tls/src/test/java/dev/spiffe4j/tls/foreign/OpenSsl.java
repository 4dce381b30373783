package dev.spiffe4j.tls.foreign;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** {@code openssl s_server} and {@code s_client}. */
final class OpenSsl implements Tool {
  private final String version;

  OpenSsl(String version) {
    this.version = version;
  }

  @Override
  public boolean isThere() {
    return RunningTool.isThere("openssl", "version");
  }

  /** Since version 3.5. */
  static boolean hasPostQuantum() throws IOException, InterruptedException {
    Process process = new ProcessBuilder("openssl", "list", "-kem-algorithms").start();
    String algorithms =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    process.waitFor();
    return algorithms.contains("X25519MLKEM768");
  }

  @Override
  public Serving serve(PemFiles files) throws IOException {
    return Listening.begin(
        port ->
            RunningTool.start(
                files.directory(),
                List.of(
                    "openssl",
                    "s_server",
                    "-accept",
                    "127.0.0.1:" + port,
                    version,
                    "-www",
                    "-Verify",
                    "3",
                    "-verify_return_error",
                    "-cert",
                    files.certificate().toString(),
                    "-key",
                    files.key().toString(),
                    "-CAfile",
                    files.bundle().toString())));
  }

  @Override
  public Called call(PemFiles files, int port) throws Exception {
    return RunningTool.ask(
        files.directory(),
        List.of(
            "openssl",
            "s_client",
            "-connect",
            "127.0.0.1:" + port,
            version,
            "-ign_eof",
            "-verify_return_error",
            "-cert",
            files.certificate().toString(),
            "-key",
            files.key().toString(),
            "-CAfile",
            files.bundle().toString()));
  }

  @Override
  public boolean wantsHostName() {
    return false;
  }

  @Override
  public Optional<String> alertToClient() {
    return Optional.of("unknown_ca");
  }

  /** OpenSSL sends it unencrypted, when everybody expects it to be encrypted. */
  @Override
  public Optional<String> alertToServer() {
    return Optional.empty();
  }

  @Override
  public String refusedAsClient() {
    return "alert certificate unknown";
  }

  @Override
  public String refusedAsServer() {
    return "alert certificate unknown";
  }

  @Override
  public String toString() {
    return "openssl " + version;
  }
}
