package dev.spiffe4j.attest.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PidReuseTest {
  /** {@code unshare} forks the JVM, so that it is the first process of a namespace of its own. */
  private static final List<String> NAMESPACE =
      List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");

  @TempDir Path directory;

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"pidfd", "start time"})
  @DisplayName("EP-38 whoever gets a dead caller's PID gets nothing of it, and gives it nothing")
  void aReusedPidGetsNothing(String evidence) throws Exception {
    assumeTrue(canMakeNamespaces(), "needs the right to make PID namespaces (root), perl, setpriv");
    Process attack = new ProcessBuilder(command(evidence)).redirectErrorStream(true).start();

    String output = new String(attack.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(attack.waitFor(60, TimeUnit.SECONDS)).isTrue();

    assumeTrue(attack.exitValue() != PidReuse.NOT_PERMITTED, "needs ns_last_pid and a pidfd");
    assertThat(attack.exitValue()).as(output).isZero();
    assertThat(output).contains("ok: a connection that is accepted only now is refused");
  }

  private List<String> command(String evidence) {
    List<String> command = new ArrayList<>(NAMESPACE);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            PidReuse.class.getName(),
            evidence,
            directory.resolve("socket").toString()));
    return command;
  }

  private static boolean canMakeNamespaces() throws Exception {
    if (!Children.has("unshare") || !Children.has("perl") || !Children.has("setpriv")) {
      return false;
    }
    List<String> command = new ArrayList<>(NAMESPACE);
    command.add("true");
    Process process = new ProcessBuilder(command).start();
    return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
  }
}
