package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The algorithms that certificates and CRLs may be signed with: no MD5 and no SHA-1, in PSS
 * neither. ML-DSA is allowed everywhere, and verified where the provider has it.
 */
final class SignatureAlgorithm {
  private static final String RSASSA_PSS = "1.2.840.113549.1.1.10";

  private static final Set<String> ALLOWED =
      Set.of(
          "1.2.840.113549.1.1.11", // sha256WithRSAEncryption
          "1.2.840.113549.1.1.12", // sha384WithRSAEncryption
          "1.2.840.113549.1.1.13", // sha512WithRSAEncryption
          "1.2.840.10045.4.3.2", // ecdsa-with-SHA256
          "1.2.840.10045.4.3.3", // ecdsa-with-SHA384
          "1.2.840.10045.4.3.4", // ecdsa-with-SHA512
          "1.3.101.112"); // Ed25519

  private static final Set<String> PSS_DIGESTS = Set.of("SHA-256", "SHA-384", "SHA-512");

  private SignatureAlgorithm() {}

  static void check(X509Certificate certificate) {
    String oid = certificate.getSigAlgOID();
    if (!isAllowed(oid, certificate.getSigAlgParams())) {
      throw new SvidVerificationException(
          Reason.UNSUPPORTED_ALGORITHM, "signature algorithm " + SpiffeIdSyntax.printable(oid));
    }
  }

  static boolean isAllowed(X509CRL list) {
    return isAllowed(list.getSigAlgOID(), list.getSigAlgParams());
  }

  private static boolean isAllowed(String oid, byte @Nullable [] parameters) {
    return oid.equals(RSASSA_PSS)
        ? isAllowedPss(parameters)
        : ALLOWED.contains(oid) || MlDsa.ofOid(oid).isPresent();
  }

  private static boolean isAllowedPss(byte @Nullable [] encoded) {
    // RFC 4055 §3.1: without parameters the digest is SHA-1.
    if (encoded == null) {
      return false;
    }
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
      parameters.init(encoded);
      PSSParameterSpec pss = parameters.getParameterSpec(PSSParameterSpec.class);
      return PSS_DIGESTS.contains(pss.getDigestAlgorithm())
          && pss.getMGFParameters() instanceof MGF1ParameterSpec mask
          && mask.getDigestAlgorithm().equals(pss.getDigestAlgorithm());
    } catch (GeneralSecurityException | IOException e) {
      return false;
    }
  }
}
