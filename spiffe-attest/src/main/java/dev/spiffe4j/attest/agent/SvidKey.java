package dev.spiffe4j.attest.agent;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.crypto.BouncyCastle;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** A new key that waits for its certificate. It never leaves this process but to its workload. */
final class SvidKey {
  /** What SPIRE's agents ask for; the server decides the subject. */
  private static final X500Principal SUBJECT = new X500Principal("C=US,O=SPIRE");

  private final PrivateKey privateKey;
  private final byte[] csr;

  private SvidKey(PrivateKey privateKey, byte[] csr) {
    this.privateKey = privateKey;
    this.csr = csr;
  }

  static SvidKey generate(SvidKeyType type, SecureRandom random) {
    KeyPair keys = type.generate(random);
    return new SvidKey(platformForm(keys.getPrivate()), request(keys, type, random));
  }

  /** The form that every TLS stack takes; only making the key is faster elsewhere. */
  private static PrivateKey platformForm(PrivateKey key) {
    try {
      return KeyFactory.getInstance(key.getAlgorithm())
          .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every JDK reads keys of type " + key.getAlgorithm(), e);
    }
  }

  /** No name: the server knows from the entry, and an agent does not know its own before. */
  private static byte[] request(KeyPair keys, SvidKeyType type, SecureRandom random) {
    try {
      var signer =
          new JcaContentSignerBuilder(type.signatureAlgorithm())
              .setProvider(BouncyCastle.provider())
              .setSecureRandom(random)
              .build(keys.getPrivate());
      return new JcaPKCS10CertificationRequestBuilder(SUBJECT, keys.getPublic())
          .build(signer)
          .getEncoded();
    } catch (OperatorCreationException | IOException e) {
      throw new AssertionError("a new key signs its own request", e);
    }
  }

  /** The PKCS#10 request, in DER. */
  byte[] csr() {
    return csr.clone();
  }

  /** Joins the key and its certificates; the server may have sent anything. */
  X509Svid svid(List<X509Certificate> chain) {
    try {
      return X509Svid.of(privateKey, chain);
    } catch (InvalidDocumentException e) {
      throw new NodeApiException(
          Reason.INVALID_RESPONSE, "the server signed no X.509-SVID for the request", e);
    }
  }

  /** Joins the key and its certificates, which must be for one SPIFFE ID and no other. */
  X509Svid svid(List<X509Certificate> chain, SpiffeId expected) {
    X509Svid svid = svid(chain);
    if (!svid.spiffeId().equals(expected)) {
      throw new NodeApiException(
          Reason.INVALID_RESPONSE,
          "the server signed for " + svid.spiffeId() + " (expected: " + expected + ")");
    }
    return svid;
  }
}
