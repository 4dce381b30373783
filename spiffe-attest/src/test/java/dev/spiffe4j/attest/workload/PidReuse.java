package dev.spiffe4j.attest.workload;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.server.PeerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The attack itself, as a program that runs in a PID namespace of its own: a process connects and
 * ends while its connection stays known, and a process of another user gets its PID.
 */
final class PidReuse {
  static final int NOT_PERMITTED = 77;

  private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");
  private static final int VICTIM = 4321;
  private static final int ATTEMPTS = 1000;

  private final Children children = new Children();
  private final UnixWorkloadAttestor attestor = UnixWorkloadAttestor.create();
  private final PeerTracker tracker;
  private final boolean pidfd;

  private PidReuse(boolean pidfd) {
    this.pidfd = pidfd;
    this.tracker = PeerTracker.builder().usePidfd(pidfd).build();
  }

  public static void main(String[] args) throws Exception {
    if (!Files.isWritable(LAST_PID)) {
      System.exit(NOT_PERMITTED);
    }
    PidReuse attack = new PidReuse(args[0].equals("pidfd"));
    try (attack.children) {
      attack.run(Path.of(args[1]));
    }
    System.exit(0);
  }

  private void run(Path path) throws Exception {
    try (PeerSocket socket = PeerSocket.listen(path)) {
      Children.Started attacker =
          children.ready("perl", "-MSocket", "-e", PeerSocket.CONNECT, path.toString());
      PeerCredentials peer = socket.accept();
      if (pidfd && !peer.hasPidfd()) {
        System.exit(NOT_PERMITTED);
      }
      TrackedProcess held = tracker.track(peer);
      check(attestor.attest(held).contains(Selector.parse("unix:uid:0")), "attested while it ran");
      check(held.isAlive(), "alive while it ran");

      Children.end(attacker.process());
      startVictim(peer.pid());

      // The PID is a living process again, and a good one.
      PeerCredentials victim = new PeerCredentials(peer.pid(), VICTIM, VICTIM, -1);
      try (TrackedProcess process = PeerTracker.create().track(victim)) {
        check(
            attestor.attest(process).contains(Selector.parse("unix:uid:" + VICTIM)),
            "the victim is attested as itself");
      }
      checkNothingIsGiven(held, peer);
      held.close();
    }
  }

  private void checkNothingIsGiven(TrackedProcess held, PeerCredentials peer) {
    check(!held.isAlive(), "the old connection's process is dead");
    check(
        refusal(() -> attestor.attest(held)) == AttestationException.Reason.CALLER_GONE,
        "the old connection's process is not attested");
    check(
        refusal(() -> tracker.track(peer)) == WorkloadApiException.Reason.CALLER_GONE,
        "a connection that is accepted only now is refused");
  }

  private void startVictim(int pid) throws Exception {
    String user = Integer.toString(VICTIM);
    for (int i = 0; i < ATTEMPTS; i++) {
      Files.writeString(LAST_PID, Integer.toString(pid - 1));
      Process victim =
          children.start(
              "setpriv", "--reuid", user, "--regid", user, "--clear-groups", "sleep", "600");
      if (victim.pid() == pid) {
        Children.await(() -> isOf(pid, VICTIM));
        return;
      }
      Children.end(victim);
    }
    throw new IllegalStateException("PID " + pid + " was not given again");
  }

  /** Whether it has become the user and the group, which setpriv does one after the other. */
  private static boolean isOf(int pid, int user) {
    try {
      String status = Files.readString(Path.of("/proc/" + pid + "/status"));
      return status.contains("Uid:\t" + user + "\t") && status.contains("Gid:\t" + user + "\t");
    } catch (IOException e) {
      return false;
    }
  }

  private static Object refusal(Runnable action) {
    try {
      action.run();
      return "done";
    } catch (SpiffeException e) {
      return e.reason();
    }
  }

  private static void check(boolean holds, String what) {
    System.out.println((holds ? "ok: " : "NOT OK: ") + what);
    if (!holds) {
      System.exit(1);
    }
  }
}
