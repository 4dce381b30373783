package dev.spiffe4j.tls.netty;

import io.netty.handler.ssl.OpenSsl;

/** What does the TLS of a {@link SpiffeSslContext}. */
public enum TlsEngine {
  /** The JDK's TLS: no native code, and keys that do not leave their provider. */
  JDK,
  /**
   * BoringSSL or OpenSSL by Netty's {@code netty-tcnative}, several times as fast. For keys on
   * P-256 and P-384, and RSA, that have an encoding: neither Ed25519 and ML-DSA, nor keys in a
   * PKCS#11 token.
   */
  NATIVE,
  /** {@link #NATIVE} where it can be loaded, else {@link #JDK}. */
  AUTO;

  /**
   * The one that is used on this machine.
   *
   * @return {@link #JDK} or {@link #NATIVE}
   * @throws TlsEngineException if {@link #NATIVE} was asked for and cannot be loaded
   */
  public TlsEngine resolve() {
    return switch (this) {
      case JDK -> JDK;
      case NATIVE -> requireNative();
      case AUTO -> OpenSsl.isAvailable() ? NATIVE : JDK;
    };
  }

  private static TlsEngine requireNative() {
    if (!OpenSsl.isAvailable()) {
      throw new TlsEngineException(
          TlsEngineException.Reason.NO_NATIVE_ENGINE,
          "netty-tcnative cannot be loaded",
          OpenSsl.unavailabilityCause());
    }
    return NATIVE;
  }
}
