package dev.spiffe4j.attest;

import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.jwt.JwtSvid;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an attested agent may ask of an identity server. Calls block, each with a timeout of its
 * own; each throws {@link NodeApiException} if it fails. Implementations are thread-safe.
 */
public interface AgentApi extends AutoCloseable {
  /**
   * Renews the agent's SVID ({@code RenewAgent}). The old one works until the new one is used.
   *
   * @param csr a PKCS#10 request in DER; only its public key counts
   * @return the certificates, leaf first
   */
  List<X509Certificate> renewAgent(byte[] csr);

  /**
   * Gets the entries that this agent serves ({@code SyncAuthorizedEntries}).
   *
   * @param known the entries of the call before, so that only changes travel
   * @return all entries of now; those that did not change are the same instances
   */
  List<RegistrationEntry> syncAuthorizedEntries(Collection<RegistrationEntry> known);

  /**
   * Gets X.509-SVIDs signed ({@code BatchNewX509SVID}).
   *
   * @param requests at most 500
   * @return one result for each request, in order
   */
  List<X509SvidResult> newX509Svids(List<X509SvidRequest> requests);

  /**
   * Gets a JWT-SVID signed ({@code NewJWTSVID}).
   *
   * @param entryId for which entry
   * @param audience for whom; at least one
   * @return the token
   */
  JwtSvid newJwtSvid(String entryId, List<String> audience);

  /**
   * Gets the own trust domain's bundle ({@code GetBundle}).
   *
   * @return the bundle
   */
  TrustBundle bundle();

  /**
   * Gets a foreign trust domain's bundle ({@code GetFederatedBundle}).
   *
   * @param trustDomain whose
   * @return the bundle, or nothing if the server has none
   */
  Optional<TrustBundle> federatedBundle(TrustDomain trustDomain);

  /** Ends what this object opened, and nothing else. */
  @Override
  void close();

  /** A request for one X.509-SVID: the entry decides the SPIFFE ID, the CSR gives a public key. */
  final class X509SvidRequest {
    private final String entryId;
    private final byte[] csr;

    private X509SvidRequest(String entryId, byte[] csr) {
      this.entryId = entryId;
      this.csr = csr;
    }

    /**
     * Makes a request.
     *
     * @param entryId for which entry
     * @param csr a PKCS#10 request in DER; only its public key and its self-signature count
     * @return the request
     */
    public static X509SvidRequest of(String entryId, byte[] csr) {
      return new X509SvidRequest(entryId, csr.clone());
    }

    /**
     * For which entry.
     *
     * @return the entry's ID
     */
    public String entryId() {
      return entryId;
    }

    /**
     * The PKCS#10 request.
     *
     * @return its DER, a new array
     */
    public byte[] csr() {
      return csr.clone();
    }
  }

  /**
   * What became of one request: a chain, or a failure.
   *
   * @param chain the certificates, leaf first; empty on failure
   * @param failure why there are none; null on success
   */
  @SuppressWarnings("exports") // callers need no JSpecify
  record X509SvidResult(List<X509Certificate> chain, @Nullable NodeApiException failure) {
    /**
     * Makes a value of a copy.
     *
     * @param chain the certificates, leaf first; empty on failure
     * @param failure why there are none; null on success
     */
    public X509SvidResult {
      chain = List.copyOf(chain);
    }
  }
}
