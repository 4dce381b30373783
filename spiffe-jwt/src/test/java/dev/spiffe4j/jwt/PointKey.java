package dev.spiffe4j.jwt;

import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;

/** A key as somebody else's code may give one: a point, on a curve or not. */
public final class PointKey implements ECPublicKey {
  private static final long serialVersionUID = 1L;

  private final transient ECPoint point;
  private final transient ECParameterSpec params;

  public PointKey(ECPoint point, ECParameterSpec params) {
    this.point = point;
    this.params = params;
  }

  @Override
  public ECPoint getW() {
    return point;
  }

  @Override
  public ECParameterSpec getParams() {
    return params;
  }

  @Override
  public String getAlgorithm() {
    return "EC";
  }

  @Override
  public String getFormat() {
    return "X.509";
  }

  @Override
  public byte[] getEncoded() {
    return new byte[0];
  }
}
