package dev.spiffe4j.tls;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import java.security.KeyStore;
import java.security.cert.Certificate;
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
 * <p>Each connection presents what the source has when it is made, and is verified by what the
 * source has when hands are shaken; connections that exist are not touched, unless there is a
 * {@link ConnectionReviewer}. A host name is never an identity: endpoint identification that a
 * client sets neither helps nor hurts. A refused handshake ends with an {@link
 * javax.net.ssl.SSLException} that has a {@link SvidVerificationException} among its causes if this
 * side has refused: the peer, a client that presents nothing, or its own SVID, which has expired or
 * which a server lacks. Native engines without a handler of ours tell of a client that presents
 * nothing in their own words only; {@link #isForLackOfCertificate} knows them. Thread-safe.
 *
 * <h2>Resumption</h2>
 *
 * <p>JSSE resumes TLS sessions without asking who the peer is, for up to a day, and whatever has
 * become of its trust or its certificate. Engines and sockets of {@link #sslContext} resume too,
 * which is fast, and ask: a session ends with the {@link #generation} that it was made in, and a
 * resumed handshake is over when the peer has been verified again, by the bundles, the authorizer
 * and the clock of now. Its refusal reaches the peer as a close and not as an alert, because JSSE
 * has sent its last word by then. Clients resume if they give the name and port of the peer, as
 * JSSE wants it. Where one side is of the Web PKI, nothing is resumed.
 *
 * <p>An {@code SSLContext} that somebody else makes of {@link #keyManager} and {@link
 * #trustManager} does resume, after trust was withdrawn or a certificate has expired. Who makes one
 * must call {@link #peer} after every handshake, before any byte counts: it verifies again.
 */
public final class SpiffeTls {
  private final X509ContextSource source;
  private final InstantSource clock;
  private final Supplier<RevocationLists> revocationLists;
  private final Generations generations;
  private final KeyManagers keyManagers;
  private final LiveConnections liveConnections;
  private final SSLContext sslContext;
  private final X509ExtendedKeyManager keyManager;
  private final X509ExtendedTrustManager trustManager;

  SpiffeTls(SpiffeTlsBuilder builder) {
    ConnectionRules rules =
        new ConnectionRules(
            builder.minimumVersion, builder.clientCertificate, builder.webServers != null);
    this.source = builder.source;
    this.clock = builder.clock;
    this.revocationLists = builder.revocationLists;
    this.generations = new Generations(source, clock, context -> keyManagers().generation(context));
    TlsTrace trace = new SafeTrace(builder.trace, generations);
    this.liveConnections =
        new LiveConnections(new PeerVerifier(builder.verifier(), builder.authorizer, trace));
    PeerTrustManager peers = new PeerTrustManager(liveConnections);
    this.trustManager =
        builder.webServers == null
            ? peers
            : new WebPkiTrustManager(builder.webServers, peers, trace);
    X509ExtendedKeyManager web =
        builder.webCertificate == null
            ? null
            : new WebServerKeyManager(builder.webCertificate, rules);
    this.keyManagers = new KeyManagers(builder.clock, builder.picker, rules, trace, web);
    this.keyManager = keyManagers.of(source);
    this.sslContext =
        new ConnectionSslContext(
            new Connections(
                generations,
                () -> keyManagers.of(source),
                trustManager,
                liveConnections,
                rules,
                builder.webServers == null));
  }

  private KeyManagers keyManagers() {
    return keyManagers;
  }

  /**
   * Begins TLS of a source. There is no default authorizer: whoever wants every peer writes {@link
   * Authorizer#anyAuthenticated}.
   *
   * @param source where the SVID to present and the bundles come from
   * @param authorizer which verified peers may go on
   * @return a builder
   */
  public static SpiffeTlsBuilder builder(X509ContextSource source, Authorizer authorizer) {
    return new SpiffeTlsBuilder(
        requireNonNull(source, "source"), requireNonNull(authorizer, "authorizer"));
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
  public static SpiffeTlsBuilder webPkiClient(X509ContextSource source) {
    return webPkiClient(source, WebAuthorities.trustManager(null));
  }

  /**
   * Like {@link #webPkiClient(X509ContextSource)}, with authorities of one's own.
   *
   * @param source where the SVID to present comes from
   * @param authorities the certificates to trust
   * @return a builder
   */
  public static SpiffeTlsBuilder webPkiClient(X509ContextSource source, KeyStore authorities) {
    return webPkiClient(
        source, WebAuthorities.trustManager(requireNonNull(authorities, "authorities")));
  }

  private static SpiffeTlsBuilder webPkiClient(
      X509ContextSource source, X509ExtendedTrustManager webServers) {
    SpiffeTlsBuilder builder = builder(source, peer -> false);
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
  public static SpiffeTlsBuilder webPkiServer(
      X509ContextSource source, Authorizer authorizer, X509ExtendedKeyManager certificate) {
    SpiffeTlsBuilder builder = builder(source, authorizer);
    builder.webCertificate = requireNonNull(certificate, "certificate");
    return builder;
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
   * @return the same instance until the source has changed, or sessions of it must end
   */
  public TlsGeneration generation() {
    return generations.now();
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
    return liveConnections.verifier().verify(presentedIn(session));
  }

  static Certificate[] presentedIn(SSLSession session) {
    try {
      return session.getPeerCertificates();
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
    return liveConnections.verifier().verify(chain);
  }

  /**
   * Whether a server's handshake has failed because the client presented no certificate.
   *
   * <p>Nobody asks a trust manager about a client that presents nothing. Engines and sockets of
   * {@link #sslContext} and handlers of {@code dev.spiffe4j.tls.netty.SpiffeSslContext} add the
   * cause and tell the {@link TlsTrace}, with {@link Reason#NO_SVID}. From native engines without
   * such a handler, and from contexts of other makers, their own messages are all there is.
   *
   * @param failure what the handshake threw, by the JDK's TLS, BoringSSL or OpenSSL
   * @return false also for engines whose message is not known
   */
  public static boolean isForLackOfCertificate(Throwable failure) {
    return NoClientCertificate.isCauseOf(failure);
  }

  /**
   * Who reviews the connections of this TLS, for adapters of TLS stacks that have connections to
   * register.
   *
   * @return the reviewer, if there is one now
   */
  public Optional<ConnectionReviewer> connectionReviewer() {
    return Optional.ofNullable(liveConnections.reviewer());
  }

  LiveConnections liveConnections() {
    return liveConnections;
  }

  InstantSource clock() {
    return clock;
  }

  /** What peers are verified with now; nothing if the source has nothing. */
  Review.@Nullable Trust trust() {
    try {
      return new Review.Trust(source.x509Context().bundles(), revocationLists.get());
    } catch (RuntimeException e) {
      return null;
    }
  }
}
