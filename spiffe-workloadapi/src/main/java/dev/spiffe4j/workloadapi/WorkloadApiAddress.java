package dev.spiffe4j.workloadapi;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.wire.SocketPath;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a Workload API is: {@code unix:///run/agent.sock} or {@code tcp://127.0.0.1:8000} (Workload
 * Endpoint §4). Immutable and thread-safe.
 */
public final class WorkloadApiAddress {
  /** The environment variable that holds the address for those who are not told another one. */
  public static final String ENVIRONMENT_VARIABLE = "SPIFFE_ENDPOINT_SOCKET";

  private final String uri;
  private final SocketAddress socketAddress;

  private WorkloadApiAddress(String uri, SocketAddress socketAddress) {
    this.uri = uri;
    this.socketAddress = socketAddress;
  }

  /**
   * Parses an address.
   *
   * @param uri {@code unix:} and an absolute path, or {@code tcp://}, an IP address, and a port
   * @return the address
   * @throws WorkloadApiException with {@link Reason#BAD_ADDRESS} if it is anything else
   */
  public static WorkloadApiAddress parse(String uri) {
    return AddressSyntax.parse(requireNonNull(uri, "uri"));
  }

  /**
   * The address of a Unix socket.
   *
   * @param socket its path
   * @return the address
   * @throws WorkloadApiException with {@link Reason#BAD_ADDRESS} if a socket cannot have the path
   */
  public static WorkloadApiAddress of(Path socket) {
    Path path = socket.toAbsolutePath();
    SocketPath.requireShort(path);
    return new WorkloadApiAddress(
        "unix://" + AddressSyntax.encode(path.toString()), UnixDomainSocketAddress.of(path));
  }

  static WorkloadApiAddress of(String host, InetSocketAddress socketAddress) {
    return new WorkloadApiAddress("tcp://" + host + ":" + socketAddress.getPort(), socketAddress);
  }

  /**
   * The address in {@link #ENVIRONMENT_VARIABLE}.
   *
   * @return the address
   * @throws WorkloadApiException with {@link Reason#NO_ADDRESS} if it is not set or empty, or with
   *     {@link Reason#BAD_ADDRESS} if it is not an address
   */
  public static WorkloadApiAddress fromEnvironment() {
    return fromEnvironment(System::getenv);
  }

  static WorkloadApiAddress fromEnvironment(Function<String, @Nullable String> environment) {
    String uri = environment.apply(ENVIRONMENT_VARIABLE);
    if (uri == null || uri.isEmpty()) {
      throw new WorkloadApiException(
          Reason.NO_ADDRESS,
          "environment variable "
              + ENVIRONMENT_VARIABLE
              + (uri == null ? " is not set" : " is empty")
              + " (expected: such as unix:///run/spire/agent.sock)");
    }
    return parse(uri);
  }

  /**
   * The path of a Unix socket.
   *
   * @return the path, or nothing if the address is of TCP
   */
  public Optional<Path> socketPath() {
    return socketAddress instanceof UnixDomainSocketAddress unix
        ? Optional.of(unix.getPath())
        : Optional.empty();
  }

  SocketAddress socketAddress() {
    return socketAddress;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WorkloadApiAddress that && uri.equals(that.uri);
  }

  @Override
  public int hashCode() {
    return uri.hashCode();
  }

  /** Returns the URI, which {@link #parse} reads back. */
  @Override
  public String toString() {
    return uri;
  }
}
