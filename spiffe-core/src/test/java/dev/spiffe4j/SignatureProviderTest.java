package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TestPki.Signer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.interfaces.EdECPublicKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.bouncycastle.jcajce.provider.asymmetric.ec.BCECPublicKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SignatureProviderTest {
  private static final String ECDSA = "SHA256withECDSA";

  @Test
  @DisplayName("Bouncy Castle is taken where it is on the class path and no native provider is")
  void fastest() {
    SignatureProvider fastest = SignatureProvider.fastest();
    assertThat(fastest.provider(ECDSA)).containsInstanceOf(BouncyCastleProvider.class);
    assertThat(fastest).hasToString("SignatureProvider[BC 1.86]");
    assertThat(fastest).isSameAs(SignatureProvider.fastest());
  }

  @Test
  @DisplayName("no provider is registered by choosing one")
  void notRegistered() {
    SignatureProvider.fastest();
    assertThat(Security.getProvider("BC")).isNull();
  }

  @Test
  @DisplayName("what the chosen one does not know is left to the platform; an only one refuses it")
  void unknownAlgorithm() throws Exception {
    Provider empty = new Provider("Empty", "1", "") {};
    assertThat(SignatureProvider.of(empty).provider(ECDSA)).contains(empty);
    assertThat(SignatureProvider.fastest().provider("NONE")).isEmpty();
    assertThat(SignatureProvider.platform().provider(ECDSA)).isEmpty();

    KeyPair key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    assertThat(SignatureProvider.of(empty).keep(key.getPublic())).isSameAs(key.getPublic());
    assertThat(key.getPublic()).isInstanceOf(EdECPublicKey.class);
  }

  @Test
  @DisplayName("keys are kept in the provider's own form")
  void keep() throws Exception {
    KeyPair key = KeyPairGenerator.getInstance("EC").generateKeyPair();
    assertThat(SignatureProvider.fastest().keep(key.getPublic()))
        .isInstanceOf(BCECPublicKey.class)
        .extracting(PublicKey::getEncoded)
        .isEqualTo(key.getPublic().getEncoded());
    assertThat(SignatureProvider.platform().keep(key.getPublic())).isSameAs(key.getPublic());
  }

  @Test
  @DisplayName("a provider that fails to load, or does not tell signatures apart, is passed over")
  void selfTest() {
    assertThat(SignatureProvider.choose(List.of(candidate(BouncyCastleProvider.class))).toString())
        .contains("BC");
    assertThat(SignatureProvider.choose(List.of())).isSameAs(SignatureProvider.platform());
    assertThat(SignatureProvider.choose(List.of(candidate(Unloadable.class))))
        .isSameAs(SignatureProvider.platform());
    assertThat(SignatureSelfTest.load(candidate(BouncyCastleProvider.class))).isPresent();
    assertThat(SignatureSelfTest.load(candidate(Unloadable.class))).isEmpty();
    assertThat(SignatureSelfTest.load(candidate(Useless.class))).isEmpty();
  }

  @Test
  @DisplayName("a verifier takes any choice, and refuses with one that knows nothing")
  void verifier() {
    Signer authority = TestPki.authority();
    X509Svid svid = authority.svid("/web");
    assertThat(verify(authority, svid, SignatureProvider.fastest())).isEqualTo(svid.spiffeId());
    assertThat(verify(authority, svid, SignatureProvider.platform())).isEqualTo(svid.spiffeId());
    SignatureProvider useless = SignatureProvider.of(new Useless());
    assertThat(
            catchThrowableOfType(
                    SvidVerificationException.class, () -> verify(authority, svid, useless))
                .reason())
        .isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  private static SpiffeId verify(Signer authority, X509Svid svid, SignatureProvider provider) {
    X509Bundle bundle = TestPki.bundle(TestPki.TRUST_DOMAIN, authority);
    return X509SvidVerifier.builder(trustDomain -> Optional.of(bundle))
        .clock(InstantSource.fixed(TestCertificate.NOW))
        .signatureProvider(provider)
        .build()
        .verify(svid.chain())
        .spiffeId();
  }

  private static ServiceLoader.Provider<Provider> candidate(Class<? extends Provider> type) {
    return new ServiceLoader.Provider<>() {
      @Override
      public Class<? extends Provider> type() {
        return type;
      }

      @Override
      public Provider get() {
        try {
          return type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
          throw new UnsatisfiedLinkError(String.valueOf(e.getMessage()));
        }
      }
    };
  }

  /** Like a provider without a native library for this machine. */
  static final class Unloadable extends Provider {
    private static final long serialVersionUID = 1L;

    Unloadable() {
      super("Unloadable", "1", "");
      throw new UnsatisfiedLinkError();
    }
  }

  /** Knows no algorithm. */
  static final class Useless extends Provider {
    private static final long serialVersionUID = 1L;

    Useless() {
      super("Useless", "1", "");
    }
  }
}
