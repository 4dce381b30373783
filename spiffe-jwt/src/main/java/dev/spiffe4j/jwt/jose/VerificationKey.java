package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.SignatureProvider;
import java.security.PublicKey;

/**
 * A key of a token's signer, and the same in the form that is the fastest to verify with. Immutable
 * and thread-safe.
 */
record VerificationKey(PublicKey key, PublicKey fast) {
  /** Refuses a key that is not on its curve: not each provider looks. */
  static VerificationKey of(PublicKey key, SignatureProvider signatures) {
    JwtSignatures.requireOnCurve(key);
    return new VerificationKey(key, signatures.keep(key));
  }
}
