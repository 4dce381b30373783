package dev.spiffe4j.workloadapi.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of the socket's file. */
class SocketFileTest {
  @TempDir Path directory;

  private Path socket() {
    return directory.resolve("api.sock");
  }

  private WorkloadApiServer.Builder builder(Path socket) {
    return WorkloadApiServer.builder(socket, new ScriptedHandler()).untrackedCallers();
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private boolean isServed(Path socket) {
    try (WorkloadApiClient client = WorkloadApiClient.connect(WorkloadApiAddress.of(socket))) {
      client.fetchJwtSvid("me");
      return true;
    } catch (WorkloadApiException e) {
      return e.reason() == Reason.NO_IDENTITY;
    }
  }

  @Test
  @DisplayName("EP-39: everybody may connect by default, and the file goes with the server")
  @SuppressWarnings("try") // closed early
  void livesWithServer() throws IOException {
    try (WorkloadApiServer server = builder(socket()).start()) {
      assertThat(server.address().socketPath()).contains(socket());
      assertThat(files()).containsExactly(socket());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rwxrwxrwx");
      assertThat(isServed(socket())).isTrue();
      server.close();
      assertThat(files()).isEmpty();
    }
  }

  @Test
  void hasOtherPermissions() throws IOException {
    try (WorkloadApiServer server =
        builder(socket()).socketPermissions(PosixFilePermissions.fromString("rw-rw----")).start()) {
      assertThat(server.address().socketPath()).contains(socket());
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
          .isEqualTo("rw-rw----");
    }
  }

  @Test
  @DisplayName("EP-39: a socket that nobody answers on is replaced")
  void replacesStaleSocket() throws IOException {
    try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(socket()));
    }
    assertThat(socket()).exists();
    try (WorkloadApiServer server = builder(socket()).start()) {
      assertThat(isServed(server.address().socketPath().orElseThrow())).isTrue();
    }
  }

  @Test
  @DisplayName("a server that answers is not pushed aside")
  void refusesSocketInUse() {
    try (WorkloadApiServer server = builder(socket()).start()) {
      assertReason(Reason.ADDRESS_IN_USE, socket());
      assertThat(isServed(server.address().socketPath().orElseThrow())).isTrue();
    }
  }

  @Test
  @DisplayName("what is not a socket is not removed, nor what a link leads to")
  void refusesOtherFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "precious");
    assertReason(Reason.NOT_A_SOCKET, file);
    assertThat(file).hasContent("precious");

    Path target = directory.resolve("target.sock");
    try (ServerSocketChannel stale = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      stale.bind(UnixDomainSocketAddress.of(target));
    }
    Path link = Files.createSymbolicLink(directory.resolve("link"), target);
    assertReason(Reason.NOT_A_SOCKET, link);
    assertThat(target).exists();
    assertReason(Reason.NOT_A_SOCKET, Files.createDirectory(directory.resolve("directory")));
  }

  @Test
  @DisplayName("the socket of another server, which has taken the place, is not removed")
  @SuppressWarnings("try") // closed early
  void leavesForeignSocket() throws IOException {
    try (WorkloadApiServer server = builder(socket()).start()) {
      Files.delete(socket());
      try (WorkloadApiServer other = builder(socket()).start()) {
        server.close();
        assertThat(isServed(other.address().socketPath().orElseThrow())).isTrue();
      }
      assertThat(socket()).doesNotExist();
    }
  }

  @Test
  void refusesBadPaths() {
    assertReason(Reason.BAD_ADDRESS, directory.resolve("none").resolve("api.sock"));
    assertReason(
        Reason.BAD_ADDRESS, directory.resolve("x".repeat(107 - directory.toString().length())));
    Path fits = directory.resolve("x".repeat(106 - directory.toString().length() - 1));
    try (WorkloadApiServer server = builder(fits).start()) {
      assertThat(isServed(server.address().socketPath().orElseThrow())).isTrue();
    }
  }

  @Test
  @DisplayName("WAPI-05: a server must be told how to hold its callers")
  void wantsTracker() {
    assertThatIllegalStateException()
        .isThrownBy(() -> WorkloadApiServer.builder(socket(), new ScriptedHandler()).start());
    assertThat(socket()).doesNotExist();
  }

  private void assertReason(Reason reason, Path socket) {
    assertThatThrownBy(() -> builder(socket).start())
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
