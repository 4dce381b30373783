package dev.spiffe4j.benchmarks;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
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
  private X509Context rotated;
  private Ends rotatingEnds;
  private Ends steadyEnds;
  private int handshakes;

  /** Makes the contexts. */
  @Setup
  public void prepare() throws Exception {
    handshake = new Handshake(engine == TlsEngine.NATIVE);
    svids.make();
    bundle = X509Bundle.of(TrustDomain.parse(Chains.TRUST_DOMAIN), List.of(svids.chains.root));
    X509Context steady = next();
    rotated = steady;
    rotatingEnds = ends(() -> rotated);
    steadyEnds = ends(() -> steady);
  }

  private Ends ends(X509ContextSource source) {
    SpiffeTls tls = SpiffeTls.builder(source, Authorizer.memberOf(bundle.trustDomain())).build();
    return new Ends(
        SpiffeSslContext.forClient(tls).engine(engine).build(),
        SpiffeSslContext.forServer(tls).engine(engine).build());
  }

  /** Parses all SVIDs anew. */
  @Setup(Level.Iteration)
  public void parse() throws Exception {
    svids.parse();
  }

  /** Frees native memory. */
  @TearDown
  public void tearDown() {
    rotatingEnds.close();
    steadyEnds.close();
  }

  private X509Context next() {
    svids.nextClient();
    return X509Context.of(List.of(svids.client()), List.of(bundle));
  }

  /** One of each. */
  @Benchmark
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(this::rotating);
    turns.limit += turns.of(this::steady);
  }

  /** With rotation. */
  @Benchmark
  public SSLEngine rotating() throws SSLException {
    Slowdown.apply();
    handshakes++;
    if (handshakes % EVERY == 0) {
      rotated = next();
    }
    return rotatingEnds.run(handshake);
  }

  /** With the same SVID all the time. */
  @Benchmark
  public SSLEngine steady() throws SSLException {
    return steadyEnds.run(handshake);
  }

  /** Both ends of connections, which have the same identity. */
  private record Ends(SpiffeSslContext client, SpiffeSslContext server) implements AutoCloseable {
    SSLEngine run(Handshake handshake) throws SSLException {
      SSLEngine clientEngine = client.newEngine(ByteBufAllocator.DEFAULT);
      SSLEngine serverEngine = server.newEngine(ByteBufAllocator.DEFAULT);
      try {
        return handshake.run(clientEngine, serverEngine);
      } finally {
        ReferenceCountUtil.release(clientEngine);
        ReferenceCountUtil.release(serverEngine);
      }
    }

    @Override
    public void close() {
      client.close();
      server.close();
    }
  }
}
