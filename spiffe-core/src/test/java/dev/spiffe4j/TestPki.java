package dev.spiffe4j;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Authorities and SVIDs of {@link TestCertificate}, as the tests of documents and files need them.
 */
final class TestPki {
  static final TrustDomain TRUST_DOMAIN = TestCertificate.TRUST_DOMAIN;
  static final TrustDomain OTHER = TrustDomain.parse("other.test");

  private TestPki() {}

  /** A certificate and the keys of its subject. */
  record Signer(X509Certificate certificate, KeyPair keys) {
    private Signer(TestCertificate.Issued issued) {
      this(issued.certificate(), issued.keys());
    }

    Signer intermediate() {
      return new Signer(TestCertificate.authority("intermediate").issuedBy(issued()));
    }

    X509Certificate leaf(KeyPair leafKeys, String uri) {
      return TestCertificate.leaf(uri).keys(leafKeys).issuedBy(issued()).certificate();
    }

    private TestCertificate.Issued issued() {
      return new TestCertificate.Issued(certificate, keys);
    }

    X509Svid svid(String path) {
      return svid("EC", 256, path);
    }

    X509Svid svid(String algorithm, int size, String path) {
      KeyPair leafKeys = TestPki.keys(algorithm, size);
      return X509Svid.of(
          leafKeys.getPrivate(), List.of(leaf(leafKeys, "spiffe://example.org" + path)));
    }
  }

  static Signer authority() {
    return authority("EC", 256);
  }

  static Signer authority(String algorithm, int size) {
    return new Signer(TestCertificate.authority("root").keys(keys(algorithm, size)).selfSigned());
  }

  /** A certificate that says CA and may not sign certificates, or the other way round. */
  static X509Certificate halfAuthority(boolean ca, int keyUsage) {
    return TestCertificate.authority("half").ca(ca).keyUsage(keyUsage).selfSigned().certificate();
  }

  static X509Bundle bundle(TrustDomain trustDomain, Signer... authorities) {
    X509Bundle bundle = X509Bundle.of(trustDomain, List.of());
    for (Signer authority : authorities) {
      bundle = bundle.withAuthority(authority.certificate());
    }
    return bundle;
  }

  static KeyPair keys(String algorithm, int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (size > 0) {
        generator.initialize(size);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
