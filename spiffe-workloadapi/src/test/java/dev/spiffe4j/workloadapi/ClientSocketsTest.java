package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.epoll.Epoll;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which sockets a client takes, in JVMs that have more or less of them. */
class ClientSocketsTest {
  private static final String FLAG = "--enable-native-access=ALL-UNNAMED";

  @Test
  @DisplayName("native sockets are taken where they can be had")
  void takesNative() throws Exception {
    assertThat(Epoll.isAvailable()).isTrue();
    assertThat(best("", FLAG)).containsExactly("EpollSockets");
    // From JDK 24 on it also says that native code was loaded.
    assertThat(best("")).contains("EpollSockets");
  }

  @Test
  @DisplayName("without the native half, or any class of it, a client has the JDK's sockets")
  void needsNothingNative() throws Exception {
    assertThat(best("netty-transport-native-epoll", FLAG)).containsExactly("NioSockets");
    assertThat(best("", FLAG, "-Dio.netty.transport.noNative=true")).containsExactly("NioSockets");
  }

  @Test
  @DisplayName("without any class of it there is no word about native code, whatever the flags")
  void isQuietWithoutEpoll() throws Exception {
    assertThat(best("epoll")).containsExactly("NioSockets");
  }

  /** All that a JVM prints that is asked for its sockets, without some jars. */
  private static List<String> best(String without, String... flags) throws Exception {
    String classPath =
        Arrays.stream(
                System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1))
            .filter(entry -> without.isEmpty() || !isNamed(entry, without))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of(flags));
    command.addAll(List.of("-cp", classPath, Best.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      return output.lines().toList();
    }
  }

  private static boolean isNamed(String entry, String part) {
    return Path.of(entry).getFileName().toString().contains(part);
  }

  /** Makes a channel of the best sockets, and says which they are. */
  static final class Best {
    private Best() {}

    public static void main(String[] args) {
      ClientSockets sockets = ClientSockets.best();
      Object unused = sockets.channelTo(WorkloadApiAddress.parse("unix:///run/spire.sock"));
      System.out.println(sockets.getClass().getSimpleName());
    }
  }
}
