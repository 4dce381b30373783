package dev.spiffe4j.benchmarks;

import dev.spiffe4j.SignatureProvider;
import java.security.Provider;
import java.security.Security;
import java.util.ServiceLoader;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** The providers that are compared, by the names that the parameters of benchmarks have. */
final class Providers {
  static final String JDK = "JDK";
  static final String BC = "BC";
  static final String ACCP = "ACCP";

  private Providers() {}

  /** The choice as a user makes it. */
  static SignatureProvider choice(String name) {
    return name.equals(JDK)
        ? SignatureProvider.platform()
        : SignatureProvider.of(provider(name, "EC"));
  }

  /** The provider that does the bare operation with keys of an algorithm. */
  static Provider provider(String name, String keyAlgorithm) {
    return switch (name) {
      case JDK -> Security.getProvider(keyAlgorithm.equals("RSA") ? "SunRsaSign" : "SunEC");
      case BC -> new BouncyCastleProvider();
      case ACCP -> accp();
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static Provider accp() {
    return ServiceLoader.load(Provider.class).stream()
        .filter(found -> found.type().getSimpleName().equals("AmazonCorrettoCryptoProvider"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no native provider for this machine"))
        .get();
  }
}
