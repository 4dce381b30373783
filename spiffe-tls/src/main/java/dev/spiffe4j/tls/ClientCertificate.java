package dev.spiffe4j.tls;

/** What a server wants of its clients. */
public enum ClientCertificate {
  /** A client without an SVID gets no connection; the default. */
  REQUIRED,
  /**
   * A client may present no SVID, and then is nobody: {@link SpiffeTls#peer} says so. One that is
   * presented must pass.
   */
  OPTIONAL,
  /** Clients are not asked who they are; every one is nobody. */
  NONE
}
