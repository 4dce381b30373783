package dev.spiffe4j;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;

/** Writing of PKCS#12 stores, which other programs of the JVM read. */
final class Pkcs12 {
  private static final String SVID = "svid";
  private static final String AUTHORITY = "authority-";

  private Pkcs12() {}

  static byte[] trustStore(X509Bundle bundle, char[] password) {
    requirePassword(password);
    try {
      KeyStore store = emptyStore();
      int number = 0;
      for (X509Certificate authority : bundle.authorities()) {
        store.setCertificateEntry(AUTHORITY + ++number, authority);
      }
      return encode(store, password);
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError("every JDK writes certificates to PKCS#12", e);
    }
  }

  static byte[] keyStore(X509Svid svid, char[] password) {
    requirePassword(password);
    try {
      KeyStore store = emptyStore();
      store.setKeyEntry(
          SVID, svid.privateKey(), password, svid.chain().toArray(new Certificate[0]));
      return encode(store, password);
    } catch (GeneralSecurityException | IOException e) {
      throw new InvalidDocumentException(
          Reason.UNSUPPORTED_KEY, "the key and its chain have no form in PKCS#12", e);
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static byte[] encode(KeyStore store, char[] password)
      throws GeneralSecurityException, IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, password);
    return out.toByteArray();
  }

  private static void requirePassword(char[] password) {
    if (password.length == 0) {
      throw new IllegalArgumentException("password: empty");
    }
  }
}
