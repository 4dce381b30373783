package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.proto.SpiffeWorkloadAPIGrpc;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.wire.BytesMarshaller;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream that brings bytes which are no message at all. */
class UnreadableMessageTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final X509Svid FIRST = OWN.svid("first");
  private static final X509Svid SECOND = OWN.svid("second");

  @TempDir Path directory;

  private final BlockingQueue<StreamObserver<byte[]>> streams = new LinkedBlockingQueue<>();

  private static byte[] message(X509Svid svid) {
    return X509SVIDResponse.newBuilder()
        .addSvids(RawServer.svid(svid, OWN.bundle()))
        .build()
        .toByteArray();
  }

  private ServerServiceDefinition service() {
    MethodDescriptor<X509SVIDRequest, X509SVIDResponse> method =
        SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod();
    return ServerServiceDefinition.builder(SpiffeWorkloadAPIGrpc.SERVICE_NAME)
        .addMethod(
            method.toBuilder(method.getRequestMarshaller(), new BytesMarshaller()).build(),
            ServerCalls.asyncServerStreamingCall(
                (request, stream) -> {
                  if (streams.isEmpty()) {
                    stream.onNext(message(FIRST));
                  }
                  streams.add(stream);
                }))
        .build();
  }

  @Test
  @DisplayName("WAPI-08: after bytes that are no message, the stream begins anew")
  void beginsAnew() throws Exception {
    HandScheduler scheduler = new HandScheduler();
    try (RawServer server = new RawServer(directory.resolve("api.sock"), service());
        X509Source source =
            X509Source.builder(WorkloadApiAddress.of(directory.resolve("api.sock")))
                .clock(new HandClock())
                .scheduler(scheduler)
                .connect()) {
      assertThat(source.x509Svid().spiffeId()).isEqualTo(FIRST.spiffeId());
      streams.take().onNext("junk, and no message".getBytes(StandardCharsets.UTF_8));
      HandScheduler.Task retry = scheduler.next();
      assertThat(retry.delay()).isLessThanOrEqualTo(Duration.ofMillis(250));
      Await.until(() -> source.lastError().isPresent());
      assertThat(source.lastError().orElseThrow().reason()).isEqualTo(Reason.INVALID_RESPONSE);
      assertThat(source.stats().badMessages()).isEqualTo(1);
      assertThat(source.isReady()).isTrue();
      retry.work().run();
      streams.take().onNext(message(SECOND));
      Await.until(() -> source.x509Svid().spiffeId().equals(SECOND.spiffeId()));
      assertThat(server.headers).hasSize(2);
    }
    scheduler.shutdownNow();
  }
}
