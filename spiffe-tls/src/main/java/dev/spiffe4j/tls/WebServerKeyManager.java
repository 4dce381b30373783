package dev.spiffe4j.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Presents what somebody else chooses, to clients; as a client it presents nothing. */
final class WebServerKeyManager extends X509ExtendedKeyManager {
  private final X509ExtendedKeyManager inner;
  private final ConnectionRules rules;

  WebServerKeyManager(X509ExtendedKeyManager inner, ConnectionRules rules) {
    this.inner = inner;
    this.rules = rules;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    if (socket instanceof SSLSocket tls) {
      requireClientsAreAsked(tls.getNeedClientAuth());
    }
    return inner.chooseServerAlias(keyType, issuers, socket);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    if (engine != null) {
      requireClientsAreAsked(engine.getNeedClientAuth());
    }
    return inner.chooseEngineServerAlias(keyType, issuers, engine);
  }

  private void requireClientsAreAsked(boolean needClientAuth) {
    try {
      rules.requireClientsAreAsked(needClientAuth);
    } catch (RuntimeException e) {
      throw new NoCertificateException(e);
    }
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return inner.getServerAliases(keyType, issuers);
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
    return inner.getCertificateChain(alias);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
    return inner.getPrivateKey(alias);
  }
}
