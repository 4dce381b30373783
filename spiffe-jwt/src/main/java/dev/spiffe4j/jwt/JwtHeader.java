package dev.spiffe4j.jwt;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.CompactJws;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The header of a JWT-SVID (JWT-SVID §2). */
final class JwtHeader {
  private static final Set<String> PARAMETERS = Set.of("alg", "kid", "typ");
  private static final Set<String> TYPES = Set.of("JWT", "JOSE");

  private JwtHeader() {}

  /** Throws {@link SvidVerificationException} for a header of no JWT-SVID. */
  static void check(Map<String, @Nullable Object> header) {
    // §2 has no others. A key or URL in the header (jwk, jku, x5u) is the sender's.
    if (!PARAMETERS.containsAll(header.keySet())) {
      throw badProfile("header has a parameter other than alg, kid and typ");
    }
    // §2.3
    if (header.containsKey("typ")
        && !(header.get("typ") instanceof String type && TYPES.contains(type))) {
      throw badProfile("header has a typ other than JWT and JOSE");
    }
    // §2.2 lets it be absent, but no deployment works without it.
    CompactJws.keyId(header);
  }

  private static SvidVerificationException badProfile(String message) {
    return new SvidVerificationException(Reason.BAD_PROFILE, message);
  }
}
