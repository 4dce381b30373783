package dev.spiffe4j.tls.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** HAProxy, as a server that verifies clients and as a proxy in front of a server of ours. */
final class HaProxy implements Tool {
  @Override
  public boolean isThere() {
    return RunningTool.isThere("haproxy", "-v");
  }

  @Override
  public Serving serve(PemFiles files) throws IOException {
    return Listening.begin(port -> start(files, frontend(files, port)));
  }

  private static String frontend(PemFiles files, int port) {
    return """
        frontend tls
          bind 127.0.0.1:%d ssl crt %s ca-file %s verify required ssl-min-ver TLSv1.3
          error-log-format "%%[ssl_fc_err_str]"
          http-request return status 200 content-type text/plain lf-string "%%[ssl_c_serial,hex]"
        """
        .formatted(port, files.both(), files.bundle());
  }

  @Override
  public Called call(PemFiles files, int port) throws Exception {
    Path socket = files.directory().resolve("haproxy.sock");
    String proxy =
        """
        frontend plain
          bind unix@%s
          default_backend ours
        backend ours
          http-response set-header X-Serial "%%[ssl_s_serial,hex]"
          server ours 127.0.0.1:%d ssl crt %s ca-file %s verify required ssl-min-ver TLSv1.3
        """
            .formatted(socket, port, files.both(), files.bundle());
    try (RunningTool running = start(files, proxy).awaitSocket(socket)) {
      String response = RunningTool.get(socket);
      return new Called(response.startsWith("HTTP/1.1 200"), response + running.output());
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  private static RunningTool start(PemFiles files, String rest) throws IOException {
    Path configuration = Files.createTempFile(files.directory(), "haproxy", ".cfg");
    Files.writeString(
        configuration,
        """
        global
          log stdout format raw local0
        defaults
          mode http
          log global
          timeout connect 60s
          timeout client 60s
          timeout server 60s
          retries 0
        """
            + rest);
    return RunningTool.start(
        files.directory(), List.of("haproxy", "-db", "-f", configuration.toString()));
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
    return "HTTP/1.1 50";
  }

  @Override
  public String refusedAsServer() {
    return "alert certificate unknown";
  }

  @Override
  public String toString() {
    return "haproxy";
  }
}
