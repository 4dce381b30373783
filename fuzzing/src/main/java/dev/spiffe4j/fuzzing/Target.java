package dev.spiffe4j.fuzzing;

import static dev.spiffe4j.fuzzing.Inputs.requireSame;
import static dev.spiffe4j.fuzzing.Inputs.text;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import java.io.IOException;

/**
 * What is fuzzed: everything that reads what others wrote. An input may be taken or refused with a
 * {@link SpiffeException}, and where a reader is documented so with an {@link IOException}, and
 * nothing else. What was taken must print as what it was read from.
 *
 * <p>Not here is what others' code reads before us: TLS, HTTP/2, gRPC and protobuf. Certificates
 * reach {@code X509Profile}, {@code UnreadableExtensions}, {@code GeneralName} and {@code
 * NameConstraints} through the targets that verify; {@code CertificateCodec} is reached by {@link
 * #NODE_API_MESSAGE}, {@code ConfirmationKey} by the targets of WIT-SVIDs.
 */
public enum Target {
  /** Text that should be a SPIFFE ID. */
  SPIFFE_ID(data -> requireSame(text(data), SpiffeId.parse(text(data)).toString())),
  /** Text that should be the name of a trust domain. */
  TRUST_DOMAIN(data -> requireSame(text(data), TrustDomain.parse(text(data)).toString())),
  /** Text that should be the address of a Workload API. */
  WORKLOAD_API_ADDRESS(data -> WorkloadApiAddress.parse(text(data))),
  /** Concatenated DER certificates: {@code Certificates}, {@code DerReader}, {@code X509Bundle}. */
  X509_BUNDLE(CertificateReaders::bundle),
  /** PEM certificates: {@code PemReader}. */
  X509_PEM(CertificateReaders::bundlePem),
  /** A key and a chain, the key's length in the first two bytes: {@code PrivateKeys}, PKCS#8. */
  X509_SVID(CertificateReaders::svid),
  /** A PEM document with a key and a chain, printed as PEM and PKCS#12 if taken. */
  X509_SVID_PEM(CertificateReaders::svidPem),
  /** A chain that a peer presents, and that holds its own anchors too. */
  X509_VERIFICATION(CertificateReaders::presented),
  /**
   * Anchors and a chain, whose signatures are taken as good: path building, profiles, extended key
   * usage, and reading and applying of name constraints.
   */
  X509_PATH(CertificateReaders::path),
  /** One revocation list in DER. */
  REVOCATION_LIST(CertificateReaders::revocationList),
  /** A revocation list, an anchor, and a chain that is held to it. */
  REVOCATION(CertificateReaders::revocation),
  /** The directory of {@code SvidFiles}: its layout, its links, its file names and its files. */
  SVID_FILES(FileReaders::svidFiles),
  /** A JWT-SVID that is not verified: {@code CompactJws}, {@code JsonReader}, claims. */
  JWT_SVID(TokenReaders::jwtSvid),
  /** A JWK Set in the first line, and the token that a peer presents in the second. */
  JWT_VERIFICATION(TokenReaders::jwtVerification),
  /** A JWK Set: {@code JwkSets}, {@code Jwks}. */
  JWT_BUNDLE(TokenReaders::jwtBundle),
  /** A SPIFFE bundle document: {@code BundleDocument}, {@code X509Jwk}. */
  SPIFFE_BUNDLE(TokenReaders::spiffeBundle),
  /** A map of SPIFFE bundle documents. */
  BUNDLE_MAP(TokenReaders::bundleMap),
  /** A JWK Set of keys for WIT-SVIDs. */
  WIT_BUNDLE(TokenReaders::witBundle),
  /** A WIT-SVID and the private JWK of its key: {@code PrivateJwk}, {@code ConfirmationKey}. */
  WIT_SVID(TokenReaders::witSvid),
  /**
   * A JWK Set in the first line, and a request's header fields in the others: {@code
   * WitHttpHeaders}, {@code WitSvidVerifier}, {@code WitProofVerifier}, {@code TargetUri}.
   */
  WIT_REQUEST(TokenReaders::witRequest),
  /** A request's target, the name of a header field, and a token. */
  WIT_TARGET(TokenReaders::witTarget),
  /** Messages that a Workload API client reads: {@code Responses}, {@code ClaimsStruct}. */
  WORKLOAD_API_RESPONSE(EngineReaders::workloadApiResponse),
  /** Frames of HTTP/2 that a client reads, the headers and the messages in them. */
  HTTP2_FRAMES(HostileServer::frames),
  /** All that a server sends on a connection with one call: {@code Connection}, {@code Stream}. */
  HTTP2_CONNECTION(HostileServer::connection),
  /** Requests that a Workload API server reads: {@code JwtRequests}. */
  WORKLOAD_API_REQUEST(EngineReaders::workloadApiRequest),
  /** A PKCS#10 request. */
  SIGNING_REQUEST(EngineReaders::signingRequest),
  /** A SubjectPublicKeyInfo. */
  PUBLIC_KEY(EngineReaders::publicKey),
  /** What a node sends to prove itself by a join token. */
  JOIN_TOKEN(EngineReaders::joinToken),
  /** Text that should be a selector. */
  SELECTOR(EngineReaders::selector),
  /** {@code /proc/PID/stat}, {@code /proc/PID/status}, and files like {@code /etc/passwd}. */
  PROCESS(EngineReaders::process),
  /** A registration entry on SPIRE's wire: {@code EntryMessages}, {@code Ids}, {@code Times}. */
  ENTRY(EngineReaders::entry),
  /** The other messages of SPIRE's wire: bundles, SVIDs, pages of entries, details of failures. */
  NODE_API_MESSAGE(EngineReaders::nodeApiMessage);

  @SuppressWarnings("ImmutableEnumChecker") // the readers hold nothing
  private final Reader reader;

  Target(Reader reader) {
    this.reader = reader;
  }

  /**
   * Reads one input.
   *
   * @param data the input
   * @return whether it was taken
   */
  public boolean accepts(byte[] data) {
    try {
      reader.read(data);
      return true;
    } catch (SpiffeException e) {
      if (e.getMessage() == null || e.getMessage().length() > 4096) {
        throw new AssertionError("a refusal without words, or with all too many", e);
      }
      return false;
    } catch (IOException e) {
      return false;
    }
  }
}
