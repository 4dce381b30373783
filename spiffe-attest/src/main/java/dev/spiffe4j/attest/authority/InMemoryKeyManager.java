package dev.spiffe4j.attest.authority;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.attest.crypto.BouncyCastle;
import dev.spiffe4j.attest.crypto.PublicKeys;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keys in memory. */
final class InMemoryKeyManager implements KeyManager {
  private final SecureRandom random;
  private final SignatureProvider signatures;
  private final Map<String, SigningKey> keys = new ConcurrentHashMap<>();

  InMemoryKeyManager(SecureRandom random, SignatureProvider signatures) {
    this.random = requireNonNull(random, "random");
    this.signatures = requireNonNull(signatures, "signatures");
  }

  @Override
  public SigningKey generate(String name, KeyType type) {
    requireNonNull(name, "name");
    KeyPair pair = generatePair(type);
    // The JDK's form of the key, which is equal to the one in a parsed certificate.
    PublicKey publicKey = PublicKeys.parse(pair.getPublic().getEncoded());
    SigningKey key = InMemoryKey.of(publicKey, pair.getPrivate(), signatures, random);
    keys.put(name, key);
    return key;
  }

  private KeyPair generatePair(KeyType type) {
    try {
      return switch (type) {
        case EC_P256 -> ecGenerator("secp256r1").generateKeyPair();
        case EC_P384 -> ecGenerator("secp384r1").generateKeyPair();
        case RSA_2048 -> rsaGenerator(2048).generateKeyPair();
        case RSA_4096 -> rsaGenerator(4096).generateKeyPair();
      };
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Bouncy Castle makes keys of type " + type, e);
    }
  }

  private KeyPairGenerator ecGenerator(String curve) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BouncyCastle.provider());
    generator.initialize(new ECGenParameterSpec(curve), random);
    return generator;
  }

  private KeyPairGenerator rsaGenerator(int bits) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", BouncyCastle.provider());
    generator.initialize(bits, random);
    return generator;
  }

  @Override
  public Optional<SigningKey> find(String name) {
    return Optional.ofNullable(keys.get(name));
  }
}
