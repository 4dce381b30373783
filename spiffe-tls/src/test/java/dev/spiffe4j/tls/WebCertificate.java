package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/** A self-signed certificate of a host name, made by the JDK's keytool. */
public final class WebCertificate {
  private static final String PASSWORD = "changeit";
  private final KeyStore store;

  private WebCertificate(KeyStore store) {
    this.store = store;
  }

  public static WebCertificate of(String host) {
    try {
      Path directory = Files.createTempDirectory("web");
      Path file = directory.resolve("web.p12");
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  PASSWORD,
                  "-alias",
                  "web",
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=" + host,
                  "-ext",
                  "san=dns:" + host)
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(output).isZero();
      return new WebCertificate(KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Whom to trust, for a client. */
  public KeyStore authorities() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("web", store.getCertificate("web"));
      return trusted;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  X509Certificate[] chain() {
    try {
      return new X509Certificate[] {(X509Certificate) store.getCertificate("web")};
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  public X509ExtendedKeyManager keyManager() {
    try {
      KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
      factory.init(store, PASSWORD.toCharArray());
      return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
