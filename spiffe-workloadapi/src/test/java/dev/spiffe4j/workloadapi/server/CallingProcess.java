package dev.spiffe4j.workloadapi.server;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.workloadapi.Await;
import dev.spiffe4j.workloadapi.FileX509Source;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.X509Source;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.Socket;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** A child JVM that calls a Workload API, and says what comes of it, a line at a time. */
final class CallingProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private CallingProcess(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static CallingProcess start(String what, Path socket) throws IOException {
    return start(List.of(), System.getProperty("java.class.path"), what, socket);
  }

  static CallingProcess start(List<String> before, String classPath, String what, Path socket)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        Arrays.asList(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            CallingProcess.class.getName(),
            what,
            socket.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new CallingProcess(process);
  }

  int pid() {
    return (int) process.pid();
  }

  /** What it says next that is for us. */
  String nextLine() throws IOException {
    return requireNonNull(output.readLine(), "the process has ended");
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  public static void main(String[] args) throws Exception {
    Path socket = Path.of(args[1]);
    switch (args[0]) {
      case "stream" -> stream(socket);
      case "inherit" -> inherit(socket);
      case "connect" -> connect(socket);
      case "files" -> files(socket);
      default -> throw new IllegalArgumentException(args[0]);
    }
  }

  /** Opens a stream, and keeps it. */
  private static void stream(Path socket) throws InterruptedException {
    try (X509Source source = X509Source.connect(WorkloadApiAddress.of(socket))) {
      System.out.println(source.x509Svid().spiffeId());
      new CountDownLatch(1).await();
    }
  }

  /** Opens a source, and tells what comes first: an SVID, or a reason why there is none. */
  private static void connect(Path socket) throws InterruptedException {
    try (X509Source source = X509Source.builder(WorkloadApiAddress.of(socket)).start()) {
      Await.until(() -> source.isReady() || source.lastError().isPresent());
      System.out.println(
          source.isReady()
              ? source.x509Svid().spiffeId()
              : source.lastError().orElseThrow().reason());
    }
  }

  /** Reads an SVID from files, and tells it, or why there is none. */
  private static void files(Path directory) throws InterruptedException {
    try (FileX509Source source = FileX509Source.builder(directory).start()) {
      Await.until(() -> source.isReady() || source.lastError().isPresent());
      System.out.println(
          source.isReady()
              ? source.x509Svid().spiffeId()
              : source.lastError().orElseThrow().reason());
    }
  }

  /**
   * Opens a stream on a socket that is descriptor 0, which a child of ours inherits as its standard
   * input, so that the socket outlives us.
   */
  private static void inherit(Path socket) throws Exception {
    Epoll.ensureAvailability();
    new FileDescriptor(0).close();
    Socket connected = Socket.newSocketDomain();
    if (connected.intValue() != 0) {
      throw new IllegalStateException("descriptor " + connected.intValue());
    }
    connected.connect(new DomainSocketAddress(socket.toString()));
    ByteBuffer call = RawHttp2.fetchX509Svid();
    connected.write(call, 0, call.limit());
    Process heir =
        new ProcessBuilder("sleep", "600")
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    System.out.println(heir.pid());
    new CountDownLatch(1).await();
  }
}
