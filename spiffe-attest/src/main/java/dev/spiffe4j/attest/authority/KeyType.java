package dev.spiffe4j.attest.authority;

/** What kind of key an authority has. */
public enum KeyType {
  /** An elliptic curve key on P-256; the default. */
  EC_P256,
  /** An elliptic curve key on P-384. */
  EC_P384,
  /** An RSA key of 2048 bits. */
  RSA_2048,
  /** An RSA key of 4096 bits. */
  RSA_4096
}
