package dev.spiffe4j.tls;

import java.util.Arrays;

/** A version of the TLS protocol. */
public enum TlsVersion {
  /** TLS 1.2, RFC 5246. */
  TLS_1_2("TLSv1.2"),
  /** TLS 1.3, RFC 8446. */
  TLS_1_3("TLSv1.3");

  private final String jdkName;

  TlsVersion(String jdkName) {
    this.jdkName = jdkName;
  }

  /** The JDK's names of this version and the later ones. */
  String[] orLater() {
    return Arrays.stream(values())
        .filter(version -> version.compareTo(this) >= 0)
        .map(version -> version.jdkName)
        .toArray(String[]::new);
  }
}
