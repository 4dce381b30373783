package dev.spiffe4j;

import java.math.BigInteger;
import java.security.interfaces.RSAPrivateKey;
import org.jspecify.annotations.Nullable;

/** A key that has no encoding, as those of an HSM. */
@SuppressWarnings("serial")
final class OpaqueRsaKey implements RSAPrivateKey {
  private final transient RSAPrivateKey key;

  OpaqueRsaKey(RSAPrivateKey key) {
    this.key = key;
  }

  @Override
  public BigInteger getPrivateExponent() {
    throw new UnsupportedOperationException();
  }

  @Override
  public BigInteger getModulus() {
    return key.getModulus();
  }

  @Override
  public String getAlgorithm() {
    return "RSA";
  }

  @Override
  @SuppressWarnings("NullAway")
  public @Nullable String getFormat() {
    return null;
  }

  @Override
  @SuppressWarnings("NullAway")
  public byte @Nullable [] getEncoded() {
    return null;
  }
}
