package dev.spiffe4j.benchmarks;

import dev.spiffe4j.X509Svid;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** Presents what a supplier says. */
final class SvidKey extends X509ExtendedKeyManager {
  private final Supplier<X509Svid> svid;

  SvidKey(Supplier<X509Svid> svid) {
    this.svid = svid;
  }

  /** As a factory, which Netty's caches want. */
  KeyManagerFactory factory() {
    KeyManagerFactorySpi fixed =
        new KeyManagerFactorySpi() {
          @Override
          protected void engineInit(KeyStore keys, char[] password) {}

          @Override
          protected void engineInit(ManagerFactoryParameters parameters) {}

          @Override
          protected KeyManager[] engineGetKeyManagers() {
            return new KeyManager[] {SvidKey.this};
          }
        };
    return new KeyManagerFactory(fixed, null, "fixed") {};
  }

  @Override
  public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
    return "svid";
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return keyType.startsWith("EC") ? "svid" : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return svid.get().chain().toArray(new X509Certificate[0]);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return svid.get().privateKey();
  }

  @Override
  public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
    return "svid";
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return "svid";
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return new String[] {"svid"};
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return new String[] {"svid"};
  }
}
