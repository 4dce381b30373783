package dev.spiffe4j.tls;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509SvidVerifier;
import java.time.InstantSource;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Mutual TLS with the SVID of a source, for peers that the source's bundles verify and an {@link
 * Authorizer} lets in.
 *
 * <p>Each handshake takes what the source has at that moment; connections that exist are not
 * touched. A host name is never an identity: endpoint identification that a client sets neither
 * helps nor hurts. A refused handshake ends with an {@link javax.net.ssl.SSLException} that has a
 * {@link SvidVerificationException} among its causes if this side has refused: the peer, or its own
 * SVID, which has expired or which a server lacks. Only a client that presents nothing where an
 * SVID is required is refused by JSSE alone. Immutable and thread-safe.
 *
 * <h2>Resumption</h2>
 *
 * <p>JSSE resumes TLS sessions without asking who the peer is. So connections of {@link
 * #sslContext} share no session state and never resume: every handshake is a full one that verifies
 * both sides. An {@code SSLContext} that somebody else makes of {@link #keyManager} and {@link
 * #trustManager} does resume, for up to a day, after trust was withdrawn or a certificate has
 * expired. Who makes one must call {@link #peer} after every handshake, before any byte counts: it
 * verifies again.
 */
public final class SpiffeTls {
  private final PeerVerifier verifier;
  private final SSLContext sslContext;
  private final SvidKeyManager keyManager;
  private final PeerTrustManager trustManager;

  private SpiffeTls(Builder builder) {
    ConnectionRules rules = new ConnectionRules(builder.minimumVersion, builder.clientCertificate);
    this.verifier =
        new PeerVerifier(X509SvidVerifier.of(builder.source, builder.clock), builder.authorizer);
    this.trustManager = new PeerTrustManager(verifier);
    this.keyManager = new SvidKeyManager(builder.source, builder.clock, rules);
    this.sslContext =
        new ConnectionSslContext(
            new Connections(builder.source, builder.clock, trustManager, rules));
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

  /** Collects the options of a {@link SpiffeTls}. Confined to one thread. */
  public static final class Builder {
    private final X509ContextSource source;
    private final Authorizer authorizer;
    private InstantSource clock = InstantSource.system();
    private ClientCertificate clientCertificate = ClientCertificate.REQUIRED;
    private TlsVersion minimumVersion = TlsVersion.TLS_1_3;

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
}
