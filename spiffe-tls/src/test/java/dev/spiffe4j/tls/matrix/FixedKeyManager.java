package dev.spiffe4j.tls.matrix;

import dev.spiffe4j.testing.UncheckedSvid;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Presents the same, however bad it is, to whoever asks. */
final class FixedKeyManager extends X509ExtendedKeyManager {
  private static final String ALIAS = "fixed";

  final AtomicInteger questions = new AtomicInteger();
  private final UncheckedSvid svid;

  FixedKeyManager(UncheckedSvid svid) {
    this.svid = svid;
  }

  private @Nullable String alias(String... keyTypes) {
    questions.incrementAndGet();
    for (String keyType : keyTypes) {
      if (keyType.equals(svid.privateKey().getAlgorithm())) {
        return ALIAS;
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyTypes);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return alias(keyType);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return alias(keyType);
  }

  @Override
  public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public X509Certificate[] getCertificateChain(@Nullable String alias) {
    return svid.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(@Nullable String alias) {
    return svid.privateKey();
  }
}
