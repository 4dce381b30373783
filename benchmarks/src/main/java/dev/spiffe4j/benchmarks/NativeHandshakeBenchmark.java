package dev.spiffe4j.benchmarks;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.netty.SpiffeSslContext;
import dev.spiffe4j.tls.netty.TlsEngine;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Full mTLS 1.3 handshakes on BoringSSL, each with a client that the server has never seen. What
 * differs is who validates; our server is one as users have it.
 */
@State(Scope.Thread)
public class NativeHandshakeBenchmark {
  private final Handshake handshake = new Handshake(true);
  private final FreshSvids svids = new FreshSvids();
  private SpiffeSslContext spiffeServer;
  private SslContext spiffeClient;
  private SslContext pkixServer;
  private SslContext pkixClient;
  private SslContext blindServer;
  private SslContext blindClient;

  /** Makes the certificates and the contexts of all kinds. */
  @Setup
  public void prepare() throws Exception {
    svids.make();
    X509Svid server = svids.server();
    X509Bundle bundle =
        X509Bundle.of(TrustDomain.parse(Chains.TRUST_DOMAIN), List.of(svids.chains.root));
    X509Context context = X509Context.of(List.of(server), List.of(bundle));
    SpiffeTls tls =
        SpiffeTls.builder(() -> context, Authorizer.memberOf(bundle.trustDomain())).build();
    TrustManager pkix = HandshakeBenchmark.pkix(svids.chains.root)[0];
    TrustManager blind = InsecureTrustManagerFactory.INSTANCE.getTrustManagers()[0];
    spiffeServer = SpiffeSslContext.forServer(tls).engine(TlsEngine.NATIVE).build();
    // The key of a client changes at each handshake, which a source does not: so it is not ours.
    spiffeClient = client(tls.trustManager());
    pkixServer = server(() -> server, pkix);
    pkixClient = client(pkix);
    blindServer = server(() -> server, blind);
    blindClient = client(blind);
  }

  private SslContext client(TrustManager trust) throws SSLException {
    return withoutSessions(
        SslContextBuilder.forClient()
            .keyManager(new SvidKey(svids::client))
            .trustManager(trust)
            // As a SPIFFE client: the name of a host is no identity.
            .endpointIdentificationAlgorithm(null));
  }

  private static SslContext server(Supplier<X509Svid> svid, TrustManager trust)
      throws SSLException {
    return withoutSessions(
        SslContextBuilder.forServer(
                new OpenSslCachingX509KeyManagerFactory(new SvidKey(svid).factory()))
            .trustManager(trust)
            .clientAuth(ClientAuth.REQUIRE));
  }

  private static SslContext withoutSessions(SslContextBuilder builder) throws SSLException {
    SslContext context =
        builder.sslProvider(SslProvider.OPENSSL_REFCNT).protocols("TLSv1.3").build();
    ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
    return context;
  }

  /** Parses all SVIDs anew, so that no certificate has been verified. */
  @Setup(Level.Iteration)
  public void parse() throws Exception {
    svids.parse();
  }

  /** Frees native memory. */
  @TearDown
  public void tearDown() {
    spiffeServer.close();
    List.of(spiffeClient, pkixServer, pkixClient, blindServer, blindClient)
        .forEach(ReferenceCountUtil::release);
  }

  private SSLEngine run(SslContext client, SslContext server) throws SSLException {
    svids.nextClient();
    SSLEngine clientEngine = engine(client);
    SSLEngine serverEngine = engine(server);
    try {
      return handshake.run(clientEngine, serverEngine);
    } finally {
      ReferenceCountUtil.release(clientEngine);
      ReferenceCountUtil.release(serverEngine);
    }
  }

  private static SSLEngine engine(SslContext context) {
    SSLEngine engine = context.newEngine(ByteBufAllocator.DEFAULT);
    SSL.setOptions(((ReferenceCountedOpenSslEngine) engine).sslPointer(), SSL.SSL_OP_NO_TICKET);
    return engine;
  }

  /** Each, with another client. */
  @Benchmark
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(this::spiffe4j);
    turns.jdk += turns.of(this::pkix);
    turns.limit += turns.of(this::noValidation);
  }

  /** With SPIFFE on both sides. */
  @Benchmark
  public SSLEngine spiffe4j() throws SSLException {
    Slowdown.apply();
    return run(spiffeClient, spiffeServer);
  }

  /** With the JDK's trust managers on both sides. */
  @Benchmark
  public SSLEngine pkix() throws SSLException {
    return run(pkixClient, pkixServer);
  }

  /** With trust managers that believe everything, on both sides. */
  @Benchmark
  public SSLEngine noValidation() throws SSLException {
    return run(blindClient, blindServer);
  }
}
