package dev.spiffe4j.attest.authority;

import dev.spiffe4j.attest.authority.AuthorityException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.DefaultSignatureAlgorithmIdentifierFinder;

/** Lets Bouncy Castle sign with a key that it does not see. Serves one signature. */
final class CertificateSigner implements ContentSigner {
  private final SigningKey key;
  private final SignatureAlgorithm algorithm;
  private final ByteArrayOutputStream content = new ByteArrayOutputStream();

  CertificateSigner(SigningKey key) {
    this.key = key;
    this.algorithm = SignatureAlgorithm.of(key.publicKey());
  }

  @Override
  public AlgorithmIdentifier getAlgorithmIdentifier() {
    return new DefaultSignatureAlgorithmIdentifierFinder().find(algorithm.jcaName());
  }

  @Override
  public OutputStream getOutputStream() {
    return content;
  }

  @Override
  public byte[] getSignature() {
    byte[] signature = key.sign(algorithm, content.toByteArray());
    if (signature.length == 0) {
      throw new AuthorityException(Reason.BAD_RESULT, "the key made an empty signature");
    }
    return signature;
  }
}
