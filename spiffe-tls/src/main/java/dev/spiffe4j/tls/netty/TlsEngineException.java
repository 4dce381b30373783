package dev.spiffe4j.tls.netty;

import dev.spiffe4j.SpiffeException;

/** The TLS engine of this machine cannot do what was asked for. */
public final class TlsEngineException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** What an engine lacks. */
  public enum Reason {
    /** The native engine was asked for, and is not on the class path or not for this platform. */
    NO_NATIVE_ENGINE,
    /** Post-quantum key exchange is required, and the engine has none. */
    NO_POST_QUANTUM,
    /** The engine refused the settings or the SVID's key. */
    REFUSED
  }

  /** Which it is. */
  private final Reason reason;

  TlsEngineException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  TlsEngineException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  @Override
  public Reason reason() {
    return reason;
  }
}
