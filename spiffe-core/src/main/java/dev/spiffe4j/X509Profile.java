package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The certificate profiles of X509-SVID: leaves (§3.1, §4, §5.2) and signing certificates. */
final class X509Profile {
  private static final int DIGITAL_SIGNATURE = 0;
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

  private X509Profile() {}

  /** Checks a leaf and returns whom it names. */
  static SpiffeId checkLeaf(X509Certificate leaf) {
    SpiffeId id = leafId(leaf);
    try {
      checkLeafUsage(leaf);
    } catch (SvidVerificationException e) {
      throw e.about(id);
    }
    // §3.1, §5.2: the ID of the trust domain itself is not a workload.
    if (id.isTrustDomainId()) {
      throw badProfile("leaf names a trust domain and no workload").about(id);
    }
    return id;
  }

  /** What a leaf may do with its key, whomever it names. */
  static void checkLeafUsage(X509Certificate leaf) {
    // §5.2: a leaf must not be able to sign certificates, or a workload could mint identities.
    if (leaf.getBasicConstraints() != -1) {
      throw badProfile("leaf has cA set");
    }
    boolean @Nullable [] usage = leaf.getKeyUsage();
    if (has(usage, KEY_CERT_SIGN) || has(usage, CRL_SIGN)) {
      throw badProfile("leaf has key usage keyCertSign or cRLSign");
    }
    // §4.3: leaves set digitalSignature.
    if (!has(usage, DIGITAL_SIGNATURE)) {
      throw badProfile("leaf has no key usage digitalSignature");
    }
  }

  /** §2: exactly one URI SAN; a second one would let two readers see two identities. */
  private static SpiffeId leafId(X509Certificate leaf) {
    List<String> uris = uriNames(leaf);
    if (uris.size() != 1) {
      throw new SvidVerificationException(
          Reason.BAD_SPIFFE_ID, "leaf has " + uris.size() + " URI SANs (expected: 1)");
    }
    return parseId(uris.get(0));
  }

  /** Whether a certificate may sign certificates: §3.2, §4.3. */
  static boolean isAuthority(X509Certificate certificate) {
    return certificate.getBasicConstraints() != -1 && has(certificate.getKeyUsage(), KEY_CERT_SIGN);
  }

  /** §3.2: a signing certificate's SPIFFE ID, if it has one, has no path. */
  static void checkAuthorityName(X509Certificate authority) {
    for (String uri : uriNames(authority)) {
      if (uri.startsWith(SpiffeIdSyntax.PREFIX) && !parseId(uri).isTrustDomainId()) {
        throw new SvidVerificationException(
            Reason.BAD_PROFILE, "signing certificate names a workload");
      }
    }
  }

  private static List<String> uriNames(X509Certificate certificate) {
    try {
      return GeneralName.subjectAlternatives(certificate).stream()
          .filter(name -> name.kind() == GeneralName.Kind.URI)
          .map(GeneralName::text)
          .toList();
    } catch (InvalidDocumentException e) {
      throw new SvidVerificationException(Reason.MALFORMED, "SAN extension is malformed", e);
    }
  }

  private static SpiffeId parseId(String uri) {
    try {
      return SpiffeId.parse(uri);
    } catch (InvalidSpiffeIdException e) {
      throw new SvidVerificationException(
          Reason.BAD_SPIFFE_ID, "URI SAN is not a SPIFFE ID: " + e.getMessage(), e);
    }
  }

  private static boolean has(boolean @Nullable [] usage, int bit) {
    return usage != null && usage[bit];
  }

  private static SvidVerificationException badProfile(String message) {
    return new SvidVerificationException(Reason.BAD_PROFILE, message);
  }
}
