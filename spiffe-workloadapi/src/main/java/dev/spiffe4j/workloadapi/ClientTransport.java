package dev.spiffe4j.workloadapi;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.http2.Call;
import dev.spiffe4j.workloadapi.http2.GrpcClient;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * A connection to a Workload API, made when it is needed, with one thread of its own. Thread-safe.
 */
final class ClientTransport implements AutoCloseable {
  /** Servers of gRPC end connections that are pinged more often than each five minutes. */
  static final Duration KEEP_ALIVE_TIME = Duration.ofMinutes(6);

  static final Duration KEEP_ALIVE_TIMEOUT = Duration.ofSeconds(20);

  private final WorkloadApiAddress address;
  private final GrpcClient client;

  private ClientTransport(WorkloadApiAddress address, GrpcClient client) {
    this.address = address;
    this.client = client;
  }

  static ClientTransport open(WorkloadApiAddress address, int maxMessageBytes) {
    return open(address, maxMessageBytes, KEEP_ALIVE_TIME, KEEP_ALIVE_TIMEOUT);
  }

  static ClientTransport open(
      WorkloadApiAddress address,
      int maxMessageBytes,
      Duration keepAliveTime,
      Duration keepAliveTimeout) {
    return new ClientTransport(
        address,
        new GrpcClient(address.socketAddress(), maxMessageBytes, keepAliveTime, keepAliveTimeout));
  }

  WorkloadApiAddress address() {
    return address;
  }

  /** A call for as long as it takes. */
  <Q, R> Call<R> newCall(Rpc<Q, R, ?> rpc, Executor executor) {
    return client.newCall(rpc.method(), rpc.request(), 0, executor);
  }

  /** A call that ends in time; its listener may not block. */
  <Q, R> Call<R> newCall(Rpc<Q, R, ?> rpc, Duration timeout) {
    return client.newCall(rpc.method(), rpc.request(), timeout.toNanos(), Runnable::run);
  }

  boolean isClosed() {
    return client.isClosed();
  }

  /** Why a call has failed. */
  WorkloadApiException failure(Status status) {
    return client.isClosed()
        ? new WorkloadApiException(Reason.CLOSED, "closed by this process")
        : CallFailure.of(address, status);
  }

  @Override
  public void close() {
    client.close();
  }
}
