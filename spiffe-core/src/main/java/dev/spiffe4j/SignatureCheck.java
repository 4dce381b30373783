package dev.spiffe4j;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * Checks signatures of certificates. Keys are kept in the provider's own form, because some keep
 * tables with a key that make it several times faster.
 */
final class SignatureCheck {
  private final SignatureProvider signatures;

  SignatureCheck(SignatureProvider signatures) {
    this.signatures = signatures;
  }

  /** A key in the provider's form; one that the provider does not take fails at its first use. */
  PublicKey keep(PublicKey key) {
    return signatures.keep(key);
  }

  void verify(X509Certificate certificate, PublicKey issuerKey) throws GeneralSecurityException {
    MlDsa.requireFit(certificate.getSigAlgOID(), issuerKey);
    Optional<Provider> provider = signatures.provider(certificate.getSigAlgName());
    try {
      if (provider.isEmpty()) {
        certificate.verify(issuerKey);
      } else {
        certificate.verify(issuerKey, provider.get());
      }
    } catch (RuntimeException e) {
      // Providers throw what they like at numbers of a peer's choice.
      throw new InvalidKeyException("signature or key is not well-formed", e);
    }
  }

  void verify(X509CRL list, PublicKey issuerKey) throws GeneralSecurityException {
    MlDsa.requireFit(list.getSigAlgOID(), issuerKey);
    Optional<Provider> provider = signatures.provider(list.getSigAlgName());
    if (provider.isEmpty()) {
      list.verify(issuerKey);
    } else {
      list.verify(keep(issuerKey), provider.get());
    }
  }
}
