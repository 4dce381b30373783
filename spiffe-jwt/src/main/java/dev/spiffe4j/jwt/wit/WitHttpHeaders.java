package dev.spiffe4j.jwt.wit;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.jwt.jose.Base64Url;
import dev.spiffe4j.jwt.jose.CompactJws;
import dev.spiffe4j.jwt.jose.HttpFields;
import dev.spiffe4j.jwt.jose.JsonReader;
import dev.spiffe4j.jwt.wit.WitProofException.Reason;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Incubating: how a WIT-SVID and its proof travel with an HTTP request: each in a header field of
 * its own, and never in {@code Authorization}, where a recipient could take the token for a bearer
 * token (WIT-SVID §5). Immutable and thread-safe.
 */
public final class WitHttpHeaders {
  /** The header field of the WIT-SVID. */
  public static final String IDENTITY_TOKEN = "Workload-Identity-Token";

  /** The header field of the proof. */
  public static final String PROOF_TOKEN = "Workload-Proof-Token";

  private static final String AUTHORIZATION = "Authorization";
  private static final String TRANSACTION_TOKEN = "Txn-Token";
  private static final List<String> TOKEN_SCHEMES = List.of("bearer", "dpop");

  private final HttpFields fields;
  private final String identityToken;
  private final String proofToken;

  private WitHttpHeaders(HttpFields fields, String identityToken, String proofToken) {
    this.fields = fields;
    this.identityToken = identityToken;
    this.proofToken = proofToken;
  }

  /**
   * The header fields to send.
   *
   * @param svid the SVID
   * @param proof a proof for this SVID and this request, from {@link WitProofSigner}
   * @return one value by field name
   */
  public static Map<String, String> toSend(WitSvid svid, String proof) {
    return Map.of(IDENTITY_TOKEN, svid.token(), PROOF_TOKEN, requireNonNull(proof, "proof"));
  }

  /**
   * Finds SVID and proof among the header fields that came with a request.
   *
   * @param fields all fields, by name in any case
   * @return what is in them; nothing of it is verified
   * @throws SvidVerificationException if there is no WIT-SVID
   * @throws WitProofException if there is no proof, more than one of something, or a WIT-SVID in
   *     {@code Authorization}
   */
  public static WitHttpHeaders received(Map<String, List<String>> fields) {
    HttpFields byName = HttpFields.of(fields);
    byName.values(AUTHORIZATION).forEach(WitHttpHeaders::refuseBearer);
    String identityToken =
        single(byName, IDENTITY_TOKEN)
            .orElseThrow(
                () ->
                    new SvidVerificationException(
                        SvidVerificationException.Reason.NO_SVID, "no " + IDENTITY_TOKEN));
    String proofToken =
        single(byName, PROOF_TOKEN)
            .orElseThrow(() -> new WitProofException(Reason.NO_PROOF, "no " + PROOF_TOKEN));
    return new WitHttpHeaders(byName, identityToken, proofToken);
  }

  /** Whatever the scheme, and whether or not the token is also where it belongs. */
  private static void refuseBearer(String credentials) {
    for (String word : credentials.split("[^A-Za-z0-9_.-]+", -1)) {
      if (isWitSvid(word)) {
        throw new WitProofException(Reason.PRESENTED_AS_BEARER, "a WIT-SVID in " + AUTHORIZATION);
      }
    }
  }

  private static boolean isWitSvid(String token) {
    int headerEnd = token.indexOf('.');
    if (headerEnd < 0 || headerEnd > CompactJws.MAX_HEADER_LENGTH) {
      return false;
    }
    try {
      byte[] header = Base64Url.decode(token.substring(0, headerEnd));
      // Here every spelling counts, since another reader may be lenient.
      return JsonReader.readObject(header).get("typ") instanceof String type
          && type.toLowerCase(Locale.ROOT).endsWith(WitHeader.TYPE);
    } catch (InvalidDocumentException e) {
      return false;
    }
  }

  private static Optional<String> single(HttpFields fields, String name) {
    List<String> values = fields.values(name);
    if (values.size() > 1) {
      throw new WitProofException(Reason.MALFORMED, name + " occurs more than once");
    }
    return values.stream().findFirst().filter(value -> !value.isEmpty());
  }

  /**
   * The WIT-SVID, for {@link WitSvidVerifier}.
   *
   * @return the token
   */
  public String identityToken() {
    return identityToken;
  }

  /**
   * The proof, for {@link WitProofVerifier}.
   *
   * @return the Workload Proof Token
   */
  public String proofToken() {
    return proofToken;
  }

  /**
   * What the proof must cover: the target and every token that came with the request, namely an
   * access token in {@code Authorization}, a transaction token in {@code Txn-Token}, and those in
   * fields that the caller knows of.
   *
   * @param target what was requested; its scheme, host and port from our own configuration
   * @param otherFields names of header fields that say something about identity or authorization;
   *     others must not be used for that
   * @return the request to compare with
   * @throws WitProofException if one of these fields occurs more than once, or is not printable
   *     ASCII
   * @throws IllegalArgumentException if the target is not an absolute https URI, or a name is not
   *     one of a header field
   */
  public WitRequest request(URI target, String... otherFields) {
    WitRequest request = WitRequest.to(target);
    String accessToken = accessToken();
    if (accessToken != null) {
      request = request.withAccessToken(accessToken);
    }
    Optional<String> transactionToken = token(TRANSACTION_TOKEN);
    if (transactionToken.isPresent()) {
      request = request.withTransactionToken(transactionToken.get());
    }
    for (String name : otherFields) {
      Optional<String> token = token(name);
      if (token.isPresent()) {
        request = request.withOtherToken(name, token.get());
      }
    }
    return request;
  }

  private @Nullable String accessToken() {
    Optional<String> credentials = token(AUTHORIZATION);
    if (credentials.isEmpty()) {
      return null;
    }
    String[] words = credentials.get().split(" +", 2);
    boolean isToken = TOKEN_SCHEMES.contains(words[0].toLowerCase(Locale.ROOT));
    return isToken && words.length == 2 && !words[1].isEmpty() ? words[1] : null;
  }

  private Optional<String> token(String name) {
    Optional<String> token = single(fields, name);
    if (token.isPresent() && !TokenHash.isHashable(token.get())) {
      throw new WitProofException(Reason.MALFORMED, "a header field is not printable ASCII");
    }
    return token;
  }

  /** Returns nothing of the tokens. */
  @Override
  public String toString() {
    return "WitHttpHeaders";
  }
}
