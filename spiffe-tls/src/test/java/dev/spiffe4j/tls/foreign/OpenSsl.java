package dev.spiffe4j.tls.foreign;

import dev.spiffe4j.tls.stack.Stack;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code openssl s_server} and {@code s_client}. */
final class OpenSsl implements Tool {
  @Override
  public boolean isThere() {
    return RunningTool.isThere("openssl", "version");
  }

  @Override
  public Serving serve(PemFiles files) throws IOException {
    int port = RunningTool.freePort();
    return new Listening(
        port,
        RunningTool.start(
                files.directory(),
                List.of(),
                List.of(
                    "openssl",
                    "s_server",
                    "-accept",
                    "127.0.0.1:" + port,
                    "-tls1_3",
                    "-www",
                    "-Verify",
                    "3",
                    "-verify_return_error",
                    "-cert",
                    files.certificate().toString(),
                    "-key",
                    files.key().toString(),
                    "-CAfile",
                    files.bundle().toString()))
            .awaitPort(port));
  }

  @Override
  public Called call(PemFiles files, int port) throws Exception {
    try (RunningTool client =
        RunningTool.start(
            files.directory(),
            List.of(),
            List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-tls1_3",
                "-ign_eof",
                "-verify_return_error",
                "-cert",
                files.certificate().toString(),
                "-key",
                files.key().toString(),
                "-CAfile",
                files.bundle().toString()))) {
      String output = client.say(Stack.REQUEST);
      return new Called(output.contains("HTTP/1.1 200"), output);
    }
  }

  @Override
  public boolean wantsHostName() {
    return false;
  }

  @Override
  public Optional<String> alertToClient() {
    return Optional.of("unknown_ca");
  }

  @Override
  public Optional<String> alertToServer() {
    return Optional.of("unknown_ca");
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
    return "openssl";
  }
}
