package dev.spiffe4j;

import static dev.spiffe4j.TestPki.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.DestroyFailedException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Private keys: never printed, wiped where they are ours, destroyed by their owner")
final class SecretsTest {
  private static final TestPki.Signer ROOT = TestPki.authority();

  /** A key that hands out its own bytes, and can be destroyed. */
  private static final class DestroyableKey implements PrivateKey, RSAKey {
    private static final long serialVersionUID = 1L;

    private final byte[] encoded;
    private final transient RSAKey modulus;
    private boolean destroyed;

    DestroyableKey(KeyPair keys) {
      this.encoded = keys.getPrivate().getEncoded();
      this.modulus = (RSAKey) keys.getPrivate();
    }

    @Override
    public BigInteger getModulus() {
      return modulus.getModulus();
    }

    @Override
    public String getAlgorithm() {
      return "RSA";
    }

    @Override
    public String getFormat() {
      return "PKCS#8";
    }

    @Override
    public byte[] getEncoded() {
      if (destroyed) {
        throw new IllegalStateException("destroyed");
      }
      return encoded;
    }

    @Override
    public void destroy() {
      destroyed = true;
    }

    @Override
    public boolean isDestroyed() {
      return destroyed;
    }
  }

  private static byte[] pem(PrivateKey key) {
    return PemWriter.block(PemReader.PRIVATE_KEY, key.getEncoded());
  }

  /** Any part of a key, in the forms that text has for bytes. */
  private static void assertSilent(String text, PrivateKey key) {
    byte[] secret = Arrays.copyOfRange(key.getEncoded(), 36, 60);
    assertThat(text)
        .doesNotContain(Base64.getEncoder().encodeToString(secret))
        .doesNotContainIgnoringCase(HexFormat.of().formatHex(secret, 0, 8))
        .doesNotContain(Arrays.toString(secret).substring(1, 30))
        .doesNotContain(new String(secret, StandardCharsets.ISO_8859_1));
  }

  private static String trace(Throwable failure) {
    StringWriter out = new StringWriter();
    failure.printStackTrace(new PrintWriter(out));
    return out.toString();
  }

  @ParameterizedTest
  @CsvSource({"EC, 256", "RSA, 2048", "Ed25519, 0"})
  @DisplayName("no text of an SVID, of what holds it, or of a refusal has anything of the key")
  void printsNoKeys(String algorithm, int size, @TempDir Path folder) {
    X509Svid svid = ROOT.svid(algorithm, size, "/web");
    PrivateKey key = svid.privateKey();
    assertSilent(svid.toString(), key);
    assertSilent(svid.withHint("hint").toString(), key);
    X509Context context = X509Context.of(List.of(svid), List.of());
    assertSilent(context.toString(), key);
    for (Object holder : List.of(svid, context)) {
      assertThat(holder).isNotInstanceOf(Serializable.class);
    }

    byte[] pem = pem(key);
    byte[] der = key.getEncoded();
    byte[] cut = Arrays.copyOf(der, der.length - 1);
    byte[] longer = Arrays.copyOf(der, der.length + 1);
    byte[] broken = der.clone();
    broken[4] ^= 0x40;
    byte[] chain = svid.encodedChain();
    byte[] other = ROOT.svid(algorithm, size, "/other").encodedChain();
    for (Runnable refused :
        List.<Runnable>of(
            () -> X509Svid.parse(chain, cut),
            () -> X509Svid.parse(chain, longer),
            () -> X509Svid.parse(chain, broken),
            () -> X509Svid.parse(other, der),
            () -> X509Svid.parsePem(pem, pem),
            () -> X509Svid.parsePem(svid.toPem(), Arrays.copyOf(pem, pem.length - 10)),
            () -> X509Bundle.parsePem(TRUST_DOMAIN, pem),
            () -> X509Bundle.parse(TRUST_DOMAIN, der),
            () -> X509Svid.load(folder.resolve("none"), folder.resolve("none")))) {
      assertSilent(trace(catchThrowableOfType(SpiffeException.class, refused::run)), key);
    }
  }

  @Test
  @DisplayName("what a caller gives stays as it is, and is the caller's to wipe")
  void leavesArraysOfCallersAlone() {
    X509Svid svid = ROOT.svid("/web");
    byte[] der = svid.privateKey().getEncoded();
    byte[] pem = svid.privateKeyToPem();
    byte[] givenDer = der.clone();
    byte[] givenPem = pem.clone();
    char[] password = "changeit".toCharArray();
    X509Svid parsed = X509Svid.parse(svid.encodedChain(), givenDer);
    X509Svid.parsePem(svid.toPem(), givenPem);
    parsed.toPkcs12WithPrivateKey(password);
    assertThat(givenDer).isEqualTo(der);
    assertThat(givenPem).isEqualTo(pem);
    assertThat(password).containsExactly("changeit".toCharArray());
    // Nothing of the arrays is kept, so that they can be wiped.
    Arrays.fill(givenDer, (byte) 0);
    assertThat(parsed.privateKey()).isEqualTo(svid.privateKey());
    assertThat(parsed.privateKeyToPem()).isEqualTo(pem);
  }

  @Test
  @DisplayName("the bytes of a key that are read to be written are wiped")
  void wipesWhatItRead() {
    KeyPair keys = TestPki.keys("RSA", 2048);
    DestroyableKey key = new DestroyableKey(keys);
    X509Svid svid = X509Svid.of(keys.getPrivate(), List.of(ROOT.leaf(keys, TestCertificate.WEB)));
    assertThat(PrivateKeys.toPem(key, keys.getPublic())).isEqualTo(svid.privateKeyToPem());
    assertThat(key.getEncoded()).containsOnly(0);
  }

  @Test
  @DisplayName("an SVID does not destroy a key that others may hold; its owner can")
  void leavesDestructionToTheOwner() {
    KeyPair keys = TestPki.keys("EC", 256);
    X509Svid parsed =
        X509Svid.parse(
            Certificates.encode(ROOT.leaf(keys, TestCertificate.WEB)),
            keys.getPrivate().getEncoded());
    // Why an SVID has no method for it: the keys that it makes cannot be destroyed.
    assertThatExceptionOfType(DestroyFailedException.class)
        .isThrownBy(() -> parsed.privateKey().destroy());
    assertThat(parsed.privateKey().isDestroyed()).isFalse();

    KeyPair pair = TestPki.keys("RSA", 2048);
    DestroyableKey key = new DestroyableKey(pair);
    key.destroy();
    assertThatExceptionOfType(InvalidDocumentException.class)
        .isThrownBy(() -> PrivateKeys.toPem(key, pair.getPublic()))
        .matches(e -> e.reason() == Reason.UNSUPPORTED_KEY);
  }
}
