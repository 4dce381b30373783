package dev.spiffe4j.tls;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Mutual TLS with the SVID of a source, for peers that the source's bundles verify and an {@link
 * Authorizer} lets in.
 *
 * <p>Each handshake takes what the source has at that moment; connections that exist are not
 * touched. A host name is never an identity: endpoint identification that a client sets neither
 * helps nor hurts. A refused handshake ends with an {@link javax.net.ssl.SSLException} that has a
 * {@link SvidVerificationException} among its causes if this side has refused: the peer, or its own
 * SVID, which has expired or which a server lacks. Only a client that presents nothing where an
 * SVID is required is refused by JSSE alone. Thread-safe.
 *
 * <h2>Resumption</h2>
 *
 * <p>JSSE resumes TLS sessions without asking who the peer is. So connections of {@link
 * #sslContext} share no session state and never resume: every handshake is a full one that verifies
 * both sides. There is no option to resume within one state of the source: a peer's SVID can expire
 * and an authorizer can change its mind in it, JSSE calls nobody before it says that a resumed
 * handshake is over, and ignores the timeouts of stateless tickets. Netty's native engine can be
 * made to ask; {@code dev.spiffe4j.tls.netty.SpiffeSslContext} does. An {@code SSLContext} that
 * somebody else makes of {@link #keyManager} and {@link #trustManager} does resume, for up to a
 * day, after trust was withdrawn or a certificate has expired. Who makes one must call {@link
 * #peer} after every handshake, before any byte counts: it verifies again.
 */
public final class SpiffeTls {
  private final X509ContextSource source;
  private final KeyManagers keyManagers;
  private final PeerVerifier verifier;
  private final SSLContext sslContext;
  private final X509ExtendedKeyManager keyManager;
  private final X509ExtendedTrustManager trustManager;
  private final Object lock = new Object();

  /** Written under the lock. */
  private volatile @Nullable TlsGeneration generation;

  private SpiffeTls(Builder builder) {
    ConnectionRules rules =
        new ConnectionRules(
            builder.minimumVersion, builder.clientCertificate, builder.webServers != null);
    TlsTrace trace = new SafeTrace(builder.trace);
    this.source = builder.source;
    this.verifier = new PeerVerifier(builder.verifier(), builder.authorizer, trace);
    PeerTrustManager spiffePeers = new PeerTrustManager(verifier);
    this.trustManager =
        builder.webServers == null
            ? spiffePeers
            : new WebPkiTrustManager(builder.webServers, spiffePeers);
    X509ExtendedKeyManager web =
        builder.webCertificate == null
            ? null
            : new WebServerKeyManager(builder.webCertificate, rules);
    this.keyManagers = new KeyManagers(builder.clock, builder.picker, rules, trace, web);
    this.keyManager = keyManagers.of(source);
    this.sslContext =
        new ConnectionSslContext(
            new Connections(() -> keyManagers.of(source), trustManager, rules));
  }

  /**
   * Begins TLS of a source. There is no default authorizer: whoever wants every peer writes {@link
   * Authorizer#anyAuthenticated}.
   *
   * @param source where the SVID to present and the bundles come from
   * @param authorizer which verified peers may go on
   * @return a builder
   */
  public static Builder builder(X509ContextSource source, Authorizer authorizer) {
    return new Builder(requireNonNull(source, "source"), requireNonNull(authorizer, "authorizer"));
  }

  /**
   * Begins TLS for clients that present their SVID to servers of the Web PKI, such as an OAuth
   * server or an ingress. The servers are verified by the JDK's own authorities and by their host
   * names: connections have endpoint identification on, and one that switches it off is refused.
   * Nobody is served by it.
   *
   * @param source where the SVID to present comes from
   * @return a builder
   */
  public static Builder webPkiClient(X509ContextSource source) {
    return webPkiClient(source, WebAuthorities.trustManager(null));
  }

  /**
   * Like {@link #webPkiClient(X509ContextSource)}, with authorities of one's own.
   *
   * @param source where the SVID to present comes from
   * @param authorities the certificates to trust
   * @return a builder
   */
  public static Builder webPkiClient(X509ContextSource source, KeyStore authorities) {
    return webPkiClient(
        source, WebAuthorities.trustManager(requireNonNull(authorities, "authorities")));
  }

  private static Builder webPkiClient(
      X509ContextSource source, X509ExtendedTrustManager webServers) {
    Builder builder = builder(source, peer -> false);
    builder.webServers = webServers;
    return builder;
  }

  /**
   * Begins TLS for servers that present a certificate of the Web PKI and let in clients by their
   * SVIDs. As a client it presents nothing.
   *
   * @param source where the bundles come from
   * @param authorizer which verified clients may go on
   * @param certificate what to present; asked at each handshake
   * @return a builder
   */
  public static Builder webPkiServer(
      X509ContextSource source, Authorizer authorizer, X509ExtendedKeyManager certificate) {
    Builder builder = builder(source, authorizer);
    builder.webCertificate = requireNonNull(certificate, "certificate");
    return builder;
  }

  /** Collects the options of a {@link SpiffeTls}. Confined to one thread. */
  public static final class Builder {
    private final X509ContextSource source;
    private final Authorizer authorizer;
    private InstantSource clock = InstantSource.system();
    private SvidPicker picker = SvidPicker.first();
    private ClientCertificate clientCertificate = ClientCertificate.REQUIRED;
    private TlsVersion minimumVersion = TlsVersion.TLS_1_3;
    private TlsTrace trace = TlsTrace.none();
    private Supplier<RevocationLists> revocationLists = RevocationLists::none;
    private @Nullable SignatureProvider signatureProvider;
    private @Nullable X509ExtendedTrustManager webServers;
    private @Nullable X509ExtendedKeyManager webCertificate;

    private Builder(X509ContextSource source, Authorizer authorizer) {
      this.source = source;
      this.authorizer = authorizer;
    }

    /**
     * What tells whether an SVID has expired; the system's clock by default.
     *
     * @param clock the clock
     * @return this builder
     */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Which of several SVIDs to present; the default one by default.
     *
     * @param picker chooses, at each handshake
     * @return this builder
     */
    public Builder picker(SvidPicker picker) {
      this.picker = requireNonNull(picker, "picker");
      return this;
    }

    /**
     * Whether a server insists on a client's SVID; it does by default.
     *
     * @param clientCertificate what a server wants
     * @return this builder
     */
    public Builder clientCertificate(ClientCertificate clientCertificate) {
      this.clientCertificate = requireNonNull(clientCertificate, "clientCertificate");
      return this;
    }

    /**
     * The oldest version of TLS to speak; TLS 1.3 by default.
     *
     * @param minimumVersion the oldest version
     * @return this builder
     */
    public Builder minimumVersion(TlsVersion minimumVersion) {
      this.minimumVersion = requireNonNull(minimumVersion, "minimumVersion");
      return this;
    }

    /**
     * Who checks the signatures of peers' certificates, and no other part of TLS; the fastest at
     * hand by default.
     *
     * @param signatureProvider the provider, or a choice of them
     * @return this builder
     */
    public Builder signatureProvider(SignatureProvider signatureProvider) {
      this.signatureProvider = requireNonNull(signatureProvider, "signatureProvider");
      return this;
    }

    /**
     * Where revocation lists come from, such as {@code X509Source::revocationLists}.
     *
     * @param revocationLists asked at each handshake, and so never blocking; none by default
     * @return this builder
     */
    public Builder revocationLists(Supplier<RevocationLists> revocationLists) {
      this.revocationLists = requireNonNull(revocationLists, "revocationLists");
      return this;
    }

    private X509SvidVerifier verifier() {
      X509SvidVerifier.Builder verifier =
          X509SvidVerifier.builder(source).clock(clock).revocationLists(revocationLists);
      return signatureProvider == null
          ? verifier.build()
          : verifier.signatureProvider(signatureProvider).build();
    }

    /**
     * Whom to tell what was presented, accepted and refused, and why; nobody by default.
     *
     * @param trace is told
     * @return this builder
     */
    public Builder trace(TlsTrace trace) {
      this.trace = requireNonNull(trace, "trace");
      return this;
    }

    /**
     * Makes the TLS. Nothing is asked of the source before the first handshake.
     *
     * @return the TLS
     */
    public SpiffeTls build() {
      return new SpiffeTls(this);
    }
  }

  /**
   * The context for everything that takes one: HTTP clients, servers, sockets and engines.
   *
   * <p>Its engines and sockets begin with the TLS versions and the demand for client certificates
   * of the builder. A server whose code takes back that demand, with {@code
   * setNeedClientAuth(false)} or the like, refuses all handshakes instead of serving nobodies.
   *
   * @return the context, always the same
   */
  public SSLContext sslContext() {
    return sslContext;
  }

  /**
   * A key manager for contexts of other makers; read about resumption above first.
   *
   * @return the key manager, always the same
   */
  public X509ExtendedKeyManager keyManager() {
    return keyManager;
  }

  /**
   * A trust manager for contexts of other makers; read about resumption above first.
   *
   * @return the trust manager, always the same
   */
  public X509ExtendedTrustManager trustManager() {
    return trustManager;
  }

  /** What a store of keys may hold now. */
  Optional<X509Svid> presented() {
    return keyManagers.pick(source.x509Context());
  }

  /**
   * What this TLS presents now, for who makes a context of another TLS stack of it.
   *
   * @return the same instance until the source has changed
   */
  public TlsGeneration generation() {
    TlsGeneration known = generation;
    return known != null && known.isOf(source.x509Context()) ? known : nextGeneration();
  }

  /** Two that are late for the same change get the same one. */
  private TlsGeneration nextGeneration() {
    synchronized (lock) {
      X509Context now = source.x509Context();
      TlsGeneration known = generation;
      if (known == null || !known.isOf(now)) {
        known = keyManagers.generation(now);
        generation = known;
      }
      return known;
    }
  }

  /**
   * Who is on the other side: verifies again, by the bundles, the authorizer and the clock of now.
   *
   * @param session the session of a connection whose handshake is over
   * @return the peer
   * @throws SvidVerificationException if it proves no identity now, or not one that may go on;
   *     {@link Reason#NO_SVID} if it presented nothing
   */
  public VerifiedPeer peer(SSLSession session) {
    try {
      return verifier.verify(session.getPeerCertificates());
    } catch (SSLPeerUnverifiedException e) {
      throw new SvidVerificationException(Reason.NO_SVID, "the peer presented no certificate", e);
    }
  }

  /**
   * Who has presented certificates that somebody else passes on, such as an HTTP server that has
   * them as the request attribute {@code jakarta.servlet.request.X509Certificate}: verifies again,
   * by the bundles, the authorizer and the clock of now. It must come from a handshake that proved
   * the key; a certificate out of a header proves nothing.
   *
   * @param chain the certificates, leaf first; none if the peer presented nothing
   * @return the peer
   * @throws SvidVerificationException as of {@link #peer(SSLSession)}
   */
  public VerifiedPeer peer(X509Certificate[] chain) {
    return verifier.verify(chain);
  }
}
