package dev.spiffe4j.jwt;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.HttpFields;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * How a JWT-SVID travels with a request (JWT-SVID §5.2, §5.3): in {@code authorization}, after the
 * word {@code Bearer}; with HTTP as a header field, with gRPC as metadata of the same name.
 */
public final class JwtHttpHeaders {
  /** The header field, in the lower case that HTTP/2 and gRPC want. */
  public static final String AUTHORIZATION = "authorization";

  private static final String SCHEME = "Bearer ";

  private JwtHttpHeaders() {}

  /**
   * The header fields, or metadata, to send.
   *
   * @param svid the SVID
   * @param target where the request goes: an https URI, since whoever sees the token can use it;
   *     each hop on the way has to keep it confidential (§7.3)
   * @return one value by field name; a secret
   * @throws IllegalArgumentException if the target is not an absolute https URI
   */
  public static Map<String, String> toSend(JwtSvid svid, URI target) {
    if (!"https".equalsIgnoreCase(target.getScheme()) || target.getRawAuthority() == null) {
      throw new IllegalArgumentException("target (expected: an absolute https URI)");
    }
    return Map.of(AUTHORIZATION, SCHEME + svid.token());
  }

  /**
   * Finds the token among the header fields, or metadata, that came with a request.
   *
   * @param fields all fields, by name in any case
   * @return the token, for {@link JwtSvidVerifier}; nothing of it is verified
   * @throws SvidVerificationException with {@link Reason#NO_SVID} if there is no bearer token, or
   *     with {@link Reason#MALFORMED} if there is more than one {@code authorization}
   */
  public static String received(Map<String, List<String>> fields) {
    List<String> values = HttpFields.of(requireNonNull(fields, "fields")).values(AUTHORIZATION);
    if (values.size() > 1) {
      throw new SvidVerificationException(
          Reason.MALFORMED, AUTHORIZATION + " occurs more than once");
    }
    // RFC 9110 §11.1: the scheme in any case.
    if (values.isEmpty() || !values.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new SvidVerificationException(Reason.NO_SVID, "no bearer token");
    }
    return HttpFields.trimmed(values.get(0).substring(SCHEME.length()));
  }
}
