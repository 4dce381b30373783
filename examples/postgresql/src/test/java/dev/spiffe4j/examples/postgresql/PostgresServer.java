package dev.spiffe4j.examples.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server of PostgreSQL that lets in who has an SVID of its trust domain, and the password. */
final class PostgresServer implements AutoCloseable {
  private static final String PASSWORD = "open sesame";

  private final String address;
  private final Process process;

  private PostgresServer(String address, Process process) {
    this.address = address;
    this.process = process;
  }

  static PostgresServer start(Path directory, Path files, Path data) throws Exception {
    Path programs = programs();
    Path password = Files.writeString(directory.resolve("password"), PASSWORD);
    Path rules =
        Files.writeString(
            directory.resolve("pg_hba.conf"),
            "hostssl all all 127.0.0.0/8 scram-sha-256 clientcert=verify-ca\n");
    Process initdb =
        run(directory, programs.resolve("initdb"), "-D", data, "-U", "app", "-A", "scram-sha-256")
            .with("--pwfile", password, "--no-sync")
            .start();
    assertThat(initdb.waitFor(5, TimeUnit.MINUTES) && initdb.exitValue() == 0)
        .as(() -> log(directory))
        .isTrue();
    String address = address();
    Process server =
        run(directory, programs.resolve("postgres"), "-D", data, "-F")
            .with("-c", "hba_file=" + rules, "-c", "unix_socket_directories=")
            .with("-c", "listen_addresses=" + address, "-c", "ssl=on")
            .with("-c", "ssl_cert_file=" + files.resolve("svid.pem"))
            .with("-c", "ssl_key_file=" + files.resolve("svid_key.pem"))
            .with("-c", "ssl_ca_file=" + files.resolve("bundle.pem"))
            .start();
    return new PostgresServer(address, server);
  }

  /** Debian has the server's programs beside the PATH. */
  private static Path programs() throws IOException {
    List<Path> places = new ArrayList<>();
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        versions.map(version -> version.resolve("bin")).forEach(places::add);
      }
    }
    Stream.of(System.getenv("PATH").split(":", -1)).map(Path::of).forEach(places::add);
    return places.stream()
        .filter(place -> Files.isExecutable(place.resolve("initdb")))
        .filter(place -> Files.isExecutable(place.resolve("postgres")))
        .findFirst()
        .orElseGet(() -> abort("skipped: the server of PostgreSQL (initdb, postgres) is missing"));
  }

  /** An address of the loopback network that nobody else has, so that the port can be fixed. */
  private static String address() {
    SecureRandom random = new SecureRandom();
    return "127.%d.%d.%d"
        .formatted(1 + random.nextInt(254), random.nextInt(256), 1 + random.nextInt(254));
  }

  private record Command(Path directory, List<String> words) {
    Command with(Object... more) {
      List<String> longer = new ArrayList<>(words);
      Stream.of(more).map(Object::toString).forEach(longer::add);
      return new Command(directory, longer);
    }

    Process start() throws IOException {
      return new ProcessBuilder(words)
          .directory(directory.toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile(directory).toFile()))
          .start();
    }
  }

  private static Command run(Path directory, Object... words) throws Exception {
    return new Command(directory, asSomebody()).with(words);
  }

  /** The server refuses to be root, so it runs where root has the number of nobody. */
  private static List<String> asSomebody() throws Exception {
    if (!(Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid)
        || uid != 0) {
      return List.of();
    }
    List<String> unshare = List.of("unshare", "--user", "--map-user=65534");
    List<String> trial = new ArrayList<>(unshare);
    trial.add("true");
    try {
      if (new ProcessBuilder(trial).start().waitFor() == 0) {
        return unshare;
      }
    } catch (IOException e) {
      return abort("skipped: PostgreSQL does not run as root, and unshare is missing");
    }
    return abort("skipped: PostgreSQL does not run as root, and there are no user namespaces");
  }

  private static Path logFile(Path directory) {
    return directory.resolve("postgresql.log");
  }

  private static String log(Path directory) {
    try {
      return Files.readString(logFile(directory));
    } catch (IOException e) {
      return e.toString();
    }
  }

  String url(Class<?> socketFactory) {
    return "jdbc:postgresql://%s:5432/postgres?sslmode=verify-ca&sslfactory=%s&user=app&password=%s"
        .formatted(address, socketFactory.getName(), PASSWORD.replace(" ", "%20"));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
