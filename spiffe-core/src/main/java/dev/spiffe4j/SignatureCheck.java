package dev.spiffe4j;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures of certificates with one provider, or with those of the platform. Keys are kept
 * in the provider's own form, because some keep tables with a key that make it several times
 * faster.
 */
final class SignatureCheck {
  private final @Nullable Provider provider;

  private SignatureCheck(@Nullable Provider provider) {
    this.provider = provider;
  }

  static SignatureCheck ofPlatform() {
    return new SignatureCheck(null);
  }

  static SignatureCheck of(Provider provider) {
    return new SignatureCheck(provider);
  }

  /** A key in the provider's form; one that the provider does not take fails at its first use. */
  PublicKey keep(PublicKey key) {
    if (provider == null) {
      return key;
    }
    try {
      Optional<MlDsa> mlDsa = MlDsa.of(key);
      String algorithm = mlDsa.map(MlDsa::algorithm).orElse(key.getAlgorithm());
      byte[] encoded = mlDsa.isPresent() ? mlDsa.get().encoded(key) : key.getEncoded();
      return KeyFactory.getInstance(algorithm, provider)
          .generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      return key;
    }
  }

  void verify(X509Certificate certificate, PublicKey issuerKey) throws GeneralSecurityException {
    MlDsa.requireFit(certificate.getSigAlgOID(), issuerKey);
    try {
      if (provider == null) {
        certificate.verify(issuerKey);
      } else {
        certificate.verify(issuerKey, provider);
      }
    } catch (RuntimeException e) {
      // Providers throw what they like at numbers of a peer's choice.
      throw new InvalidKeyException("signature or key is not well-formed", e);
    }
  }

  void verify(X509CRL list, PublicKey issuerKey) throws GeneralSecurityException {
    MlDsa.requireFit(list.getSigAlgOID(), issuerKey);
    if (provider == null) {
      list.verify(issuerKey);
    } else {
      list.verify(keep(issuerKey), provider);
    }
  }
}
