package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Who checks signatures. This decides most of what a verification costs: the platform's own
 * elliptic curves are several times slower than those of other providers. No provider is ever
 * registered in the JVM. Immutable and thread-safe.
 */
public final class SignatureProvider {
  /** The fastest first. Not everything that calls itself a provider may judge our peers. */
  private static final List<String> KNOWN =
      List.of(
          "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider",
          "org.bouncycastle.jce.provider.BouncyCastleProvider");

  private static final SignatureProvider PLATFORM = new SignatureProvider(null, false);

  private final @Nullable Provider provider;
  private final boolean only;

  private SignatureProvider(@Nullable Provider provider, boolean only) {
    this.provider = provider;
    this.only = only;
  }

  /**
   * The providers registered in the JVM, which are the JDK's own unless somebody changed that.
   *
   * @return the platform's providers
   */
  public static SignatureProvider platform() {
    return PLATFORM;
  }

  /**
   * One provider for everything. What it does not know is refused, not left to another.
   *
   * @param provider a provider with signature algorithms and key factories; need not be registered
   * @return that provider
   */
  public static SignatureProvider of(Provider provider) {
    return new SignatureProvider(requireNonNull(provider, "provider"), true);
  }

  /**
   * The fastest at hand, chosen once: the Amazon Corretto Crypto Provider if it is on the class or
   * module path and its native library loads here, else Bouncy Castle, else the platform. What the
   * one chosen does not know is left to the platform.
   *
   * @return what verifiers use unless told otherwise
   */
  public static SignatureProvider fastest() {
    return Fastest.FOUND;
  }

  /** Chosen when first asked for, since loading a native library takes its time. */
  private static final class Fastest {
    static final SignatureProvider FOUND =
        choose(
            ServiceLoader.load(Provider.class, SignatureProvider.class.getClassLoader()).stream()
                .filter(found -> KNOWN.contains(found.type().getName()))
                .toList());
  }

  static SignatureProvider choose(List<ServiceLoader.Provider<Provider>> found) {
    for (String name : KNOWN) {
      for (ServiceLoader.Provider<Provider> candidate : found) {
        if (candidate.type().getName().equals(name)) {
          Optional<Provider> usable = SignatureSelfTest.load(candidate);
          if (usable.isPresent()) {
            return new SignatureProvider(usable.get(), false);
          }
        }
      }
    }
    return PLATFORM;
  }

  /**
   * Which provider checks signatures of an algorithm.
   *
   * @param algorithm such as {@code SHA256withECDSA}
   * @return the provider, or nothing if it is one of those registered in the JVM
   */
  public Optional<Provider> provider(String algorithm) {
    return provider != null && (only || provider.getService("Signature", algorithm) != null)
        ? Optional.of(provider)
        : Optional.empty();
  }

  /**
   * A key in the provider's own form. Some providers keep tables with a key, which make it several
   * times faster when it is used again.
   *
   * @param key a public key of any provider
   * @return an equal key, or the same one if the provider does not take it: what needs it fails
   *     then, or is left to the platform
   */
  public PublicKey keep(PublicKey key) {
    if (provider == null) {
      return key;
    }
    try {
      Optional<MlDsa> mlDsa = MlDsa.of(key);
      String algorithm = mlDsa.map(MlDsa::algorithm).orElse(key.getAlgorithm());
      byte[] encoded = mlDsa.isPresent() ? mlDsa.get().encoded(key) : key.getEncoded();
      return KeyFactory.getInstance(algorithm, provider)
          .generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | RuntimeException e) {
      // Providers throw what they like at numbers of a peer's choice.
      return key;
    }
  }

  /** Returns the provider's name and version, or that it is the platform. */
  @Override
  public String toString() {
    return "SignatureProvider["
        + (provider == null ? "platform" : provider.getName() + " " + provider.getVersionStr())
        + "]";
  }
}
