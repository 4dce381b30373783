package dev.spiffe4j.tls;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509SvidVerifier;
import java.time.InstantSource;
import java.util.function.Supplier;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Collects the options of a {@link SpiffeTls}. Confined to one thread. */
public final class SpiffeTlsBuilder {
  final X509ContextSource source;
  final Authorizer authorizer;
  InstantSource clock = InstantSource.system();
  SvidPicker picker = SvidPicker.first();
  ClientCertificate clientCertificate = ClientCertificate.REQUIRED;
  TlsVersion minimumVersion = TlsVersion.TLS_1_3;
  TlsTrace trace = TlsTrace.none();
  Supplier<RevocationLists> revocationLists = RevocationLists::none;
  @Nullable SignatureProvider signatureProvider;
  @Nullable X509ExtendedTrustManager webServers;
  @Nullable X509ExtendedKeyManager webCertificate;

  SpiffeTlsBuilder(X509ContextSource source, Authorizer authorizer) {
    this.source = source;
    this.authorizer = authorizer;
  }

  /**
   * What tells whether an SVID has expired; the system's clock by default.
   *
   * @param clock the clock
   * @return this builder
   */
  public SpiffeTlsBuilder clock(InstantSource clock) {
    this.clock = requireNonNull(clock, "clock");
    return this;
  }

  /**
   * Which of several SVIDs to present; the default one by default.
   *
   * @param picker chooses, at each handshake
   * @return this builder
   */
  public SpiffeTlsBuilder picker(SvidPicker picker) {
    this.picker = requireNonNull(picker, "picker");
    return this;
  }

  /**
   * Whether a server insists on a client's SVID; it does by default.
   *
   * @param clientCertificate what a server wants
   * @return this builder
   */
  public SpiffeTlsBuilder clientCertificate(ClientCertificate clientCertificate) {
    this.clientCertificate = requireNonNull(clientCertificate, "clientCertificate");
    return this;
  }

  /**
   * The oldest version of TLS to speak; TLS 1.3 by default.
   *
   * @param minimumVersion the oldest version
   * @return this builder
   */
  public SpiffeTlsBuilder minimumVersion(TlsVersion minimumVersion) {
    this.minimumVersion = requireNonNull(minimumVersion, "minimumVersion");
    return this;
  }

  /**
   * Who checks the signatures of peers' certificates, and no other part of TLS; the fastest at hand
   * by default.
   *
   * @param signatureProvider the provider, or a choice of them
   * @return this builder
   */
  public SpiffeTlsBuilder signatureProvider(SignatureProvider signatureProvider) {
    this.signatureProvider = requireNonNull(signatureProvider, "signatureProvider");
    return this;
  }

  /**
   * Where revocation lists come from, such as {@code X509Source::revocationLists}.
   *
   * @param revocationLists asked at each handshake, and so never blocking; none by default
   * @return this builder
   */
  public SpiffeTlsBuilder revocationLists(Supplier<RevocationLists> revocationLists) {
    this.revocationLists = requireNonNull(revocationLists, "revocationLists");
    return this;
  }

  X509SvidVerifier verifier() {
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
  public SpiffeTlsBuilder trace(TlsTrace trace) {
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
