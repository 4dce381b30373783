package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a chain may be used for in TLS (RFC 5280 §4.2.1.12). An issuer with the extension limits
 * those below it, as all large implementations have it; one without does not.
 */
enum ExtendedKeyUsage {
  SERVER_AUTH("1.3.6.1.5.5.7.3.1"),
  CLIENT_AUTH("1.3.6.1.5.5.7.3.2");

  private static final String ANY = "2.5.29.37.0";

  private final String oid;

  ExtendedKeyUsage(String oid) {
    this.oid = oid;
  }

  /**
   * Refuses a path that is good for neither side of TLS. Which side, X509-SVID §4.4 leaves open.
   */
  static void checkPath(X509Certificate leaf, List<X509Issuer> issuers, X509Issuer authority) {
    Set<ExtendedKeyUsage> left = of(leaf);
    left.retainAll(authority.usages());
    for (X509Issuer issuer : issuers) {
      left.retainAll(issuer.usages());
    }
    if (left.isEmpty()) {
      throw new SvidVerificationException(
          Reason.CONSTRAINT_VIOLATED, "extended key usages leave neither server nor client");
    }
  }

  /** What a certificate allows. */
  static Set<ExtendedKeyUsage> of(X509Certificate certificate) {
    @Nullable List<String> usages = usages(certificate);
    if (usages == null || usages.contains(ANY)) {
      return EnumSet.allOf(ExtendedKeyUsage.class);
    }
    EnumSet<ExtendedKeyUsage> found = EnumSet.noneOf(ExtendedKeyUsage.class);
    for (ExtendedKeyUsage usage : values()) {
      if (usages.contains(usage.oid)) {
        found.add(usage);
      }
    }
    return found;
  }

  private static @Nullable List<String> usages(X509Certificate certificate) {
    try {
      return certificate.getExtendedKeyUsage();
    } catch (CertificateParsingException e) {
      throw new SvidVerificationException(Reason.MALFORMED, "extended key usage is malformed", e);
    }
  }
}
