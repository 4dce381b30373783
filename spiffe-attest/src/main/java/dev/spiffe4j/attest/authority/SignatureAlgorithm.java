package dev.spiffe4j.attest.authority;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/** How an authority's key signs. */
public enum SignatureAlgorithm {
  /** ECDSA with SHA-256, for P-256; the signature is DER. */
  ECDSA_SHA256("SHA256withECDSA"),
  /** ECDSA with SHA-384, for P-384; the signature is DER. */
  ECDSA_SHA384("SHA384withECDSA"),
  /** RSASSA-PKCS1-v1_5 with SHA-256. */
  RSA_SHA256("SHA256withRSA");

  private final String jcaName;

  SignatureAlgorithm(String jcaName) {
    this.jcaName = jcaName;
  }

  /**
   * The name of the algorithm in the Java Cryptography Architecture.
   *
   * @return such as {@code SHA256withECDSA}
   */
  public String jcaName() {
    return jcaName;
  }

  /** The one with which a key signs certificates and tokens. */
  static SignatureAlgorithm of(PublicKey key) {
    if (key instanceof RSAPublicKey) {
      return RSA_SHA256;
    }
    if (key instanceof ECPublicKey ec) {
      int bits = ec.getParams().getCurve().getField().getFieldSize();
      if (bits == 256) {
        return ECDSA_SHA256;
      }
      if (bits == 384) {
        return ECDSA_SHA384;
      }
    }
    throw new AuthorityException(
        AuthorityException.Reason.KEY_UNAVAILABLE,
        "key of algorithm " + key.getAlgorithm() + " (expected: RSA, or EC on P-256 or P-384)");
  }
}
