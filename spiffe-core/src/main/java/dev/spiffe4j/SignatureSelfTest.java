package dev.spiffe4j;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Takes a provider only after it has told a good signature from a bad one on this machine. */
final class SignatureSelfTest {
  private static final String KEY =
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEjG3VZ1GCTwJ4f8th8ib6b/6Xti8iS8oNgsLdp+rIsRkYojCpHax1"
          + "n6oyeXcmSPT0FJJs6p4Fw0rOUSn8mTP63Q==";
  private static final String SIGNATURE =
      "MEYCIQD40kfO3w4UXcuED1Z0AWJ6x/3SUx8molVuElq59hHtVQIhAMUih0WDxhz6CUgNyh1+xJNApvz/QsYOuFfD"
          + "RPIwBoUI";

  private SignatureSelfTest() {}

  /** Loads a provider; nothing if it does not load here, or does not work. */
  static Optional<Provider> load(ServiceLoader.Provider<Provider> candidate) {
    try {
      Provider provider = candidate.get();
      return verifies(provider, "spiffe") && !verifies(provider, "Spiffe")
          ? Optional.of(provider)
          : Optional.empty();
    } catch (GeneralSecurityException
        | RuntimeException
        | ServiceConfigurationError
        | LinkageError e) {
      // No native library for this machine, most of all.
      return Optional.empty();
    }
  }

  private static boolean verifies(Provider provider, String message)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA", provider);
    signature.initVerify(
        KeyFactory.getInstance("EC", provider)
            .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(KEY))));
    signature.update(message.getBytes(StandardCharsets.US_ASCII));
    return signature.verify(Base64.getDecoder().decode(SIGNATURE));
  }
}
