package dev.spiffe4j;

import static dev.spiffe4j.TestPki.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateKey;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("PKCS#12 stores")
final class Pkcs12Test {
  private static final TestPki.Signer ROOT = TestPki.authority();
  private static final TestPki.Signer SECOND_ROOT = TestPki.authority("RSA", 2048);

  private static char[] password() {
    return "changeit".toCharArray();
  }

  private static KeyStore open(byte[] store, char[] password)
      throws GeneralSecurityException, IOException {
    KeyStore opened = KeyStore.getInstance("PKCS12");
    opened.load(new ByteArrayInputStream(store), password);
    return opened;
  }

  @Test
  @DisplayName("a trust store has the authorities, and the JDK trusts them")
  void writesTrustStores() throws GeneralSecurityException, IOException {
    X509Bundle bundle = TestPki.bundle(TRUST_DOMAIN, ROOT, SECOND_ROOT);
    KeyStore store = open(bundle.toPkcs12(password()), password());
    assertThat(
            new PKIXParameters(store)
                .getTrustAnchors().stream()
                    .map(TrustAnchor::getTrustedCert)
                    .collect(Collectors.toSet()))
        .isEqualTo(bundle.authorities());
    assertThat(open(X509Bundle.of(TRUST_DOMAIN, List.of()).toPkcs12(password()), password()).size())
        .isZero();
  }

  @Test
  @DisplayName("a key store has the chain and the key")
  void writesKeyStores() throws GeneralSecurityException, IOException {
    TestPki.Signer intermediate = ROOT.intermediate();
    KeyPair keys = TestPki.keys("EC", 384);
    X509Certificate leaf = intermediate.leaf(keys, "spiffe://example.org/web");
    X509Svid svid = X509Svid.of(keys.getPrivate(), List.of(leaf, intermediate.certificate()));
    char[] password = password();
    KeyStore store = open(svid.toPkcs12WithPrivateKey(password), password());
    assertThat(password).isEqualTo(password());
    assertThat(store.getKey("svid", password())).isEqualTo(keys.getPrivate());
    assertThat(store.getCertificateChain("svid"))
        .isEqualTo(svid.chain().toArray(new Certificate[0]));
  }

  @Test
  @DisplayName("a password is a must, and the stores need it")
  void needsPasswords() {
    X509Svid svid = ROOT.svid("/web");
    X509Bundle bundle = TestPki.bundle(TRUST_DOMAIN, ROOT);
    assertThatIllegalArgumentException().isThrownBy(() -> bundle.toPkcs12(new char[0]));
    assertThatIllegalArgumentException().isThrownBy(() -> svid.toPkcs12WithPrivateKey(new char[0]));
    assertThatIOException()
        .isThrownBy(() -> open(svid.toPkcs12WithPrivateKey(password()), "wrong".toCharArray()));
    assertThatIOException()
        .isThrownBy(() -> open(bundle.toPkcs12(password()), "wrong".toCharArray()));
  }

  @Test
  @DisplayName("a key that does not leave its provider has no key store")
  void refusesOpaqueKeys() {
    X509Svid svid =
        X509Svid.of(
            new OpaqueRsaKey((RSAPrivateKey) SECOND_ROOT.keys().getPrivate()),
            List.of(ROOT.leaf(SECOND_ROOT.keys(), "spiffe://example.org/hsm")));
    assertThatExceptionOfType(InvalidDocumentException.class)
        .isThrownBy(() -> svid.toPkcs12WithPrivateKey(password()))
        .matches(e -> e.reason() == Reason.UNSUPPORTED_KEY);
  }
}
