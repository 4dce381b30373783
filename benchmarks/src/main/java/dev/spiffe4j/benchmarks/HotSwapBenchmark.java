package dev.spiffe4j.benchmarks;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.netty.SpiffeSslContext;
import dev.spiffe4j.tls.netty.TlsEngine;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Handshakes while the SVID of both sides rotates: at each fiftieth one, which is several times a
 * second on the JDK's TLS and tens of times on BoringSSL.
 */
@State(Scope.Thread)
public class HotSwapBenchmark {
  private static final int EVERY = 50;

  /** What does the TLS. */
  @Param({"JDK", "NATIVE"})
  TlsEngine engine;

  private final FreshSvids svids = new FreshSvids();
  private Handshake handshake;
  private X509Bundle bundle;
  private X509Context context;
  private SpiffeSslContext server;
  private SpiffeSslContext client;
  private int handshakes;

  /** Makes the contexts. */
  @Setup
  public void prepare() throws Exception {
    handshake = new Handshake(engine == TlsEngine.NATIVE);
    svids.make();
    bundle = X509Bundle.of(TrustDomain.parse(Chains.TRUST_DOMAIN), List.of(svids.chains.root));
    rotate();
    SpiffeTls tls =
        SpiffeTls.builder(() -> context, Authorizer.memberOf(bundle.trustDomain())).build();
    server = SpiffeSslContext.forServer(tls).engine(engine).build();
    client = SpiffeSslContext.forClient(tls).engine(engine).build();
  }

  /** Parses all SVIDs anew. */
  @Setup(Level.Iteration)
  public void parse() throws Exception {
    svids.parse();
  }

  /** Frees native memory. */
  @TearDown
  public void tearDown() {
    server.close();
    client.close();
  }

  private void rotate() {
    svids.nextClient();
    context = X509Context.of(List.of(svids.client()), List.of(bundle));
  }

  private SSLEngine run() throws SSLException {
    SSLEngine clientEngine = client.newEngine(ByteBufAllocator.DEFAULT);
    SSLEngine serverEngine = server.newEngine(ByteBufAllocator.DEFAULT);
    try {
      return handshake.run(clientEngine, serverEngine);
    } finally {
      ReferenceCountUtil.release(clientEngine);
      ReferenceCountUtil.release(serverEngine);
    }
  }

  /** With rotation. */
  @Benchmark
  public SSLEngine rotating() throws SSLException {
    Slowdown.apply();
    handshakes++;
    if (handshakes % EVERY == 0) {
      rotate();
    }
    return run();
  }

  /** With the same SVID all the time. */
  @Benchmark
  public SSLEngine steady() throws SSLException {
    return run();
  }
}
