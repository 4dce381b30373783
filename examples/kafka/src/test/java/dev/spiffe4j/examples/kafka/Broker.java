package dev.spiffe4j.examples.kafka;

import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;

/**
 * A broker of Kafka in a JVM of its own, which knows no more of SPIFFE than names of classes and
 * two environment variables.
 */
final class Broker implements AutoCloseable {
  private final String address;
  private final Process process;

  private Broker(String address, Process process) {
    this.address = address;
    this.process = process;
  }

  static Broker start(Path directory, WorkloadApiAddress workloadApi, String accept)
      throws IOException, InterruptedException {
    // An address of the loopback network that nobody else has, so that ports can be fixed.
    SecureRandom random = new SecureRandom();
    String address =
        "127.%d.%d.%d"
            .formatted(1 + random.nextInt(254), random.nextInt(256), 1 + random.nextInt(254));
    Path properties = properties(directory, address);
    Map<String, String> environment =
        Map.of("SPIFFE_ENDPOINT_SOCKET", workloadApi.toString(), "SPIFFE4J_TLS_ACCEPT", accept);
    String[] format = {"format", "-t", Uuid.randomUuid().toString(), "-c", properties.toString()};
    Process formatting = java(directory, environment, "kafka.tools.StorageTool", format);
    if (!formatting.waitFor(5, TimeUnit.MINUTES) || formatting.exitValue() != 0) {
      formatting.destroyForcibly();
      throw new AssertionError(Files.readString(log(directory)));
    }
    return new Broker(address, java(directory, environment, "kafka.Kafka", properties.toString()));
  }

  private static Path properties(Path directory, String address) throws IOException {
    try (InputStream template = Orders.class.getResourceAsStream("/broker.properties")) {
      String text =
          new String(template.readAllBytes(), StandardCharsets.UTF_8)
              .replace("${address}", address)
              .replace("${directory}", directory.resolve("log").toString());
      return Files.writeString(directory.resolve("broker.properties"), text);
    }
  }

  private static Process java(
      Path directory, Map<String, String> environment, String main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx512m"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log(directory).toFile()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Path log(Path directory) {
    return directory.resolve("broker.log");
  }

  String bootstrap() {
    return address + ":9093";
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
