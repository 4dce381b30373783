package dev.spiffe4j.workloadapi.http2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.workloadapi.wire.BytesMarshaller;
import dev.spiffe4j.workloadapi.wire.DaemonThreads;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client and a scripted server. Whatever a test is about, each of its calls ends once, and its
 * listener hears nothing after that.
 */
abstract class ScriptedServerBase {
  static final int MAX_MESSAGE_BYTES = 4 << 20;
  static final MethodDescriptor<byte[], byte[]> STREAMING = method(MethodType.SERVER_STREAMING);
  static final MethodDescriptor<byte[], byte[]> UNARY = method(MethodType.UNARY);

  private static final Duration LONG = Duration.ofMinutes(10);

  @TempDir Path directory;

  ScriptedServer server;
  GrpcClient client;

  /** What listeners are called on, one after the other. */
  final ExecutorService executor = Executors.newSingleThreadExecutor(new DaemonThreads("listener"));

  private final List<RecordingListener> listeners = new ArrayList<>();
  private final List<AutoCloseable> resources = new ArrayList<>();

  private static MethodDescriptor<byte[], byte[]> method(MethodType type) {
    return MethodDescriptor.newBuilder(new BytesMarshaller(), new BytesMarshaller())
        .setType(type)
        .setFullMethodName("Service/Method")
        .build();
  }

  @BeforeEach
  void open() throws IOException {
    server = ScriptedServer.at(directory.resolve("api.sock"));
    client = client(server.address());
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
    for (AutoCloseable resource : resources) {
      resource.close();
    }
    for (RecordingListener listener : listeners) {
      listener.awaitEnd();
    }
    executor.shutdown();
    assertThat(executor.awaitTermination(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    listeners.forEach(RecordingListener::assertNothingAfterEnd);
  }

  /** Closes something after the test. */
  <T extends AutoCloseable> T closing(T resource) {
    synchronized (resources) {
      resources.add(resource);
    }
    return resource;
  }

  GrpcClient client(SocketAddress address) {
    return client(address, LONG, LONG);
  }

  GrpcClient client(SocketAddress address, Duration keepAliveTime, Duration keepAliveTimeout) {
    return closing(new GrpcClient(address, MAX_MESSAGE_BYTES, keepAliveTime, keepAliveTimeout));
  }

  RecordingListener streaming() {
    return prepare().start();
  }

  RecordingListener unary() {
    return prepare().method(UNARY).start();
  }

  CallBuilder prepare() {
    return new CallBuilder();
  }

  /** The control: a call on a new connection that goes well. */
  Peer assertConnects() throws Exception {
    RecordingListener listener = streaming();
    Peer peer = server.next();
    peer.answer(peer.request(), "good");
    listener.assertGood("good");
    peer.sync();
    return peer;
  }

  /** The control: a call on a connection that goes well. */
  void assertWorks(Peer peer) throws Exception {
    RecordingListener listener = streaming();
    peer.answer(peer.request(), "good");
    listener.assertGood("good");
  }

  static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** How a call is to be. */
  final class CallBuilder {
    private GrpcClient of = client;
    private MethodDescriptor<byte[], byte[]> method = STREAMING;
    private byte[] request = "request".getBytes(UTF_8);
    private Duration timeout = Duration.ZERO;
    private Executor on = executor;
    private Consumer<byte[]> onMessage = message -> {};
    private Consumer<Status> onClose = status -> {};

    CallBuilder of(GrpcClient newClient) {
      of = newClient;
      return this;
    }

    CallBuilder method(MethodDescriptor<byte[], byte[]> newMethod) {
      method = newMethod;
      return this;
    }

    CallBuilder request(byte[] newRequest) {
      request = newRequest;
      return this;
    }

    CallBuilder timeout(Duration newTimeout) {
      timeout = newTimeout;
      return this;
    }

    CallBuilder on(Executor newExecutor) {
      on = newExecutor;
      return this;
    }

    CallBuilder onMessage(Consumer<byte[]> work) {
      onMessage = work;
      return this;
    }

    CallBuilder onClose(Consumer<Status> work) {
      onClose = work;
      return this;
    }

    /** A call that has not begun. */
    RecordingListener build() {
      Call<byte[]> call = of.newCall(method, request, timeout.toNanos(), on);
      return new RecordingListener(call, onMessage, onClose);
    }

    RecordingListener start() {
      return begin(build());
    }

    RecordingListener begin(RecordingListener listener) {
      synchronized (listeners) {
        listeners.add(listener);
      }
      listener.call.start(listener);
      return listener;
    }
  }
}
