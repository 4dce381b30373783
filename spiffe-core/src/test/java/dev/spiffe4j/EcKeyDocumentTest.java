package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.TestPki.Signer;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EcKeyDocumentTest {
  private final KeyPair named = keys(256);
  private final byte[] document = named.getPrivate().getEncoded();

  @Test
  @DisplayName("a document that names the certificate's key is taken at its word")
  void namesIt() {
    assertThat(EcKeyDocument.namesPublicKey(document, named.getPublic())).isTrue();
    assertThat(X509Svid.parse(chain(named), document).spiffeId().path()).isEqualTo("/web");
  }

  @Test
  @DisplayName("one that names another key, of the same curve or not, is not")
  void namesAnother() {
    assertThat(EcKeyDocument.namesPublicKey(document, keys(256).getPublic())).isFalse();
    assertThat(EcKeyDocument.namesPublicKey(document, keys(384).getPublic())).isFalse();
    assertThat(EcKeyDocument.namesPublicKey(document, TestPki.keys("RSA", 2048).getPublic()))
        .isFalse();
    InvalidDocumentException refusal =
        catchThrowableOfType(
            InvalidDocumentException.class, () -> X509Svid.parse(chain(keys(256)), document));
    assertThat(refusal.reason()).isEqualTo(Reason.KEY_MISMATCH);
  }

  @Test
  @DisplayName("one that names none, as the JDK 17 writes it, is tried by a signature")
  void namesNone() {
    KeyPair plain = TestPki.keys("EC", 256);
    byte[] without =
        X509Svid.parse(chain(plain), plain.getPrivate().getEncoded()).privateKey().getEncoded();
    assertThat(X509Svid.parse(chain(plain), without).spiffeId().path()).isEqualTo("/web");
  }

  @Test
  @DisplayName("a broken document names nothing, wherever it ends")
  void broken() {
    for (int length = 0; length < document.length; length++) {
      byte[] cut = Arrays.copyOf(document, length);
      assertThat(EcKeyDocument.namesPublicKey(cut, named.getPublic())).isFalse();
    }
  }

  @Test
  @DisplayName("RFC 5915 §3: what an SVID writes names its key, which GnuTLS insists on")
  void isWrittenWithItsName() {
    for (int size : new int[] {256, 384, 521}) {
      KeyPair plain = TestPki.keys("EC", size);
      byte[] written =
          EcKeyDocument.withPublicKey(plain.getPrivate().getEncoded(), plain.getPublic());
      assertThat(EcKeyDocument.namesPublicKey(written, plain.getPublic())).isTrue();
      PrivateKey read = PrivateKeys.parsePkcs8(written, plain.getPublic(), null);
      PrivateKeys.requireMatch(read, plain.getPublic(), null);
    }
    KeyPair plain = TestPki.keys("EC", 256);
    X509Svid svid = X509Svid.parse(chain(plain), plain.getPrivate().getEncoded());
    assertThat(EcKeyDocument.namesPublicKey(svid.encodedPrivateKey(), plain.getPublic())).isTrue();
    assertThat(X509Svid.parsePem(svid.toPem(), svid.privateKeyToPem()).encodedPrivateKey())
        .isEqualTo(svid.encodedPrivateKey());
  }

  @Test
  @DisplayName("a document that has a name, is of another kind or is broken stays what it is")
  void isLeftAlone() {
    assertThat(EcKeyDocument.withPublicKey(document, named.getPublic())).isEqualTo(document);
    KeyPair rsa = TestPki.keys("RSA", 2048);
    byte[] encoded = rsa.getPrivate().getEncoded();
    assertThat(EcKeyDocument.withPublicKey(encoded, rsa.getPublic())).isEqualTo(encoded);
    byte[] plain = TestPki.keys("EC", 256).getPrivate().getEncoded();
    for (int length = 0; length < plain.length; length++) {
      byte[] cut = Arrays.copyOf(plain, length);
      assertThat(EcKeyDocument.withPublicKey(cut, named.getPublic())).isEqualTo(cut);
    }
  }

  private static byte[] chain(KeyPair keys) {
    Signer authority = TestPki.authority();
    return Certificates.encode(List.of(authority.leaf(keys, "spiffe://example.org/web")));
  }

  /** Bouncy Castle's documents name the public key, as Go's and so SPIRE's do. */
  private static KeyPair keys(int size) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
      generator.initialize(size);
      return generator.generateKeyPair();
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
