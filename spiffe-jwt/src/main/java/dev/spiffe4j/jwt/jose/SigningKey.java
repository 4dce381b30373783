package dev.spiffe4j.jwt.jose;

import com.nimbusds.jose.JOSEException;
import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SvidVerificationException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A key pair that makes JWS in compact form with one algorithm. Immutable, and thread-safe if the
 * key's provider is; never prints its key.
 */
public final class SigningKey {
  /** Signatures have at most 1024 bytes. */
  private static final int MAX_INPUT_LENGTH = CompactJws.MAX_TOKEN_LENGTH - 2048;

  private final JwtAlgorithm algorithm;
  private final PrivateKey privateKey;
  private final PublicKey publicKey;
  private final @Nullable Provider provider;

  private SigningKey(
      JwtAlgorithm algorithm,
      PrivateKey privateKey,
      PublicKey publicKey,
      @Nullable Provider provider) {
    this.algorithm = algorithm;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
    this.provider = provider;
  }

  /** Joins two halves, of which {@link #matches} tells whether they fit. */
  public static SigningKey of(
      JwtAlgorithm algorithm,
      PrivateKey privateKey,
      PublicKey publicKey,
      @Nullable Provider provider) {
    PrivateKey kept = provider == null ? privateKey : keep(privateKey, provider);
    return new SigningKey(algorithm, kept, publicKey, provider);
  }

  /** In its provider's own form: some turn another's key into theirs at each signature. */
  private static PrivateKey keep(PrivateKey key, Provider provider) {
    try {
      return (PrivateKey) KeyFactory.getInstance(key.getAlgorithm(), provider).translateKey(key);
    } catch (GeneralSecurityException | RuntimeException e) {
      // Such as a handle. It may sign with keys that it does not read; if not, that shows at once.
      return key;
    }
  }

  /** Whether the private key signs what the public key verifies. */
  public boolean matches() {
    byte[] probe = {'s', 'p', 'i', 'f', 'f', 'e'};
    try {
      JwtSignatures.verify(
          algorithm, publicKey, probe, signature(probe), SignatureProvider.platform());
      return true;
    } catch (InvalidDocumentException | SvidVerificationException e) {
      return false;
    }
  }

  public JwtAlgorithm algorithm() {
    return algorithm;
  }

  public PublicKey publicKey() {
    return publicKey;
  }

  /**
   * Signs a token.
   *
   * @throws IllegalArgumentException if a value has no JSON form, or the token would be too long
   * @throws InvalidDocumentException if the key does not sign
   */
  public String sign(Map<String, ?> header, Map<String, ?> payload) {
    String input =
        Base64Url.encode(JsonWriter.write(header))
            + "."
            + Base64Url.encode(JsonWriter.write(payload));
    if (input.length() > MAX_INPUT_LENGTH) {
      throw new IllegalArgumentException("claims: too large");
    }
    byte[] signature = signature(input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + Base64Url.encode(signature);
  }

  private byte[] signature(byte[] input) {
    try {
      return JwtSignatures.sign(algorithm, privateKey, publicKey, input, provider);
    } catch (JOSEException | RuntimeException e) {
      // A token or HSM that went away throws unchecked.
      throw new InvalidDocumentException(Reason.IO_ERROR, "the key does not sign", e);
    }
  }

  /** Returns the algorithm, and nothing of the key. */
  @Override
  public String toString() {
    return "SigningKey[" + algorithm + "]";
  }
}
