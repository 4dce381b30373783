package dev.spiffe4j.jwt.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.jwt.PointKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureSpi;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What is refused before a provider is asked. The provider here says yes to everything, as some did
 * to a signature of zeros.
 */
@DisplayName("RFC 7518 §3: forms of signatures and keys, whatever the provider forgives")
class JwtSignaturesTest {
  private static final byte[] INPUT = {1, 2, 3};
  private static final SignatureProvider CREDULOUS = SignatureProvider.of(new Credulous());

  private final ECPublicKey p256 =
      (ECPublicKey) generate("EC", new ECGenParameterSpec("secp256r1"));
  private final BigInteger order = p256.getParams().getOrder();

  private static PublicKey generate(String algorithm, ECGenParameterSpec curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(curve);
      return generator.generateKeyPair().getPublic();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] signature(BigInteger r, BigInteger s, int half) {
    byte[] signature = new byte[2 * half];
    write(r, signature, half);
    write(s, signature, 2 * half);
    return signature;
  }

  private static void write(BigInteger number, byte[] into, int end) {
    byte[] bytes = number.toByteArray();
    int length = Math.min(bytes.length, into.length / 2);
    System.arraycopy(bytes, bytes.length - length, into, end - length, length);
  }

  private static Reason refusal(JwtAlgorithm algorithm, PublicKey key, byte[] signature) {
    SvidVerificationException refusal =
        catchThrowableOfType(
            SvidVerificationException.class,
            () -> JwtSignatures.verify(algorithm, key, INPUT, signature, CREDULOUS));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  private void accepts(BigInteger r, BigInteger s) {
    assertThatCode(
            () ->
                JwtSignatures.verify(
                    JwtAlgorithm.ES256, p256, INPUT, signature(r, s, 32), CREDULOUS))
        .doesNotThrowAnyException();
  }

  @Test
  @DisplayName("FIPS 186-5 §6.4.2: r and s are at least 1 and less than the order")
  void ranges() {
    BigInteger last = order.subtract(BigInteger.ONE);
    accepts(BigInteger.ONE, BigInteger.ONE);
    accepts(last, last);
    for (BigInteger bad : new BigInteger[] {BigInteger.ZERO, order, order.add(BigInteger.ONE)}) {
      assertThat(refusal(JwtAlgorithm.ES256, p256, signature(bad, BigInteger.ONE, 32)))
          .isEqualTo(Reason.BAD_SIGNATURE);
      assertThat(refusal(JwtAlgorithm.ES256, p256, signature(BigInteger.ONE, bad, 32)))
          .isEqualTo(Reason.BAD_SIGNATURE);
    }
  }

  @Test
  @DisplayName("RFC 7518 §3.4: r and s are as long as the field, and nothing is longer or shorter")
  void lengths() {
    accepts(BigInteger.ONE, BigInteger.ONE);
    for (int half : new int[] {0, 31, 33, 48}) {
      byte[] signature = new byte[2 * half];
      Arrays.fill(signature, (byte) 1);
      assertThat(refusal(JwtAlgorithm.ES256, p256, signature)).isEqualTo(Reason.BAD_SIGNATURE);
    }
  }

  @Test
  @DisplayName("RFC 8017 §8.2.2: an RSA signature is as long as the modulus")
  void rsaLength() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    RSAPublicKey rsa = (RSAPublicKey) generator.generateKeyPair().getPublic();
    JwtSignatures.verify(JwtAlgorithm.RS256, rsa, INPUT, new byte[256], CREDULOUS);
    JwtSignatures.verify(JwtAlgorithm.PS256, rsa, INPUT, new byte[256], CREDULOUS);
    for (int length : new int[] {0, 255, 257, 512}) {
      assertThat(refusal(JwtAlgorithm.RS256, rsa, new byte[length]))
          .isEqualTo(Reason.BAD_SIGNATURE);
      assertThat(refusal(JwtAlgorithm.PS256, rsa, new byte[length]))
          .isEqualTo(Reason.BAD_SIGNATURE);
    }
  }

  @Test
  @DisplayName("RFC 7518 §3.1: an algorithm is of one kind of key, and of one curve")
  void kinds() {
    PublicKey p384 = generate("EC", new ECGenParameterSpec("secp384r1"));
    byte[] good = signature(BigInteger.ONE, BigInteger.ONE, 48);
    JwtSignatures.verify(JwtAlgorithm.ES384, p384, INPUT, good, CREDULOUS);
    assertThat(refusal(JwtAlgorithm.ES256, p384, good)).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
    assertThat(refusal(JwtAlgorithm.RS256, p384, good)).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("a key that is not on its curve verifies nothing")
  void offCurve() {
    accepts(BigInteger.ONE, BigInteger.ONE);
    ECPoint point = p256.getW();
    ECPublicKey moved =
        new PointKey(
            new ECPoint(point.getAffineX(), point.getAffineY().add(BigInteger.ONE)),
            p256.getParams());
    assertThat(refusal(JwtAlgorithm.ES256, moved, signature(BigInteger.ONE, BigInteger.ONE, 32)))
        .isEqualTo(Reason.BAD_SIGNATURE);
    assertThatCode(() -> JwtSignatures.requireOnCurve(p256)).doesNotThrowAnyException();
  }

  private static final class Credulous extends Provider {
    private static final long serialVersionUID = 1L;

    Credulous() {
      super("Credulous", "1", "");
      for (String algorithm :
          new String[] {"SHA256withECDSA", "SHA384withECDSA", "SHA256withRSA", "RSASSA-PSS"}) {
        put("Signature." + algorithm, Yes.class.getName());
      }
    }
  }

  /** Made by the provider's machinery. */
  public static final class Yes extends SignatureSpi {
    @Override
    protected void engineInitVerify(PublicKey key) {}

    @Override
    protected void engineInitSign(PrivateKey key) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void engineUpdate(byte b) {}

    @Override
    protected void engineUpdate(byte[] bytes, int offset, int length) {}

    @Override
    protected byte[] engineSign() {
      throw new UnsupportedOperationException();
    }

    @Override
    protected boolean engineVerify(byte[] signature) {
      return true;
    }

    @Override
    protected void engineSetParameter(AlgorithmParameterSpec parameters) {}

    @Override
    @Deprecated
    protected void engineSetParameter(String name, Object value) {
      throw new InvalidParameterException(name);
    }

    @Override
    @Deprecated
    protected Object engineGetParameter(String name) {
      throw new InvalidParameterException(name);
    }
  }
}
