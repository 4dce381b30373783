package dev.spiffe4j.tls.foreign;

import dev.spiffe4j.tls.stack.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** nginx, as a server that verifies clients and as a proxy in front of a server of ours. */
final class Nginx implements Tool {
  @Override
  public boolean isThere() {
    return RunningTool.isThere("nginx", "-v");
  }

  @Override
  public Serving serve(PemFiles files) throws IOException {
    return Listening.begin(port -> start(files, server(files, port)));
  }

  private static String server(PemFiles files, int port) {
    return """
        listen 127.0.0.1:%d ssl;
        ssl_protocols TLSv1.3;
        ssl_certificate %s;
        ssl_certificate_key %s;
        ssl_verify_client on;
        ssl_client_certificate %s;
        location / { return 200 "$ssl_client_serial"; }
        """
        .formatted(port, files.certificate(), files.key(), files.bundle());
  }

  /** New workers take new connections with the new files once the old ones have gone. */
  @Override
  public Serving reload(Serving serving, PemFiles files) throws Exception {
    Process master = ((Listening) serving).program().process();
    List<ProcessHandle> old = master.children().toList();
    hangUp(master);
    for (ProcessHandle worker : old) {
      worker.onExit().get(Stack.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    return serving;
  }

  private static void hangUp(Process master) {
    try {
      new ProcessBuilder("kill", "-HUP", Long.toString(master.pid())).start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Called call(PemFiles files, int port) throws Exception {
    Path socket = files.directory().resolve("nginx.sock");
    String server =
        """
        listen unix:%s;
        location / {
          proxy_pass https://127.0.0.1:%d;
          proxy_ssl_protocols TLSv1.3;
          proxy_ssl_certificate %s;
          proxy_ssl_certificate_key %s;
          proxy_ssl_verify on;
          proxy_ssl_trusted_certificate %s;
          proxy_ssl_name localhost;
        }
        """
            .formatted(socket, port, files.certificate(), files.key(), files.bundle());
    try (RunningTool proxy = start(files, server).awaitSocket(socket)) {
      String response = RunningTool.get(socket);
      return new Called(response.startsWith("HTTP/1.1 200"), response + proxy.output());
    } finally {
      Files.deleteIfExists(socket);
    }
  }

  private static RunningTool start(PemFiles files, String server) throws IOException {
    Path directory = Files.createTempDirectory(files.directory(), "nginx");
    Path configuration = directory.resolve("nginx.conf");
    Path log = directory.resolve("error.log");
    Files.writeString(
        configuration,
        """
        daemon off;
        worker_processes 1;
        pid %1$s/nginx.pid;
        error_log %2$s info;
        events {}
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          server {
            %3$s
          }
        }
        """
            .formatted(directory, log, server));
    return RunningTool.start(
        directory,
        List.of(log),
        List.of(
            "nginx",
            "-p",
            directory.toString(),
            "-c",
            configuration.toString(),
            "-e",
            log.toString()));
  }

  /** It compares {@code proxy_ssl_name} with DNS names and common names only. */
  @Override
  public boolean wantsHostName() {
    return true;
  }

  @Override
  public boolean tellsServer() {
    return false;
  }

  /** It answers such clients with a page. */
  @Override
  public Optional<String> alertToClient() {
    return Optional.empty();
  }

  /** It looks at the server after the handshake, and closes. */
  @Override
  public Optional<String> alertToServer() {
    return Optional.empty();
  }

  @Override
  public String refusedAsClient() {
    return "SSL alert number 46";
  }

  @Override
  public String refusedAsServer() {
    return "SSL alert number 46";
  }

  @Override
  public String toString() {
    return "nginx";
  }
}
