package dev.spiffe4j.benchmarks;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.tls.SpiffeTls;
import java.security.KeyStore;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Full mTLS 1.3 handshakes on JSSE, each with a client that the server has never seen. */
@State(Scope.Thread)
public class HandshakeBenchmark {
  private static final TrustDomain DOMAIN = TrustDomain.parse(Chains.TRUST_DOMAIN);

  /** The JDK as it is, or with the native provider in the first place, as an application may do. */
  @Param({Providers.JDK, Providers.ACCP})
  String provider;

  private final Handshake handshake = new Handshake(false);
  private final FreshSvids svids = new FreshSvids();
  private SSLContext plainServer;
  private SSLContext plainClient;
  private SSLContext spiffeServer;
  private SSLContext spiffeClient;
  private X509Bundle bundle;
  private X509Context server;
  private X509Context client;
  private SSLSession plainSession;
  private SSLSession spiffeSession;

  /** Makes the certificates and the contexts of both kinds. */
  @Setup
  public void prepare() throws Exception {
    if (provider.equals(Providers.ACCP)) {
      Security.insertProviderAt(Providers.provider(provider, "EC"), 1);
    }
    svids.make();
    bundle = X509Bundle.of(DOMAIN, List.of(svids.chains.root));
    server = context(svids.server());
    client = context(svids.client());
    spiffeServer = spiffe(() -> server);
    spiffeClient = spiffe(() -> client);
    plainServer = plain(svids::server);
    plainClient = plain(svids::client);
  }

  /** Leaves the JVM as it was. */
  @TearDown
  public void tearDown() {
    Security.removeProvider("AmazonCorrettoCryptoProvider");
  }

  /** Parses all SVIDs anew, so that no certificate has been verified. */
  @Setup(Level.Iteration)
  public void parse() throws Exception {
    svids.parse();
    spiffeSession = handshake.first(spiffeClient, spiffeServer).getSession();
    plainSession = handshake.first(plainClient, plainServer).getSession();
  }

  private X509Context context(X509Svid svid) {
    return X509Context.of(List.of(svid), List.of(bundle));
  }

  private static SSLContext spiffe(X509ContextSource source) {
    return SpiffeTls.builder(source, Authorizer.memberOf(DOMAIN)).build().sslContext();
  }

  private SSLContext plain(Supplier<X509Svid> svid) throws Exception {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(new KeyManager[] {new SvidKey(svid)}, pkix(svids.chains.root), null);
    return context;
  }

  /** The JDK's trust managers for one root. */
  static TrustManager[] pkix(X509Certificate root) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("root", root);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  /** A full one with SPIFFE and one without. */
  @Benchmark
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(this::spiffe4j);
    turns.jdk += turns.of(this::plain);
  }

  /** A resumed one with SPIFFE and one without. */
  @Benchmark
  public void resumedTurns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(this::spiffe4jResumed);
    turns.jdk += turns.of(this::plainResumed);
  }

  /** With SPIFFE on both sides. */
  @Benchmark
  public SSLEngine spiffe4j() throws SSLException {
    Slowdown.apply();
    svids.nextClient();
    client = context(svids.client());
    return handshake.run(spiffeClient, spiffeServer);
  }

  /** With SPIFFE on both sides, within a generation. */
  @Benchmark
  public SSLEngine spiffe4jResumed() throws SSLException {
    Slowdown.apply();
    return handshake.resume(spiffeClient, spiffeServer, spiffeSession);
  }

  /** With the JDK's trust managers on both sides, which are not asked. */
  @Benchmark
  public SSLEngine plainResumed() throws SSLException {
    return handshake.resume(plainClient, plainServer, plainSession);
  }

  /** With the JDK's trust managers on both sides. */
  @Benchmark
  public SSLEngine plain() throws SSLException {
    svids.nextClient();
    return handshake.run(plainClient, plainServer);
  }
}
