package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("X509-60 kinds and sizes of keys")
final class X509KeysTest {
  private static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();
  private static final BigInteger F4 = BigInteger.valueOf(65_537);

  private static Reason refusal(PublicKey key) {
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> X509Keys.check(key));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  private static PublicKey rsa(int bits, BigInteger exponent) throws GeneralSecurityException {
    BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
    return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
  }

  private static PublicKey ec(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", PROVIDER);
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair().getPublic();
  }

  @Test
  void acceptsRsaFrom2048To8192Bits() throws GeneralSecurityException {
    for (int bits : new int[] {2048, 3072, 4096, 8192}) {
      X509Keys.check(rsa(bits, F4));
    }
    assertThat(refusal(rsa(2047, F4))).isEqualTo(Reason.WEAK_KEY);
    assertThat(refusal(rsa(8193, F4))).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("an exponent is odd, more than 1, and does not make checking slow")
  void checksExponents() throws GeneralSecurityException {
    BigInteger largest = BigInteger.ONE.shiftLeft(32).subtract(BigInteger.ONE);
    for (BigInteger good : List.of(BigInteger.valueOf(3), F4, largest)) {
      X509Keys.check(rsa(2048, good));
    }
    assertThat(refusal(rsa(2048, F4.add(BigInteger.ONE)))).isEqualTo(Reason.WEAK_KEY);
    assertThat(refusal(rsa(2048, largest.add(BigInteger.TWO)))).isEqualTo(Reason.WEAK_KEY);
    assertThat(refusal(rsa(2048, BigInteger.ONE.shiftLeft(2000).add(BigInteger.ONE))))
        .isEqualTo(Reason.WEAK_KEY);
    assertThat(refusal(new IdentityKey())).isEqualTo(Reason.WEAK_KEY);
  }

  /** The JDK's factory makes no key with the exponent 1. */
  private static final class IdentityKey implements RSAPublicKey {
    private static final long serialVersionUID = 1L;

    @Override
    public BigInteger getPublicExponent() {
      return BigInteger.ONE;
    }

    @Override
    public BigInteger getModulus() {
      return BigInteger.ONE.shiftLeft(2047).add(BigInteger.ONE);
    }

    @Override
    public String getAlgorithm() {
      return "RSA";
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

  @ParameterizedTest
  @ValueSource(strings = {"secp256r1", "secp384r1", "secp521r1"})
  void acceptsThreeCurvesOfAnyProvider(String curve) throws GeneralSecurityException {
    X509Keys.check(ec(curve));
    X509Keys.check(TestCertificate.ec(curve).getPublic());
  }

  @ParameterizedTest
  @ValueSource(strings = {"secp256k1", "brainpoolP256r1", "brainpoolP384r1", "secp224r1"})
  @DisplayName("curves are told apart by all of their parameters, not by their size")
  void refusesOtherCurves(String curve) throws GeneralSecurityException {
    assertThat(refusal(ec(curve))).isEqualTo(Reason.WEAK_KEY);
  }

  @Test
  void acceptsEd25519AndNoOtherKind() throws GeneralSecurityException {
    X509Keys.check(TestCertificate.ed25519().getPublic());
    for (String other : new String[] {"Ed448", "X25519", "DSA"}) {
      PublicKey key = KeyPairGenerator.getInstance(other).generateKeyPair().getPublic();
      assertThat(refusal(key)).as(other).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    }
  }
}
