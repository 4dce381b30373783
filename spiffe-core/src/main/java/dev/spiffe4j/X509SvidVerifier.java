package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.Provider;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies X.509-SVIDs of peers (X509-SVID §5): the chain must lead to an authority of the bundle
 * of the trust domain that the leaf itself names, and to no other. Immutable and thread-safe.
 *
 * <p>Keys are RSA of 2048 to 8192 bits, EC on P-256, P-384 and P-521, Ed25519, and ML-DSA-44, -65
 * and -87. The platform verifies ML-DSA from JDK 24 on; on older ones, what an ML-DSA key signed is
 * refused with {@link Reason#UNSUPPORTED_ALGORITHM}, unless {@link Builder#signatureProvider} is
 * given one that has it, such as Bouncy Castle's. A chain may mix algorithms; that of the leaf's
 * own key matters to whoever proves its possession, such as TLS, and not here.
 */
public final class X509SvidVerifier {
  private final X509BundleSource bundles;
  private final InstantSource clock;
  private final SignatureCheck signatures;
  private final Supplier<RevocationLists> revocationLists;
  private final Map<TrustDomain, TrustAnchors> anchors = new ConcurrentHashMap<>();

  private X509SvidVerifier(Builder builder) {
    this.bundles = builder.bundles;
    this.clock = builder.clock;
    this.signatures =
        new SignatureCheck(
            builder.signatureProvider == null
                ? SignatureProvider.fastest()
                : builder.signatureProvider);
    this.revocationLists = builder.revocationLists;
  }

  /**
   * Makes a verifier that goes by the system's clock.
   *
   * @param bundles where the bundles of the peers' trust domains come from
   * @return the verifier
   */
  public static X509SvidVerifier of(X509BundleSource bundles) {
    return builder(bundles).build();
  }

  /**
   * Makes a verifier.
   *
   * @param bundles where the bundles of the peers' trust domains come from
   * @param clock what tells the time
   * @return the verifier
   */
  public static X509SvidVerifier of(X509BundleSource bundles, InstantSource clock) {
    return builder(bundles).clock(clock).build();
  }

  /**
   * Starts a verifier.
   *
   * @param bundles where the bundles of the peers' trust domains come from
   * @return a builder
   */
  public static Builder builder(X509BundleSource bundles) {
    return new Builder(requireNonNull(bundles, "bundles"));
  }

  /**
   * Verifies what a peer presented.
   *
   * @param presented the certificates, leaf first; the order of the others does not matter
   * @return who the peer is
   * @throws SvidVerificationException if it proves no identity
   */
  public VerifiedPeer verify(List<X509Certificate> presented) {
    // Limits come first: nothing below is done for an oversized chain.
    checkLimits(presented);

    // §2, §5.2: what a leaf must be, whoever signed it.
    X509Certificate leaf = presented.get(0);
    SpiffeId id = X509Profile.checkLeaf(leaf);
    try {
      X509Path path = verify(presented, id, clock.instant());
      return new VerifiedPeer(id, path.chain(), path.authority());
    } catch (SvidVerificationException e) {
      throw e.about(id);
    }
  }

  private X509Path verify(List<X509Certificate> presented, SpiffeId id, Instant now) {
    // §5.1: only the bundle of the leaf's own trust domain counts.
    X509Bundle bundle = bundleOf(id);

    // §5.1: path validation as of RFC 5280.
    X509Path path = path(presented, anchorsOf(bundle), now);
    new RevocationCheck(revocationLists.get(), now, signatures).check(path);
    return path;
  }

  /** A leaf seen before under the same bundle needs no search, only another look at the clock. */
  private static X509Path path(List<X509Certificate> presented, TrustAnchors anchors, Instant now) {
    Optional<X509Path> known = anchors.paths().find(presented.get(0));
    if (known.isPresent() && known.get().isValidAt(now)) {
      return known.get();
    }
    X509Path path = new X509PathBuilder(presented, anchors, now).build();
    anchors.remember(path);
    return path;
  }

  private X509Bundle bundleOf(SpiffeId id) {
    TrustDomain trustDomain = id.trustDomain();
    return bundles
        .x509Bundle(trustDomain)
        .filter(bundle -> bundle.trustDomain().equals(trustDomain))
        .orElseThrow(
            () -> {
              anchors.remove(trustDomain);
              return new SvidVerificationException(
                  Reason.NO_BUNDLE, id, "no bundle of trust domain " + trustDomain);
            });
  }

  private TrustAnchors anchorsOf(X509Bundle bundle) {
    TrustAnchors known = anchors.get(bundle.trustDomain());
    if (known != null && known.bundle().equals(bundle)) {
      return known;
    }
    TrustAnchors fresh = new TrustAnchors(bundle, signatures);
    anchors.put(bundle.trustDomain(), fresh);
    return fresh;
  }

  static void checkLimits(List<X509Certificate> presented) {
    if (presented.isEmpty()) {
      throw new SvidVerificationException(Reason.NO_SVID, "no certificate was presented");
    }
    if (presented.size() > X509Svid.MAX_CHAIN) {
      throw new SvidVerificationException(
          Reason.TOO_LARGE,
          "chain of " + presented.size() + " (expected: <= " + X509Svid.MAX_CHAIN + ")");
    }
    for (X509Certificate certificate : presented) {
      if (Certificates.encode(certificate).length > Certificates.MAX_CERTIFICATE_BYTES) {
        throw new SvidVerificationException(
            Reason.TOO_LARGE,
            "certificate of more than " + Certificates.MAX_CERTIFICATE_BYTES + " bytes");
      }
    }
  }

  /** Configures an {@link X509SvidVerifier}. Not thread-safe. */
  public static final class Builder {
    private final X509BundleSource bundles;
    private InstantSource clock = InstantSource.system();
    private @Nullable SignatureProvider signatureProvider;
    private Supplier<RevocationLists> revocationLists = RevocationLists::none;

    private Builder(X509BundleSource bundles) {
      this.bundles = bundles;
    }

    /**
     * Sets what tells the time.
     *
     * @param clock the clock; the system's by default
     * @return this
     */
    public Builder clock(InstantSource clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * Sets who checks signatures. ML-DSA is in the platform from JDK 24 on; with a provider such as
     * Bouncy Castle's, it is verified on older ones too.
     *
     * @param signatureProvider {@link SignatureProvider#fastest} by default
     * @return this
     */
    public Builder signatureProvider(SignatureProvider signatureProvider) {
      this.signatureProvider = requireNonNull(signatureProvider, "signatureProvider");
      return this;
    }

    /**
     * Sets the one provider that checks signatures.
     *
     * @param provider as for {@link SignatureProvider#of}
     * @return this
     */
    public Builder signatureProvider(Provider provider) {
      return signatureProvider(SignatureProvider.of(provider));
    }

    /**
     * Sets where revocation lists come from.
     *
     * @param revocationLists asked at each verification, and so never blocking; none by default
     * @return this
     */
    public Builder revocationLists(Supplier<RevocationLists> revocationLists) {
      this.revocationLists = requireNonNull(revocationLists, "revocationLists");
      return this;
    }

    /**
     * Makes the verifier.
     *
     * @return a verifier
     */
    public X509SvidVerifier build() {
      return new X509SvidVerifier(this);
    }
  }
}
