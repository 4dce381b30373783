package dev.spiffe4j.attest.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.AttestationException.Reason;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.workloadapi.server.PeerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixWorkloadAttestorTest {
  private static final Path SLEEP = Path.of("/bin/sleep");

  @TempDir Path directory;
  private final Children children = new Children();

  @AfterEach
  void endChildren() {
    children.close();
  }

  @Test
  @DisplayName(
      "EP-20 users and groups are those that the kernel tells, with the names of the files")
  void tellsUsersAndGroups() throws IOException {
    assumeTrue(Children.isRoot() && Children.has("setpriv"), "needs root and setpriv");
    Process child =
        children.start(
            "setpriv",
            "--reuid",
            "54321",
            "--regid",
            "54322",
            "--groups",
            "54323,54324",
            "sleep",
            "600");
    awaitProgram(child, "sleep");
    Path passwd = Files.writeString(directory.resolve("passwd"), "web:x:54321:54322:::\n");
    Path group = Files.writeString(directory.resolve("group"), "www:x:54322:\nmail:x:54324:web\n");
    WorkloadAttestor attestor =
        UnixWorkloadAttestor.builder().passwdFile(passwd).groupFile(group).build();

    assertThat(attest(attestor, Children.credentials(child, 54321, 54322)))
        .containsExactlyInAnyOrder(
            "unix:uid:54321",
            "unix:user:web",
            "unix:gid:54322",
            "unix:group:www",
            "unix:supplementary_gid:54323",
            "unix:supplementary_gid:54324",
            "unix:supplementary_group:mail");
  }

  @Test
  void whatHasNoNameGetsNone() throws IOException {
    Process child = children.start("sleep", "600");
    Path empty = Files.writeString(directory.resolve("empty"), "");
    WorkloadAttestor attestor =
        UnixWorkloadAttestor.builder().passwdFile(empty).groupFile(empty).build();

    assertThat(attest(attestor, Children.own(child)))
        .allMatch(text -> text.matches("unix:(uid|gid|supplementary_gid):\\d+"))
        .contains("unix:uid:" + Integer.toUnsignedString(Children.own(child).uid()));
  }

  @Test
  void tellsTheProgramOnlyIfAskedTo() throws Exception {
    Process child = copyOfSleep();

    assertThat(attest(UnixWorkloadAttestor.create(), Children.own(child)))
        .noneMatch(text -> text.startsWith("unix:path:") || text.startsWith("unix:sha256:"));
    assertThat(attest(withPath(0), Children.own(child)))
        .contains("unix:path:" + copy(), "unix:sha256:" + sha256(SLEEP));
  }

  @Test
  void hashesTheProgramThatRunsAndNotWhatIsAtItsPath() throws Exception {
    Process child = copyOfSleep();

    Path other = Files.writeString(directory.resolve("other"), "something else");
    Files.move(other, copy(), StandardCopyOption.REPLACE_EXISTING);

    assertThat(attest(withPath(0), Children.own(child)))
        .contains("unix:path:" + copy() + " (deleted)", "unix:sha256:" + sha256(SLEEP));
  }

  @Test
  void tellsTheProgramOfNowAfterTheProcessRanAnother() throws Exception {
    Children.Started child = children.script("echo ready; read go; exec sleep 600");
    PeerCredentials peer = Children.own(child.process());
    String sleep = "unix:sha256:" + sha256(SLEEP);
    assertThat(attest(withPath(0), peer)).doesNotContain(sleep);

    child.tell("go");
    awaitProgram(child.process(), "sleep");

    assertThat(attest(withPath(0), peer)).contains(sleep);
  }

  @Test
  void aProgramAboveTheLimitIsNotAttested() throws Exception {
    Process child = copyOfSleep();
    long size = Files.size(SLEEP);

    assertThat(attest(withPath(size), Children.own(child)))
        .contains("unix:sha256:" + sha256(SLEEP));
    assertThatExceptionOfType(AttestationException.class)
        .isThrownBy(() -> attest(withPath(size - 1), Children.own(child)))
        .matches(e -> e.reason() == Reason.EVIDENCE_REFUSED);
  }

  @Test
  void aNegativeLimitMeansNoHash() throws Exception {
    Process child = copyOfSleep();

    assertThat(attest(withPath(-1), Children.own(child)))
        .contains("unix:path:" + copy())
        .noneMatch(text -> text.startsWith("unix:sha256:"));
  }

  @Test
  @DisplayName("EP-38 a process that has ended is not attested")
  void refusesAProcessThatHasEnded() throws Exception {
    Process child = children.start("sleep", "600");
    try (TrackedProcess process = PeerTracker.create().track(Children.own(child))) {
      assertThat(UnixWorkloadAttestor.create().attest(process)).isNotEmpty();

      Children.end(child);

      assertThatExceptionOfType(AttestationException.class)
          .isThrownBy(() -> UnixWorkloadAttestor.create().attest(process))
          .matches(e -> e.reason() == Reason.CALLER_GONE);
    }
  }

  private static WorkloadAttestor withPath(long sizeLimit) {
    return UnixWorkloadAttestor.builder().discoverPath(true).sizeLimit(sizeLimit).build();
  }

  private static List<String> attest(WorkloadAttestor attestor, PeerCredentials peer) {
    try (TrackedProcess process = PeerTracker.create().track(peer)) {
      Set<Selector> selectors = attestor.attest(process);
      assertThat(process.isAlive()).isTrue();
      return selectors.stream().map(Selector::toString).toList();
    }
  }

  private Path copy() {
    return directory.resolve("workload");
  }

  private Process copyOfSleep() throws Exception {
    Files.copy(SLEEP, copy(), StandardCopyOption.COPY_ATTRIBUTES);
    Process child = children.start(copy().toString(), "600");
    awaitProgram(child, "workload");
    return child;
  }

  private static void awaitProgram(Process child, String name) throws IOException {
    try {
      Children.await(() -> programName(child).equals(name));
    } catch (java.util.concurrent.TimeoutException e) {
      throw new IOException("never ran " + name, e);
    }
  }

  private static String programName(Process child) {
    try {
      return Files.readString(Path.of("/proc/" + child.pid() + "/comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String sha256(Path file) throws IOException, GeneralSecurityException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(hash);
  }
}
