package dev.spiffe4j.benchmarks;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
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
  /** The JDK as it is, or with the native provider in the first place, as an application may do. */
  @Param({Providers.JDK, Providers.ACCP})
  String provider;

  private final Handshake handshake = new Handshake(false);
  private final FreshSvids svids = new FreshSvids();
  private SSLContext plainServer;
  private SSLContext plainClient;
  private SSLContext spiffeServer;
  private SSLContext spiffeClient;

  /** Makes the certificates and the contexts of both kinds. */
  @Setup
  public void prepare() throws Exception {
    if (provider.equals(Providers.ACCP)) {
      Security.insertProviderAt(Providers.provider(provider, "EC"), 1);
    }
    svids.make();
    X509Svid server = svids.server();
    X509Bundle bundle =
        X509Bundle.of(TrustDomain.parse(Chains.TRUST_DOMAIN), List.of(svids.chains.root));
    spiffeServer = spiffe(() -> server, bundle);
    spiffeClient = spiffe(svids::client, bundle);
    plainServer = plain(() -> server);
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
  }

  private static SSLContext spiffe(Supplier<X509Svid> svid, X509Bundle bundle) {
    return SpiffeTls.builder(
            () -> X509Context.of(List.of(svid.get()), List.of(bundle)),
            Authorizer.memberOf(bundle.trustDomain()))
        .build()
        .sslContext();
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

  /** With SPIFFE on both sides. */
  @Benchmark
  public SSLEngine spiffe4j() throws SSLException {
    Slowdown.apply();
    svids.nextClient();
    return handshake.run(spiffeClient, spiffeServer);
  }

  /** With the JDK's trust managers on both sides. */
  @Benchmark
  public SSLEngine plain() throws SSLException {
    svids.nextClient();
    return handshake.run(plainClient, plainServer);
  }
}
