package dev.spiffe4j.tls.netty;

/**
 * Whether keys are agreed on in a way that a quantum computer cannot undo later: by {@code
 * X25519MLKEM768}, of X25519 and ML-KEM-768 together, in TLS 1.3.
 */
public enum KeyExchange {
  /** Elliptic curves only. */
  CLASSIC,
  /** {@code X25519MLKEM768} with every peer that has it, on an engine that has it. */
  POST_QUANTUM_PREFERRED,
  /** {@code X25519MLKEM768} or no connection, and so TLS 1.3. */
  POST_QUANTUM_REQUIRED;

  /** The named groups, best first, by the native engine's names. */
  String[] groups() {
    return switch (this) {
      case CLASSIC -> new String[] {"X25519", "P-256", "P-384"};
      case POST_QUANTUM_PREFERRED -> new String[] {"X25519MLKEM768", "X25519", "P-256", "P-384"};
      case POST_QUANTUM_REQUIRED -> new String[] {"X25519MLKEM768"};
    };
  }
}
