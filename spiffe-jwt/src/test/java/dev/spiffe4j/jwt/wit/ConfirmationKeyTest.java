package dev.spiffe4j.jwt.wit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConfirmationKeyTest {
  @Test
  @DisplayName("WIT-18 a point that is not on its curve is no key, whoever hands it in")
  void refusesPointsOffTheCurve() {
    ECPublicKey good = (ECPublicKey) WitTokens.WORKLOAD.getPublic();
    assertThat(ConfirmationKey.of(new Key(good.getW(), good.getParams())).algorithm())
        .isEqualTo("ES256");
    ECPoint moved =
        new ECPoint(good.getW().getAffineX(), good.getW().getAffineY().xor(BigInteger.ONE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfirmationKey.of(new Key(moved, good.getParams())));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfirmationKey.of(new Key(moved, good.getParams()), "ES256"));
  }

  private static final class Key implements ECPublicKey {
    private static final long serialVersionUID = 1L;

    private final transient ECPoint point;
    private final transient ECParameterSpec params;

    Key(ECPoint point, ECParameterSpec params) {
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
}
