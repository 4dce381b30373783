package dev.spiffe4j.workloadapi.server;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.workloadapi.TestAuthority;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A child process of another user; needs root and setpriv (util-linux). */
class OtherUserTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final int NOBODY = 65534;

  @TempDir Path directory;

  private final ScriptedHandler handler = new ScriptedHandler();
  private final RecordingTracker tracker = new RecordingTracker();

  @BeforeEach
  void prepare() throws IOException {
    assumeThat(System.getProperty("user.name")).as("user").isEqualTo("root");
    assumeThat(Files.isExecutable(Path.of("/usr/bin/setpriv"))).as("setpriv").isTrue();
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    handler.x509Context =
        X509Context.of(
            List.of(OWN.svid(TestAuthority.NOW.plus(Duration.ofDays(36500)), "web")),
            List.of(OWN.bundle()));
  }

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private String asNobody() throws IOException {
    return asNobody("connect", socket());
  }

  private String asNobody(String what, Path where) throws IOException {
    List<String> setpriv =
        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    try (CallingProcess child = CallingProcess.start(setpriv, readableClassPath(), what, where)) {
      return child.nextLine();
    }
  }

  /** The class path where everybody can read it, as the home of root may be closed. */
  private String readableClassPath() throws IOException {
    List<String> copies = new ArrayList<>();
    for (String entry :
        System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1)) {
      Path source = Path.of(entry);
      Path copy = directory.resolve("classpath-" + copies.size() + "-" + source.getFileName());
      if (Files.exists(source)) {
        if (!Files.exists(copy)) {
          copyTree(source, copy);
        }
        copies.add(copy.toString());
      }
    }
    return String.join(File.pathSeparator, copies);
  }

  private static void copyTree(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(source.relativize(file).toString());
        Files.copy(file, copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
    }
  }

  @Test
  @DisplayName("EP-39: a client of another user may connect, and is known as such")
  void connects() throws Exception {
    try (WorkloadApiServer server =
        WorkloadApiServer.builder(socket(), handler).callerTracker(tracker).start()) {
      assertThat(asNobody()).isEqualTo("spiffe://example.org/web");
      PeerCredentials credentials = tracker.next().credentials();
      assertThat(credentials.uid()).isEqualTo(NOBODY);
      assertThat(credentials.gid()).isEqualTo(NOBODY);
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  @Test
  @DisplayName("a socket that is not for this user is told apart from one that is not there")
  void isDenied() throws Exception {
    try (WorkloadApiServer server =
        WorkloadApiServer.builder(socket(), handler)
            .callerTracker(tracker)
            .socketPermissions(PosixFilePermissions.fromString("rw-rw----"))
            .start()) {
      assertThat(asNobody()).isEqualTo(Reason.SOCKET_DENIED.name());
      assertThat(tracker.held).isEmpty();
      assertThat(server.address().socketPath()).isPresent();
    }
  }

  @Test
  @DisplayName("files that are not for this user are told apart from those that are not there")
  void filesAreDenied() throws Exception {
    Path files = directory.resolve("svid");
    Files.createDirectory(files);
    X509Context context = requireNonNull(handler.x509Context);
    Files.write(files.resolve("svid.pem"), context.x509Svid().toPem());
    Files.write(files.resolve("svid_key.pem"), context.x509Svid().privateKeyToPem());
    Files.write(files.resolve("bundle.pem"), OWN.bundle().toPem());
    open(files, "rwxr-xr-x");
    assertThat(asNobody("files", files)).isEqualTo("spiffe://example.org/web");

    open(files.resolve("svid_key.pem"), "rw-------");
    assertThat(asNobody("files", files)).isEqualTo("FILE_DENIED");
    open(files.resolve("svid_key.pem"), "rw-r--r--");
    open(files, "rwx------");
    assertThat(asNobody("files", files)).isEqualTo("FILE_DENIED");
    open(files, "rwxr-xr-x");
    Files.delete(files.resolve("svid.pem"));
    assertThat(asNobody("files", files)).isEqualTo("FILE_MISSING");
  }

  private static void open(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
