package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Authorities of X.509-SVIDs as JWK (X509-SVID §6): a certificate, and its key once more. */
public final class X509Jwk {
  private static final String CERTIFICATES = "x5c";
  private static final Set<String> KEY_TYPES = Set.of("RSA", "EC", "OKP");

  private X509Jwk() {}

  /** Reads the authority of an entry, whatever its use, or throws for one that has none. */
  public static X509Certificate read(TrustDomain trustDomain, Map<?, ?> jwk) {
    Jwks.requirePublic(jwk);
    if (!(jwk.get("kty") instanceof String type) || !KEY_TYPES.contains(type)) {
      throw new InvalidDocumentException(Reason.UNSUPPORTED_KEY, "of another type");
    }
    X509Certificate authority = authority(trustDomain, Base64Text.decode(certificate(jwk)));
    requireMembers(jwk, authority);
    return authority;
  }

  /** §6.2: an entry without certificates is ignored, and so are all certificates but the first. */
  private static String certificate(Map<?, ?> jwk) {
    @Nullable Object certificates = jwk.get(CERTIFICATES);
    if (certificates == null || certificates.equals(List.of())) {
      throw new InvalidDocumentException(Reason.EMPTY, "without x5c");
    }
    if (certificates instanceof List<?> list
        && list.get(0) instanceof String first
        && !first.isEmpty()) {
      return first;
    }
    throw new InvalidDocumentException(Reason.MALFORMED, "an x5c that is no list of texts");
  }

  private static X509Certificate authority(TrustDomain trustDomain, byte[] der) {
    // It ignores what is no authority.
    X509Bundle bundle = X509Bundle.parse(trustDomain, der);
    if (bundle.authorities().isEmpty()) {
      throw new InvalidDocumentException(Reason.BAD_PROFILE, "a certificate of no authority");
    }
    if (!Arrays.equals(bundle.encoded(), der)) {
      throw new InvalidDocumentException(Reason.TRAILING_DATA, "several certificates in one");
    }
    return bundle.authorities().iterator().next();
  }

  /**
   * The key is there twice, and readers differ in which they take. An entry that says two things
   * says nothing.
   */
  private static void requireMembers(Map<?, ?> jwk, X509Certificate authority) {
    Jwks.anyMembers(authority.getPublicKey())
        .forEach(
            (name, value) -> {
              if (!value.equals(jwk.get(name))) {
                throw new InvalidDocumentException(
                    Reason.KEY_MISMATCH, "its " + name + " is not that of its certificate");
              }
            });
  }

  /** Writes an authority: its key and its certificate, and no others (§6.1). */
  public static Map<String, Object> write(String use, X509Certificate authority) {
    Map<String, Object> jwk = new LinkedHashMap<>();
    jwk.put("use", use);
    jwk.putAll(Jwks.anyMembers(authority.getPublicKey()));
    try {
      jwk.put(CERTIFICATES, List.of(Base64.getEncoder().encodeToString(authority.getEncoded())));
    } catch (CertificateEncodingException e) {
      throw new AssertionError("a parsed certificate has an encoding", e);
    }
    return jwk;
  }
}
