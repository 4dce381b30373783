package dev.spiffe4j.examples.demo;

import dev.spiffe4j.attest.Selector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Each role runs as a user of its own; only root can switch. */
final class CastingByUser implements Casting {
  private static final Map<String, Integer> USERS = Map.of("billing", 61001, "web", 61002);
  private static final int NOBODY_IN_THE_PLAY = 61003;

  private final String java;

  private CastingByUser(String java) {
    this.java = java;
  }

  /** Whether this process may switch users, and the other user can run this Java. */
  static boolean isPossible(String java) throws InterruptedException {
    try {
      Process probe =
          new ProcessBuilder(asUser(NOBODY_IN_THE_PLAY, java, List.of("-version")))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return probe.waitFor(30, TimeUnit.SECONDS) && probe.exitValue() == 0;
    } catch (IOException e) {
      // There is no setpriv here.
      return false;
    }
  }

  static Casting of(String java) {
    return new CastingByUser(java);
  }

  @Override
  public String means() {
    return "their user";
  }

  @Override
  public Selector selector(String role) {
    return new Selector("unix", "uid:" + user(role));
  }

  @Override
  public List<String> command(String role, List<String> javaArguments) {
    return asUser(user(role), java, javaArguments);
  }

  @Override
  public List<String> impostor(String role, List<String> javaArguments) {
    return asUser(NOBODY_IN_THE_PLAY, java, javaArguments);
  }

  private static int user(String role) {
    return USERS.getOrDefault(role, NOBODY_IN_THE_PLAY);
  }

  private static List<String> asUser(int user, String java, List<String> arguments) {
    String id = Integer.toString(user);
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--reuid", id, "--regid", id, "--clear-groups", "--", java));
    command.addAll(arguments);
    return command;
  }
}
