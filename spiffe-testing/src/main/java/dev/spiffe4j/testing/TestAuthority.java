package dev.spiffe4j.testing;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.jwt.JwtSvidSigner;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The keys that sign now, and the bundles of them and those before them. */
record TestAuthority(
    TestCertificate.Signer signer,
    X509Bundle bundle,
    JwtSvidSigner jwtSigner,
    PrivateKey jwtKey,
    JwtBundle jwtBundle) {

  /** From when on, and until when. */
  record Validity(Instant notBefore, Instant notAfter) {}

  /** New keys, which join what is in the bundles. */
  static TestAuthority next(
      X509Bundle bundle,
      Map<String, PublicKey> jwtKeys,
      KeyType keyType,
      Validity validity,
      SecureRandom random) {
    TestCertificate.Signer signer = signer(bundle.trustDomain(), keyType, validity, random);
    KeyPair jwtPair = KeyType.P256.generate(random);
    JwtSvidSigner jwtSigner = jwtSigner(jwtPair, random);
    Map<String, PublicKey> keys = new LinkedHashMap<>(jwtKeys);
    keys.put(jwtSigner.keyId(), jwtSigner.publicKey());
    return new TestAuthority(
        signer,
        bundle.withAuthority(signer.certificate()),
        jwtSigner,
        jwtPair.getPrivate(),
        JwtBundle.of(bundle.trustDomain(), keys));
  }

  private static TestCertificate.Signer signer(
      TrustDomain trustDomain, KeyType keyType, Validity validity, SecureRandom random) {
    // The serial number keeps the names of authorities apart.
    String subject = "C=US,O=SPIFFE,SERIALNUMBER=" + Long.toUnsignedString(random.nextLong());
    return TestCertificate.authority(subject, validity.notBefore(), validity.notAfter())
        .uri(trustDomain.spiffeId().toString())
        .selfSigned(keyType.generate(random), random);
  }

  private static JwtSvidSigner jwtSigner(KeyPair keys, SecureRandom random) {
    String keyId = "key-" + Long.toUnsignedString(random.nextLong());
    return JwtSvidSigner.of(keyId, keys.getPrivate(), keys.getPublic());
  }

  /** The same keys, and nothing else in the bundles. */
  TestAuthority alone() {
    TrustDomain trustDomain = bundle.trustDomain();
    return new TestAuthority(
        signer,
        X509Bundle.of(trustDomain, List.of(signer.certificate())),
        jwtSigner,
        jwtKey,
        JwtBundle.of(trustDomain, Map.of(jwtSigner.keyId(), jwtSigner.publicKey())));
  }
}
