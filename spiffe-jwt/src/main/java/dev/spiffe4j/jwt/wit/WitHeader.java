package dev.spiffe4j.jwt.wit;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.jose.CompactJws;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The header of a WIT-SVID (WIT-SVID §2). Unlike with a JWT-SVID, parameters that are not known are
 * ignored (§2.4), also those that offer a key.
 */
final class WitHeader {
  static final String TYPE = "wit+jwt";

  private WitHeader() {}

  /** Throws {@link SvidVerificationException} for a header of no WIT-SVID. */
  static void check(Map<String, @Nullable Object> header) {
    // §2.2: exact. RFC 7515 §4.1.9 allows other spellings, and no issuer has them.
    if (!TYPE.equals(header.get("typ"))) {
      throw new SvidVerificationException(
          Reason.BAD_PROFILE, "header has a typ other than " + TYPE);
    }
    // §2.1
    CompactJws.keyId(header);
  }
}
