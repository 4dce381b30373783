package dev.spiffe4j.examples.demo;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.agent.AgentHealth;
import dev.spiffe4j.attest.agent.GrpcNodeApi;
import dev.spiffe4j.attest.agent.IdentityAgent;
import dev.spiffe4j.attest.node.JoinTokenAttestation;
import dev.spiffe4j.attest.server.IdentityServer;
import dev.spiffe4j.attest.workload.UnixWorkloadAttestor;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the play runs on: a server, an agent that reached it over gRPC, and a way to start actors.
 */
final class Stage implements AutoCloseable {
  static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("demo.example");

  private final Path directory;
  private final String classPath;
  private final Casting casting;
  private final List<ChildProcess> actors = new ArrayList<>();

  final IdentityServer server;
  final GrpcNodeApi nodeApi;
  final SpiffeId agentId;
  final IdentityAgent agent;

  private Stage(Path directory) throws IOException, InterruptedException {
    this.directory = directory;
    this.classPath = copyClassPath(directory.resolve("lib"));
    this.casting = casting(directory);
    this.server =
        IdentityServer.builder(TRUST_DOMAIN)
            .nodeApiAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .start();
    this.nodeApi =
        GrpcNodeApi.connect(server.nodeApiAddress().orElseThrow(), server.bundle().x509Bundle());
    JoinToken token = server.joinTokens().create(Duration.ofMinutes(10));
    this.agentId = SpiffeId.of(TRUST_DOMAIN, "spire", "agent", "join_token", token.value());
    register("billing");
    register("web");
    this.agent =
        IdentityAgent.builder(nodeApi)
            .nodeAttestation(JoinTokenAttestation.of(token.value()))
            .attestor(UnixWorkloadAttestor.builder().discoverPath(true).sizeLimit(-1).build())
            .syncInterval(Duration.ofSeconds(1))
            .workloadApi(socket())
            .start();
  }

  static Stage set() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("spiffe4j-demo-");
    // Other users run what is in here, and connect to the socket.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new Stage(directory);
  }

  private static Casting casting(Path directory) throws IOException, InterruptedException {
    Path javaHome = Path.of(System.getProperty("java.home"));
    String java = javaHome.resolve("bin/java").toString();
    return CastingByUser.isPossible(java)
        ? CastingByUser.of(java)
        : CastingByExecutable.of(javaHome, directory);
  }

  /** Copies the jars to where users without rights here can read them. */
  private static String copyClassPath(Path lib) throws IOException {
    Files.createDirectories(lib);
    List<String> copies = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      for (Path jar : jars(element)) {
        Path copy = lib.resolve(jar.getFileName());
        Files.copy(jar, copy);
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
        copies.add(copy.toString());
      }
    }
    return String.join(File.pathSeparator, copies);
  }

  private static List<Path> jars(String element) throws IOException {
    if (!element.endsWith("*")) {
      return List.of(Path.of(element));
    }
    try (Stream<Path> files = Files.list(Path.of(element.substring(0, element.length() - 1)))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  private void register(String role) {
    server
        .entries()
        .create(
            RegistrationEntry.builder(id(role), agentId)
                .selectors(List.of(casting.selector(role)))
                .build());
  }

  static SpiffeId id(String role) {
    return SpiffeId.of(TRUST_DOMAIN, role);
  }

  Path socket() {
    return directory.resolve("api.sock");
  }

  Casting casting() {
    return casting;
  }

  /** Starts an actor that is what its role says. */
  ChildProcess start(String role, String... arguments) throws IOException {
    return start(role, role, casting.command(role, java(role, arguments)));
  }

  /** Starts an actor that has everything of a role but what the kernel sees. */
  ChildProcess startImpostor(String role, String... arguments) throws IOException {
    return start("impostor", role, casting.impostor(role, java(role, arguments)));
  }

  private ChildProcess start(String name, String role, List<String> command) throws IOException {
    ProcessBuilder process = new ProcessBuilder(command).directory(directory.toFile());
    Map<String, String> environment = process.environment();
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    environment.clear();
    environment.put("PATH", path);
    environment.put("WORKLOAD_NAME", role);
    environment.put("SPIFFE_ENDPOINT_SOCKET", "unix://" + socket());
    ChildProcess actor = ChildProcess.start(name, process);
    actors.add(actor);
    return actor;
  }

  /** Waits until the agent is as expected. */
  AgentHealth awaitHealth(Predicate<AgentHealth> condition, String what) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    AgentHealth health = agent.health();
    while (!condition.test(health)) {
      StepFailed.unless(
          System.nanoTime() < deadline, "the agent never had " + what + ": " + health);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      health = agent.health();
    }
    return health;
  }

  private List<String> java(String role, String... arguments) {
    List<String> java =
        new ArrayList<>(
            List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                WorkloadMain.class.getName(),
                role));
    java.addAll(List.of(arguments));
    return java;
  }

  @Override
  public void close() throws IOException {
    actors.forEach(ChildProcess::close);
    agent.close();
    nodeApi.close();
    server.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
