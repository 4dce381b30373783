package dev.spiffe4j.jwt.jose;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.crypto.utils.ECChecks;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.util.Base64URL;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Signatures of compact JWS (RFC 7518 §3.3-3.5). */
public final class JwtSignatures {
  private JwtSignatures() {}

  public static byte[] sign(
      JwtAlgorithm algorithm,
      PrivateKey privateKey,
      PublicKey publicKey,
      byte[] input,
      @Nullable Provider provider)
      throws JOSEException {
    JWSSigner signer =
        publicKey instanceof ECPublicKey ec
            ? new ECDSASigner(privateKey, curve(ec))
            : new RSASSASigner(privateKey);
    if (provider != null) {
      signer.getJCAContext().setProvider(provider);
    }
    return signer.sign(new JWSHeader(algorithm.jws()), input).decode();
  }

  /** Verifies a signature, by a key of any kind that is not used again. */
  public static void verify(
      JwtAlgorithm algorithm,
      PublicKey key,
      byte[] input,
      byte[] signature,
      SignatureProvider signatures) {
    requireFit(algorithm, key, signature);
    requireVerified(algorithm, VerificationKey.of(key, signatures), input, signature, signatures);
  }

  /** Verifies a signature, by a key of any kind that is kept. */
  static void verify(
      JwtAlgorithm algorithm,
      VerificationKey key,
      byte[] input,
      byte[] signature,
      SignatureProvider signatures) {
    requireFit(algorithm, key.key(), signature);
    requireVerified(algorithm, key, input, signature, signatures);
  }

  /** What costs nothing comes before cryptography. */
  private static void requireFit(JwtAlgorithm algorithm, PublicKey key, byte[] signature) {
    algorithm.requireKey(key);
    requireForm(key, signature);
  }

  private static void requireVerified(
      JwtAlgorithm algorithm,
      VerificationKey key,
      byte[] input,
      byte[] signature,
      SignatureProvider signatures) {
    Provider provider = signatures.provider(algorithm.jca()).orElse(null);
    if (!verifies(algorithm, key.fast(), input, signature, provider)) {
      throw badSignature("does not verify");
    }
  }

  private static boolean verifies(
      JwtAlgorithm algorithm,
      PublicKey key,
      byte[] input,
      byte[] signature,
      @Nullable Provider provider) {
    try {
      if (algorithm.isPss()) {
        return verifiesPss(algorithm, (RSAPublicKey) key, input, signature, provider);
      }
      Signature check =
          provider == null
              ? Signature.getInstance(algorithm.jca())
              : Signature.getInstance(algorithm.jca(), provider);
      check.initVerify(key);
      check.update(input);
      return check.verify(
          key instanceof ECPublicKey ? ECDSA.transcodeSignatureToDER(signature) : signature);
    } catch (JOSEException | GeneralSecurityException | RuntimeException e) {
      // Whatever escapes from a provider over bytes that a peer chose is a refusal.
      throw new SvidVerificationException(Reason.BAD_SIGNATURE, "signature cannot be verified", e);
    }
  }

  private static boolean verifiesPss(
      JwtAlgorithm algorithm,
      RSAPublicKey key,
      byte[] input,
      byte[] signature,
      @Nullable Provider provider)
      throws JOSEException {
    JWSVerifier verifier = new RSASSAVerifier(key);
    if (provider != null) {
      verifier.getJCAContext().setProvider(provider);
    }
    return verifier.verify(new JWSHeader(algorithm.jws()), input, Base64URL.encode(signature));
  }

  /** A key comes from wherever it comes, and not each provider looks. */
  static void requireOnCurve(PublicKey key) {
    if (key instanceof ECPublicKey ec
        && !ECChecks.isPointOnCurve(
            ec.getW().getAffineX(), ec.getW().getAffineY(), ec.getParams())) {
      throw badSignature("is by a key that is not on its curve");
    }
  }

  /** What a provider may forgive: another length, and the zero that verified in 2022. */
  private static void requireForm(PublicKey key, byte[] signature) {
    if (!(key instanceof ECPublicKey ec)) {
      // RFC 8017 §8.2.2: exactly as long as the modulus.
      if (signature.length != JwtKeys.modulusBytes((RSAPublicKey) key)) {
        throw badSignature("has a wrong length");
      }
      return;
    }
    // RFC 7518 §3.4: R and S, each as long as the field, and no DER.
    int half = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
    if (signature.length != 2 * half) {
      throw badSignature("has a wrong length");
    }
    BigInteger order = ec.getParams().getOrder();
    requireInRange(new BigInteger(1, Arrays.copyOf(signature, half)), order);
    requireInRange(new BigInteger(1, Arrays.copyOfRange(signature, half, 2 * half)), order);
  }

  private static void requireInRange(BigInteger number, BigInteger order) {
    if (number.signum() == 0 || number.compareTo(order) >= 0) {
      throw badSignature("has a number that is out of range");
    }
  }

  private static Curve curve(ECPublicKey key) {
    return JwtKeys.curve(key)
        .orElseThrow(() -> new AssertionError("the algorithm was chosen by the curve"));
  }

  private static SvidVerificationException badSignature(String problem) {
    return new SvidVerificationException(Reason.BAD_SIGNATURE, "signature " + problem);
  }
}
