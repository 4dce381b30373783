package dev.spiffe4j.jwt;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.jwt.jose.Jwks;
import dev.spiffe4j.jwt.jose.X509Jwk;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writing of one SPIFFE bundle as JSON. Entries have an order, so that equal bundles are equal. */
final class BundleWriter {
  private BundleWriter() {}

  /** Writes everything but the refresh hint, which has no place in a map of bundles. */
  static Map<String, Object> write(SpiffeBundle bundle) {
    List<Map<String, ?>> keys = new ArrayList<>(x509Keys(bundle.x509Bundle()));
    keys.addAll(tokenKeys(BundleDocument.JWT_SVID, bundle.jwtBundle().authorities()));
    keys.addAll(tokenKeys(BundleDocument.WIT_SVID, bundle.witBundle().authorities()));
    return document(bundle, keys);
  }

  /** Writes the authorities of X.509-SVIDs only, which gRPC wants to be RSA or EC. */
  static Map<String, Object> writeForGrpc(SpiffeBundle bundle) {
    List<Map<String, Object>> keys = x509Keys(bundle.x509Bundle());
    if (keys.stream().anyMatch(jwk -> "OKP".equals(jwk.get("kty")))) {
      throw new InvalidDocumentException(
          Reason.UNSUPPORTED_KEY, "gRPC takes no authorities but those of RSA and EC keys");
    }
    return document(bundle, keys);
  }

  private static Map<String, Object> document(
      SpiffeBundle bundle, List<? extends Map<String, ?>> keys) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("keys", keys);
    bundle.sequence().ifPresent(sequence -> document.put(BundleDocument.SEQUENCE, sequence));
    return document;
  }

  private static List<Map<String, Object>> x509Keys(X509Bundle bundle) {
    // X509-SVID §6.1: only CA certificates are published, as only those are read.
    if (!X509Bundle.parse(bundle.trustDomain(), bundle.encoded()).equals(bundle)) {
      throw new InvalidDocumentException(
          Reason.BAD_PROFILE, "the bundle has a certificate of no authority");
    }
    return bundle.authorities().stream()
        .map(authority -> X509Jwk.write(BundleDocument.X509_SVID, authority))
        .sorted(Comparator.comparing(jwk -> String.valueOf(jwk.get("x5c"))))
        .toList();
  }

  private static List<Map<String, String>> tokenKeys(
      String use, Map<String, PublicKey> authorities) {
    List<Map<String, String>> keys = new ArrayList<>();
    new TreeMap<>(authorities)
        .forEach(
            (keyId, key) -> {
              Map<String, String> jwk = new LinkedHashMap<>();
              jwk.put("use", use);
              jwk.putAll(Jwks.write(keyId, key));
              keys.add(jwk);
            });
    return keys;
  }
}
