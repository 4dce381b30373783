package dev.spiffe4j;

import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.der.DerReader;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reading of PKCS#8 keys, and the proof that a key belongs to a certificate. */
final class PrivateKeys {
  private static final int MAX_KEY_BYTES = 16 * 1024;
  private static final byte[] PROBE = {'s', 'p', 'i', 'f', 'f', 'e'};

  private PrivateKeys() {}

  /** Parses the one key of a PEM document; it may have certificates too. */
  static PrivateKey parsePem(byte[] pem, PublicKey publicKey, @Nullable Provider provider) {
    PemReader.Block found = null;
    for (PemReader.Block block : PemReader.blocks(pem)) {
      // Also PKCS#1, SEC 1 and encrypted keys, none of which is read.
      if (!block.label().endsWith(PemReader.PRIVATE_KEY)) {
        continue;
      }
      if (!block.label().equals(PemReader.PRIVATE_KEY)) {
        throw new InvalidDocumentException(
            Reason.UNSUPPORTED_KEY,
            block.label() + " (expected: PRIVATE KEY, an unencrypted PKCS#8 key)");
      }
      if (found != null) {
        throw new InvalidDocumentException(Reason.MALFORMED, "PEM has several private keys");
      }
      found = block;
    }
    if (found == null) {
      throw new InvalidDocumentException(Reason.EMPTY, "PEM has no private key");
    }
    byte[] der = PemReader.decode(pem, found);
    try {
      return parsePkcs8(der, publicKey, provider);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  /** Writes a key that its provider lets out, as PKCS#8 with its public key. */
  static byte[] encode(PrivateKey key, PublicKey publicKey) {
    // A key that its owner destroyed has no bytes either, whatever getEncoded() says then.
    byte @Nullable [] der =
        "PKCS#8".equals(key.getFormat()) && !key.isDestroyed() ? key.getEncoded() : null;
    if (der == null) {
      throw new InvalidDocumentException(
          Reason.UNSUPPORTED_KEY, "the private key does not leave its provider");
    }
    try {
      return EcKeyDocument.withPublicKey(der, publicKey);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  static byte[] toPem(PrivateKey key, PublicKey publicKey) {
    byte[] der = encode(key, publicKey);
    try {
      return PemWriter.block(PemReader.PRIVATE_KEY, der);
    } finally {
      Arrays.fill(der, (byte) 0);
    }
  }

  /** Parses an unencrypted PKCS#8 key that should belong to a public key. */
  static PrivateKey parsePkcs8(byte[] der, PublicKey publicKey, @Nullable Provider provider) {
    if (der.length == 0) {
      throw new InvalidDocumentException(Reason.EMPTY, "no private key");
    }
    if (der.length > MAX_KEY_BYTES) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "private key of more than " + MAX_KEY_BYTES + " bytes");
    }
    DerReader reader = new DerReader(der);
    reader.readContent(reader.peekTag());
    reader.requireEnd();
    String algorithm = MlDsa.of(publicKey).map(MlDsa::algorithm).orElse(publicKey.getAlgorithm());
    try {
      KeyFactory factory =
          provider == null
              ? KeyFactory.getInstance(algorithm)
              : KeyFactory.getInstance(algorithm, provider);
      return generate(factory, der, MlDsa.of(publicKey).isPresent());
    } catch (InvalidKeySpecException | RuntimeException e) {
      // No cause: a parser's message may quote the key.
      throw new InvalidDocumentException(
          Reason.MALFORMED, "not a PKCS#8 key of algorithm " + algorithm);
    } catch (GeneralSecurityException e) {
      throw new InvalidDocumentException(
          Reason.UNSUPPORTED_KEY, "no keys of algorithm " + algorithm, e);
    }
  }

  private static PrivateKey generate(KeyFactory factory, byte[] der, boolean isMlDsa)
      throws InvalidKeySpecException {
    try {
      return factory.generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (InvalidKeySpecException e) {
      byte @Nullable [] expanded = isMlDsa ? MlDsaPrivateKey.expanded(der).orElse(null) : null;
      if (expanded == null) {
        throw e;
      }
      try {
        return factory.generatePrivate(new PKCS8EncodedKeySpec(expanded));
      } finally {
        Arrays.fill(expanded, (byte) 0);
      }
    }
  }

  static void requireMatch(
      PrivateKey privateKey, PublicKey publicKey, @Nullable Provider provider) {
    if (!matches(privateKey, publicKey, provider)) {
      throw new InvalidDocumentException(
          Reason.KEY_MISMATCH, "the private key is not the certificate's");
    }
  }

  private static boolean matches(
      PrivateKey privateKey, PublicKey publicKey, @Nullable Provider provider) {
    if (privateKey instanceof RSAPrivateKey rsa && publicKey instanceof RSAPublicKey rsaPublic) {
      return rsa.getModulus().equals(rsaPublic.getModulus());
    }
    String algorithm = probeAlgorithm(publicKey);
    try {
      Signature signer = signature(algorithm, provider);
      signer.initSign(privateKey);
      signer.update(PROBE);
      byte[] signature = signer.sign();
      Signature verifier = signature(algorithm, provider);
      verifier.initVerify(
          provider == null ? publicKey : SignatureProvider.of(provider).keep(publicKey));
      verifier.update(PROBE);
      return verifier.verify(signature);
    } catch (NoSuchAlgorithmException e) {
      throw new InvalidDocumentException(Reason.UNSUPPORTED_KEY, "no provider of " + algorithm, e);
    } catch (GeneralSecurityException | RuntimeException e) {
      // Another curve or kind of key, or one that does not sign.
      return false;
    }
  }

  private static Signature signature(String algorithm, @Nullable Provider provider)
      throws NoSuchAlgorithmException {
    return provider == null
        ? Signature.getInstance(algorithm)
        : Signature.getInstance(algorithm, provider);
  }

  private static String probeAlgorithm(PublicKey publicKey) {
    Optional<MlDsa> mlDsa = MlDsa.of(publicKey);
    if (mlDsa.isPresent()) {
      return mlDsa.get().algorithm();
    }
    return switch (publicKey.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      case "EdDSA", "Ed25519" -> "Ed25519";
      default ->
          throw new InvalidDocumentException(
              Reason.UNSUPPORTED_KEY, "key of algorithm " + publicKey.getAlgorithm());
    };
  }
}
