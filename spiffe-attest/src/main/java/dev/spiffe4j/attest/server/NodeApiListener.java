package dev.spiffe4j.attest.server;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.tls.ClientCertificate;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.TlsVersion;
import dev.spiffe4j.tls.grpc.SpiffeGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Serves the node API over gRPC and TLS. Clients may come without a certificate; one that they
 * bring must be of the own trust domain.
 */
final class NodeApiListener {
  private static final int MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
  private static final int MAX_HEADER_BYTES = 16 * 1024;
  private static final int MAX_CALLS_PER_CONNECTION = 100;
  private static final int MAX_CALLS = 4096;
  private static final int MAX_ATTESTATIONS = 32;

  /** Agents come back with the SVID that they have by then. */
  private static final int MAX_CONNECTION_MINUTES = 3;

  private static final int GRACE_SECONDS = 10;

  private final Server server;
  private final ExecutorService executor;
  private final ExecutorService attestations;

  private NodeApiListener(Server server, ExecutorService executor, ExecutorService attestations) {
    this.server = server;
    this.executor = executor;
    this.attestations = attestations;
  }

  static NodeApiListener start(
      InetSocketAddress address, NodeCalls calls, X509ContextSource identity, InstantSource clock) {
    // The identity has the own trust domain's bundle only, so «any» is any of that.
    SpiffeTls tls =
        SpiffeTls.builder(identity, Authorizer.anyAuthenticated())
            .clock(clock)
            .clientCertificate(ClientCertificate.OPTIONAL)
            .minimumVersion(TlsVersion.TLS_1_2)
            .build();
    ExecutorService executor = callExecutor();
    ExecutorService attestations = attestationExecutor();
    Server server =
        NettyServerBuilder.forAddress(address)
            .sslContext(SpiffeGrpc.serverSslContext(tls))
            .executor(executor)
            .maxInboundMessageSize(MAX_MESSAGE_BYTES)
            .maxInboundMetadataSize(MAX_HEADER_BYTES)
            .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
            .maxConnectionAge(MAX_CONNECTION_MINUTES, TimeUnit.MINUTES)
            .maxConnectionAgeGrace(GRACE_SECONDS, TimeUnit.SECONDS)
            .handshakeTimeout(GRACE_SECONDS, TimeUnit.SECONDS)
            .intercept(Caller.interceptor(tls))
            // The last one added comes first.
            .intercept(new CallLimit(MAX_CALLS))
            .addService(new AgentService(calls, attestations))
            .addService(new BundleService(calls))
            .addService(new EntryService(calls))
            .addService(new SvidService(calls))
            .build();
    NodeApiListener listener = new NodeApiListener(server, executor, attestations);
    listener.bind(address);
    return listener;
  }

  private static ExecutorService callExecutor() {
    int threads = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Threads.daemons("spiffe-server-call"));
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private static ExecutorService attestationExecutor() {
    return new ThreadPoolExecutor(
        0,
        MAX_ATTESTATIONS,
        30,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Threads.daemons("spiffe-server-attest"));
  }

  private void bind(InetSocketAddress address) {
    try {
      server.start();
    } catch (IOException e) {
      close();
      throw new NodeApiException(Reason.UNAVAILABLE, "cannot listen on " + address, e);
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) server.getListenSockets().get(0);
  }

  void close() {
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow();
        server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    attestations.shutdownNow();
    executor.shutdown();
  }
}
