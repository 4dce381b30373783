package dev.spiffe4j.attest.crypto;

import java.security.Provider;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** Bouncy Castle as an object; it is never registered with the JVM. */
public final class BouncyCastle {
  private static final Provider PROVIDER = new BouncyCastleProvider();

  private BouncyCastle() {}

  /** The provider, to be passed along. */
  public static Provider provider() {
    return PROVIDER;
  }
}
