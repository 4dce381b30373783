package dev.spiffe4j.benchmarks;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.tls.SpiffeTls;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
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

  private final Handshake handshake = new Handshake();
  private final List<X509Svid> svids = new ArrayList<>();
  private Chains chains;
  private X509Svid server;
  private int next;
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
    chains = new Chains();
    parse();
    server = svids.get(0);
    X509Bundle bundle = X509Bundle.of(TrustDomain.parse(Chains.TRUST_DOMAIN), List.of(chains.root));
    spiffeServer = spiffe(() -> server, bundle);
    spiffeClient = spiffe(this::client, bundle);
    plainServer = plain(() -> server);
    plainClient = plain(this::client);
  }

  /** Leaves the JVM as it was. */
  @TearDown
  public void tearDown() {
    Security.removeProvider("AmazonCorrettoCryptoProvider");
  }

  /** Parses all SVIDs anew, so that no certificate has been verified. */
  @Setup(Level.Iteration)
  public void parse() throws Exception {
    Thread parser =
        new Thread(
            () -> {
              svids.clear();
              for (int i = 0; i < Chains.POOL; i++) {
                svids.add(X509Svid.parse(chains.chain(i), chains.leafKey));
              }
            });
    parser.start();
    parser.join();
  }

  private X509Svid client() {
    return svids.get(next);
  }

  private void nextClient() {
    next = (next + 1) % Chains.POOL;
  }

  private static SSLContext spiffe(Supplier<X509Svid> svid, X509Bundle bundle) {
    return SpiffeTls.builder(
            () -> X509Context.of(List.of(svid.get()), List.of(bundle)),
            Authorizer.memberOf(bundle.trustDomain()))
        .build()
        .sslContext();
  }

  private SSLContext plain(Supplier<X509Svid> svid) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("root", chains.root);
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(new KeyManager[] {new SvidKey(svid)}, factory.getTrustManagers(), null);
    return context;
  }

  /** With SPIFFE on both sides. */
  @Benchmark
  public SSLEngine spiffe4j() throws SSLException {
    Slowdown.apply();
    nextClient();
    return handshake.run(spiffeClient, spiffeServer);
  }

  /** With the JDK's trust managers on both sides. */
  @Benchmark
  public SSLEngine plain() throws SSLException {
    nextClient();
    return handshake.run(plainClient, plainServer);
  }

  /** Presents what a supplier says. */
  private static final class SvidKey extends X509ExtendedKeyManager {
    private final Supplier<X509Svid> svid;

    SvidKey(Supplier<X509Svid> svid) {
      this.svid = svid;
    }

    @Override
    public String chooseEngineClientAlias(
        String[] keyTypes, Principal[] issuers, SSLEngine engine) {
      return "svid";
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
      return keyType.equals("EC") ? "svid" : null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
      return svid.get().chain().toArray(new X509Certificate[0]);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
      return svid.get().privateKey();
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
      return "svid";
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return "svid";
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
      return new String[] {"svid"};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
      return new String[] {"svid"};
    }
  }
}
