package dev.spiffe4j.jwt.wit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spiffe4j.jwt.PointKey;
import java.math.BigInteger;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECPoint;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConfirmationKeyTest {
  @Test
  @DisplayName("WIT-18 a point that is not on its curve is no key, whoever hands it in")
  void refusesPointsOffTheCurve() {
    ECPublicKey good = (ECPublicKey) WitTokens.WORKLOAD.getPublic();
    assertThat(ConfirmationKey.of(new PointKey(good.getW(), good.getParams())).algorithm())
        .isEqualTo("ES256");
    ECPoint moved =
        new ECPoint(good.getW().getAffineX(), good.getW().getAffineY().xor(BigInteger.ONE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfirmationKey.of(new PointKey(moved, good.getParams())));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConfirmationKey.of(new PointKey(moved, good.getParams()), "ES256"));
  }
}
