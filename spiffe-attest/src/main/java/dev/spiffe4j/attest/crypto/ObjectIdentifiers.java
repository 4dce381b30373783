package dev.spiffe4j.attest.crypto;

import java.util.Arrays;

/** The object identifiers of keys and signatures that the engine handles, each a DER element. */
public final class ObjectIdentifiers {
  // RFC 5480 §2.1.1, and §3.2 of RFC 5758.
  static final byte[] EC_PUBLIC_KEY = Der.oid("1.2.840.10045.2.1");
  static final byte[] SECP256R1 = Der.oid("1.2.840.10045.3.1.7");
  static final byte[] SECP384R1 = Der.oid("1.3.132.0.34");
  static final byte[] SECP521R1 = Der.oid("1.3.132.0.35");
  public static final byte[] ECDSA_SHA256 = Der.oid("1.2.840.10045.4.3.2");
  public static final byte[] ECDSA_SHA384 = Der.oid("1.2.840.10045.4.3.3");
  static final byte[] ECDSA_SHA512 = Der.oid("1.2.840.10045.4.3.4");

  // RFC 8017 appendix A.
  static final byte[] RSA_ENCRYPTION = Der.oid("1.2.840.113549.1.1.1");
  public static final byte[] RSA_SHA256 = Der.oid("1.2.840.113549.1.1.11");
  static final byte[] RSA_SHA384 = Der.oid("1.2.840.113549.1.1.12");
  static final byte[] RSA_SHA512 = Der.oid("1.2.840.113549.1.1.13");

  // RFC 8410 §3.
  static final byte[] ED25519 = Der.oid("1.3.101.112");

  private ObjectIdentifiers() {}

  static boolean isOneOf(byte[] element, byte[]... known) {
    return Arrays.stream(known).anyMatch(one -> Arrays.equals(one, element));
  }
}
