package dev.spiffe4j.attest.authority;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.attest.authority.AuthorityException.Reason;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;

/** A key in memory, in the form of the provider that signs with it. */
final class InMemoryKey implements SigningKey {
  private final PublicKey publicKey;
  private final PrivateKey privateKey;
  private final Optional<Provider> provider;
  private final SecureRandom random;

  private InMemoryKey(
      PublicKey publicKey,
      PrivateKey privateKey,
      Optional<Provider> provider,
      SecureRandom random) {
    this.publicKey = publicKey;
    this.privateKey = privateKey;
    this.provider = provider;
    this.random = random;
  }

  /** Turns a key into the form of its provider, which would have to do so at each signature. */
  static InMemoryKey of(
      PublicKey publicKey, PrivateKey key, SignatureProvider signatures, SecureRandom random) {
    Optional<Provider> provider = signatures.provider(SignatureAlgorithm.of(publicKey).jcaName());
    try {
      KeyFactory factory =
          provider.isPresent()
              ? KeyFactory.getInstance(key.getAlgorithm(), provider.get())
              : KeyFactory.getInstance(key.getAlgorithm());
      PrivateKey kept = factory.generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
      return new InMemoryKey(publicKey, kept, provider, random);
    } catch (GeneralSecurityException e) {
      throw new AuthorityException(
          Reason.KEY_UNAVAILABLE, "the provider of signatures does not take the key", e);
    }
  }

  @Override
  public PublicKey publicKey() {
    return publicKey;
  }

  @Override
  public byte[] sign(SignatureAlgorithm algorithm, byte[] data) {
    try {
      Signature signature =
          provider.isPresent()
              ? Signature.getInstance(algorithm.jcaName(), provider.get())
              : Signature.getInstance(algorithm.jcaName());
      signature.initSign(privateKey, random);
      signature.update(data);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AuthorityException(Reason.KEY_UNAVAILABLE, "the key does not sign", e);
    }
  }

  @Override
  public String toString() {
    return "SigningKey[" + publicKey.getAlgorithm() + ", in memory]";
  }
}
