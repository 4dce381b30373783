package dev.spiffe4j.attest.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.attest.TestRequests;
import dev.spiffe4j.der.DerReader;
import java.security.KeyPair;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SigningRequestTest {
  private static final SignatureProvider FASTEST = SignatureProvider.fastest();

  @Test
  void readsTheKeyOfAGoodRequest() {
    for (KeyPair keys :
        new KeyPair[] {
          TestRequests.keys(),
          TestRequests.ec("secp384r1"),
          TestRequests.ec("secp521r1"),
          TestRequests.rsa(2048)
        }) {
      assertThat(SigningRequest.parse(TestRequests.csr(keys), FASTEST).publicKey().getEncoded())
          .isEqualTo(keys.getPublic().getEncoded());
    }
  }

  @Test
  void refusesARequestForAKeyThatTheSenderDoesNotHave() {
    KeyPair victim = TestRequests.keys();
    byte[] csr =
        TestRequests.csr(victim, TestRequests.keys(), "C=US,O=SPIRE", null, "SHA256withECDSA");
    assertRefused(csr, Reason.KEY_MISMATCH);
  }

  @Test
  void refusesAChangedRequest() {
    byte[] csr = TestRequests.csr(TestRequests.keys());
    SigningRequest.parse(csr, FASTEST);
    csr[csr.length - 1] ^= 1;
    assertRefused(csr, Reason.KEY_MISMATCH);
  }

  @Test
  void refusesWeakAndOddKeys() {
    assertRefused(TestRequests.csr(TestRequests.rsa(1024)), Reason.UNSUPPORTED_KEY);
    assertRefused(TestRequests.csr(TestRequests.ec("secp192r1")), Reason.UNSUPPORTED_KEY);
    assertRefused(TestRequests.csr(TestRequests.ec("secp256k1")), Reason.UNSUPPORTED_KEY);
  }

  @Test
  void refusesASignatureOverSha1() {
    KeyPair keys = TestRequests.keys();
    assertRefused(
        TestRequests.csr(keys, keys, "C=US,O=SPIRE", null, "SHA1withECDSA"),
        Reason.UNSUPPORTED_KEY);
  }

  @Test
  void refusesWhatIsNotARequest() {
    byte[] csr = TestRequests.csr(TestRequests.keys());
    assertRefused(new byte[0], Reason.EMPTY);
    assertRefused(new byte[] {0x30, 0x00}, Reason.MALFORMED);
    assertRefused(Arrays.copyOf(csr, csr.length - 1), Reason.MALFORMED);
    assertRefused(Arrays.copyOf(csr, csr.length + 1), Reason.MALFORMED);
    assertRefused(new byte[17 * 1024], Reason.TOO_LARGE);
  }

  @Test
  @DisplayName("RFC 2986 §4.1, §4.2: of another form, whatever is signed")
  void refusesRequestsOfAnotherForm() {
    DerReader request =
        new DerReader(TestRequests.csr(TestRequests.keys())).readContent(DerReader.SEQUENCE);
    byte[] info = request.readElement();
    byte[] algorithm = request.readElement();
    byte[] signature = request.readElement();
    SigningRequest.parse(Der.sequence(info, algorithm, signature), FASTEST);

    byte[] withUnusedBits = signature.clone();
    withUnusedBits[2] = 1;
    byte[] ofVersion2 = info.clone();
    int version = ofVersion2[1] == (byte) 0x81 ? 5 : 4;
    assertThat(ofVersion2[version]).isZero();
    ofVersion2[version] = 1;
    byte[] nothing = Der.nothing();
    assertRefused(Der.sequence(info, algorithm), Reason.MALFORMED);
    assertRefused(Der.sequence(info, algorithm, signature, nothing), Reason.MALFORMED);
    assertRefused(Der.sequence(info, algorithm, withUnusedBits), Reason.MALFORMED);
    assertRefused(Der.sequence(ofVersion2, algorithm, signature), Reason.MALFORMED);
    assertRefused(Der.sequence(info, Der.sequence(nothing), signature), Reason.MALFORMED);
  }

  private static void assertRefused(byte[] csr, Reason reason) {
    assertThatThrownBy(() -> SigningRequest.parse(csr, FASTEST))
        .isInstanceOfSatisfying(
            InvalidDocumentException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
