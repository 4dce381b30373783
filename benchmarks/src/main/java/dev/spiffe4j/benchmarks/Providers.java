package dev.spiffe4j.benchmarks;

import dev.spiffe4j.SignatureProvider;
import java.security.Provider;
import java.security.Security;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
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

  /**
   * Calls each many times, with fast signatures in the place of the JDK's: with those the compiler
   * sees too few calls, in the seconds of a fork, of what a service does for days.
   */
  static void warmUp(Callable<?>... calls) throws Exception {
    Provider fast = accp();
    Security.insertProviderAt(fast, 1);
    try {
      for (int i = 0; i < Chains.POOL; i++) {
        for (Callable<?> call : calls) {
          call.call();
        }
      }
    } finally {
      Security.removeProvider(fast.getName());
    }
  }

  private static Provider accp() {
    return ServiceLoader.load(Provider.class).stream()
        .filter(found -> found.type().getSimpleName().equals("AmazonCorrettoCryptoProvider"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no native provider for this machine"))
        .get();
  }
}
