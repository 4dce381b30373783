package dev.spiffe4j.benchmarks;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.AgentApi.X509SvidRequest;
import dev.spiffe4j.attest.AgentApi.X509SvidResult;
import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.node.JoinTokenAttestation;
import dev.spiffe4j.attest.server.IdentityServer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From an agent's request to signed SVIDs: what a server does for one call, without the wire. Each
 * SVID is for another key.
 */
@State(Scope.Thread)
public class IssueBenchmark {
  private static final int BATCH = 16;

  @Param({Providers.JDK, Providers.BC, Providers.ACCP})
  String provider;

  private final Requests requests = new Requests();
  private IdentityServer server;
  private AgentApi agent;
  private List<String> entryIds;
  private Provider bare;
  private Signature verification;
  private Signature signature;
  private PrivateKey privateKey;
  private PublicKey publicKey;

  /** Starts a server, attests an agent, and proves that SVIDs are signed. */
  @Setup
  public void prepare() throws Exception {
    requests.make();
    SignatureProvider choice = Providers.choice(provider);
    server =
        IdentityServer.builder(TrustDomain.parse(Chains.TRUST_DOMAIN))
            .signatureProvider(choice)
            .start();
    agent = attested();
    entryIds = register();
    for (X509SvidResult result : svids()) {
      if (result.failure() != null) {
        throw result.failure();
      }
    }
    // A path that is as long as this one takes the compiler longer than others.
    for (int i = 0; i < Chains.POOL; i++) {
      svids();
    }
    prepareLimit();
  }

  private AgentApi attested() throws Exception {
    JoinToken token = server.joinTokens().create(Duration.ofMinutes(1));
    KeyPair keys = Chains.keys();
    var svid =
        server
            .nodeApi()
            .attestAgent(JoinTokenAttestation.of(token.value()), Requests.request(keys));
    X509Svid own = X509Svid.of(keys.getPrivate(), svid.chain());
    X509Context context = X509Context.of(List.of(own), List.of(server.bundle().x509Bundle()));
    return server.nodeApi().agentApi(() -> context);
  }

  private List<String> register() {
    SpiffeId parent = server.nodes().list().get(0).agentId();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      SpiffeId id = SpiffeId.parse("spiffe://" + Chains.TRUST_DOMAIN + "/ns/default/sa/web-" + i);
      ids.add(
          server
              .entries()
              .create(
                  RegistrationEntry.builder(id, parent)
                      .selectors(List.of(new Selector("unix", "uid:" + (1000 + i))))
                      .build())
              .entry()
              .id());
    }
    return ids;
  }

  private void prepareLimit() throws GeneralSecurityException {
    bare = Providers.provider(provider, "EC");
    verification = Signature.getInstance("SHA256withECDSA", bare);
    signature = Signature.getInstance("SHA256withECDSA", bare);
    KeyPair keys = Chains.keys();
    privateKey =
        KeyFactory.getInstance("EC", bare)
            .generatePrivate(new PKCS8EncodedKeySpec(keys.getPrivate().getEncoded()));
    publicKey = fresh(keys.getPublic().getEncoded());
  }

  /** Ends the server. */
  @TearDown
  public void tearDown() {
    server.close();
  }

  private List<X509SvidResult> svids() {
    List<X509SvidRequest> batch = new ArrayList<>(BATCH);
    for (String entryId : entryIds) {
      batch.add(X509SvidRequest.of(entryId, requests.next()));
    }
    return agent.newX509Svids(batch);
  }

  /** A call of an agent for several SVIDs. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public List<X509SvidResult> spiffe4j() {
    for (int i = 0; i < BATCH; i++) {
      Slowdown.apply();
    }
    return svids();
  }

  /** The same, as many times what cannot be left out, and as many times what was asked for. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void turns(Turns turns) throws Exception {
    turns.spiffe4j += turns.of(this::spiffe4j);
    for (int i = 0; i < BATCH; i++) {
      turns.limit += turns.of(this::checkSignAndCheck);
      turns.part += turns.of(this::checkAndSign);
    }
  }

  /** The limit: one check of a request's signature with a new key, and one signature. */
  @Benchmark
  public byte[] checkAndSign() throws Exception {
    int next = requests.nextIndex();
    require(verifies(fresh(requests.keys[next]), next, requests.signatures[next]));
    return sign(next);
  }

  /** The limit as long as what was signed is checked too, with a kept key. */
  @Benchmark
  public byte[] checkSignAndCheck() throws Exception {
    int next = requests.nextIndex();
    require(verifies(fresh(requests.keys[next]), next, requests.signatures[next]));
    byte[] signed = sign(next);
    require(verifies(publicKey, next, signed));
    return signed;
  }

  private PublicKey fresh(byte[] encoded) throws GeneralSecurityException {
    return KeyFactory.getInstance("EC", bare).generatePublic(new X509EncodedKeySpec(encoded));
  }

  private boolean verifies(PublicKey by, int request, byte[] signed)
      throws GeneralSecurityException {
    verification.initVerify(by);
    verification.update(requests.contents[request]);
    return verification.verify(signed);
  }

  private byte[] sign(int request) throws GeneralSecurityException {
    signature.initSign(privateKey);
    signature.update(requests.contents[request]);
    return signature.sign();
  }

  private static void require(boolean verified) {
    if (!verified) {
      throw new AssertionError("a good signature does not verify");
    }
  }

  /** Requests of many keys, and what they are made of. */
  static final class Requests {
    private static final int POOL = Math.min(256, Chains.POOL);

    final byte[][] requests = new byte[POOL][];
    final byte[][] keys = new byte[POOL][];
    final byte[][] contents = new byte[POOL][];
    final byte[][] signatures = new byte[POOL][];
    private int next;

    void make() throws Exception {
      for (int i = 0; i < POOL; i++) {
        requests[i] = request(Chains.keys());
        PKCS10CertificationRequest parsed = new PKCS10CertificationRequest(requests[i]);
        keys[i] = parsed.getSubjectPublicKeyInfo().getEncoded();
        contents[i] = parsed.toASN1Structure().getCertificationRequestInfo().getEncoded();
        signatures[i] = parsed.getSignature();
      }
    }

    static byte[] request(KeyPair keys) throws Exception {
      return new JcaPKCS10CertificationRequestBuilder(
              new X500Name("C=US,O=SPIRE"), keys.getPublic())
          .build(Chains.signer(keys.getPrivate()))
          .getEncoded();
    }

    int nextIndex() {
      next = (next + 1) % POOL;
      return next;
    }

    byte[] next() {
      return requests[nextIndex()];
    }
  }
}
