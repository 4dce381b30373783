package dev.spiffe4j.attest.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.server.PeerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerTrackerTest {
  /** Becomes another user, and sets PR_SET_DUMPABLE to 0. */
  private static final String UNDUMPABLE =
      "$|=1; $)=\"4321 4321\"; $>=4321;"
          + " syscall((uname)[4] eq 'aarch64' ? 167 : 157, 4, 0, 0, 0, 0);"
          + " print \"ready\\n\"; <STDIN>";

  @TempDir Path directory;
  private final Children children = new Children();

  @AfterEach
  void endChildren() {
    children.close();
  }

  @ParameterizedTest(name = "pidfd: {0}")
  @ValueSource(booleans = {true, false})
  @DisplayName("EP-20 the kernel says who connected to the socket")
  void tracksTheProcessThatConnected(boolean pidfd) throws Exception {
    assumeTrue(Children.has("perl"), "needs perl");
    try (PeerSocket socket = PeerSocket.listen(directory.resolve("socket"))) {
      Children.Started client = children.ready(connecting(socket));
      PeerCredentials peer = socket.accept();
      assumeTrue(!pidfd || peer.hasPidfd(), "needs Linux 6.5 or later");

      try (TrackedProcess process = tracker(pidfd).track(peer)) {
        assertThat(process.credentials().pid()).isEqualTo((int) client.process().pid());
        assertThat(process.isAlive()).isTrue();
        assertThat(process.executable().toString()).contains("perl");

        Children.end(client.process());

        assertThat(process.isAlive()).isFalse();
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> process.read("stat", 4096));
        assertThatExceptionOfType(IOException.class).isThrownBy(process::executable);
      }
    }
  }

  @ParameterizedTest(name = "pidfd: {0}")
  @ValueSource(booleans = {true, false})
  @DisplayName("EP-38 a process that ended before it was accepted is refused")
  void refusesAProcessThatEndedBefore(boolean pidfd) throws Exception {
    assumeTrue(Children.has("perl"), "needs perl");
    try (PeerSocket socket = PeerSocket.listen(directory.resolve("socket"))) {
      Children.Started living = children.ready(connecting(socket));
      tracker(pidfd).track(socket.accept()).close();
      Children.end(living.process());

      Children.end(children.ready(connecting(socket)).process());

      PeerCredentials gone = socket.accept();
      assertRefused(tracker(pidfd), gone, Reason.CALLER_GONE);
    }
  }

  @Test
  void aZombieIsNotAlive() throws Exception {
    // The shell becomes a program that does not wait for the shell's child.
    Children.Started parent = children.script("sleep 600 & echo $!; exec sleep 600");
    long pid = Long.parseLong(parent.firstLine());
    // Until then the shell would take the zombie away.
    Children.await(() -> Children.command(parent.process()).equals("sleep"));
    PeerCredentials peer = Children.own(parent.process());
    PeerCredentials orphan = new PeerCredentials((int) pid, peer.uid(), peer.gid(), -1);
    try (TrackedProcess process = PeerTracker.create().track(orphan)) {
      assertThat(process.isAlive()).isTrue();

      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      Children.await(() -> !process.isAlive());

      assertThat(Files.readString(Path.of("/proc/" + pid + "/stat"))).contains(") Z ");
      assertRefused(PeerTracker.create(), orphan, Reason.CALLER_GONE);
    }
  }

  @Test
  void aProcessCannotPassForDeadOrOlderByItsName() throws Exception {
    Children.Started child =
        children.script("printf 'a) Z 1 2 (' > /proc/$$/comm; echo ready; read end");
    try (TrackedProcess process = PeerTracker.create().track(Children.own(child.process()))) {
      assertThat(new String(process.read("comm", 64), java.nio.charset.StandardCharsets.US_ASCII))
          .startsWith("a) Z");
      assertThat(process.isAlive()).isTrue();
    }
  }

  @Test
  void withoutPidfdTheUserAndGroupMustFit() {
    PeerCredentials peer = Children.own(children.start("sleep", "600"));
    PeerTracker.create().track(peer).close();

    PeerCredentials otherUser = new PeerCredentials(peer.pid(), peer.uid() + 1, peer.gid(), -1);
    PeerCredentials otherGroup = new PeerCredentials(peer.pid(), peer.uid(), peer.gid() + 1, -1);
    assertRefused(PeerTracker.create(), otherUser, Reason.CALLER_GONE);
    assertRefused(PeerTracker.create(), otherGroup, Reason.CALLER_GONE);
  }

  @Test
  void aProcessThatMustNotBeDumpedIsTrackedToo() throws Exception {
    assumeTrue(Children.isRoot() && Children.has("perl"), "needs root and perl");
    Children.Started child = children.ready("perl", "-MPOSIX", "-e", UNDUMPABLE);
    Path stat = Path.of("/proc/" + child.process().pid() + "/stat");
    assertThat(Files.getAttribute(stat, "unix:uid")).isEqualTo(0);

    PeerCredentials peer = Children.credentials(child.process(), 4321, 4321);
    try (TrackedProcess process = PeerTracker.create().track(peer)) {
      assertThat(process.isAlive()).isTrue();
    }
  }

  @Test
  void refusesAProcessOfAnotherNamespace() {
    assertRefused(PeerTracker.create(), new PeerCredentials(0, 0, 0, -1), Reason.CALLER_GONE);
  }

  @Test
  void refusesAProcFileSystemThatIsNotOurs() throws IOException {
    Process child = children.start("sleep", "600");
    Path alias = Files.createSymbolicLink(directory.resolve("proc"), Path.of("/proc"));
    PeerTracker.builder().procRoot(alias).build().track(Children.own(child)).close();

    Path other = Files.createDirectory(directory.resolve("other"));
    Files.createSymbolicLink(other.resolve("self"), Path.of("1"));
    Path link =
        Files.createSymbolicLink(
            other.resolve(Long.toString(child.pid())), Path.of("/proc/" + child.pid()));
    PeerTracker tracker = PeerTracker.builder().procRoot(other).build();

    assertRefused(tracker, Children.own(child), Reason.UNAVAILABLE);
    // Its target goes with the child, and the directory is removed after that.
    Files.delete(link);
  }

  @Test
  void letsGoOfAProcess() throws IOException {
    TrackedProcess process = PeerTracker.create().track(Children.own(children.start("sleep", "9")));
    assertThat(process.read("stat", 4096)).isNotEmpty();

    process.close();
    process.close();

    assertThat(process.isAlive()).isFalse();
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> process.read("stat", 4096));
  }

  @Test
  void readsNothingOutsideOfTheDirectory() {
    try (TrackedProcess process =
        PeerTracker.create().track(Children.own(children.start("sleep", "600")))) {
      assertThatIllegalArgumentException().isThrownBy(() -> process.read("../self/stat", 4096));
      assertThatIllegalArgumentException().isThrownBy(() -> process.open("/etc/passwd"));
      assertThatIllegalArgumentException().isThrownBy(() -> process.open(".."));
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> process.read("stat", 3));
    }
  }

  private static PeerTracker tracker(boolean pidfd) {
    return PeerTracker.builder().usePidfd(pidfd).build();
  }

  private static void assertRefused(PeerTracker tracker, PeerCredentials peer, Reason reason) {
    assertThatExceptionOfType(WorkloadApiException.class)
        .isThrownBy(() -> tracker.track(peer))
        .matches(e -> e.reason() == reason, "reason " + reason);
  }

  private static String[] connecting(PeerSocket socket) {
    return new String[] {"perl", "-MSocket", "-e", PeerSocket.CONNECT, socket.path().toString()};
  }
}
