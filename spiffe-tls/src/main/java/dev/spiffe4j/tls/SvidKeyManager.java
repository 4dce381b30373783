package dev.spiffe4j.tls;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.X509Svid;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Presents the chosen SVID of the source as it is when a handshake asks.
 *
 * <p>JSSE asks for an alias, then for its key, then for its chain. An alias therefore names one
 * SVID for ever, so that a rotation in between cannot pair the key of one with the chain of
 * another. Thread-safe.
 */
final class SvidKeyManager extends X509ExtendedKeyManager {
  /** How many SVIDs are kept for handshakes that have an alias and not yet its key. */
  private static final int KEPT = 8;

  private final X509ContextSource source;
  private final InstantSource clock;
  private final SvidPicker picker;
  private final ConnectionRules rules;
  private final TlsTrace trace;

  private final Object lock = new Object();
  private final Map<String, X509Svid> chosen = new LinkedHashMap<>();
  private @Nullable X509Svid newest;
  private String newestAlias = "";
  private long count;

  SvidKeyManager(
      X509ContextSource source,
      InstantSource clock,
      SvidPicker picker,
      ConnectionRules rules,
      TlsTrace trace) {
    this.source = source;
    this.clock = clock;
    this.picker = picker;
    this.rules = rules;
    this.trace = trace;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return orFail(() -> clientAlias(keyTypes));
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return orFail(() -> clientAlias(keyTypes));
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return orFail(
        () -> {
          if (socket instanceof SSLSocket tls) {
            rules.requireClientsAreAsked(tls.getNeedClientAuth());
          }
          return serverAlias(keyType);
        });
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return orFail(
        () -> {
          if (engine != null) {
            rules.requireClientsAreAsked(engine.getNeedClientAuth());
          }
          return serverAlias(keyType);
        });
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = orFail(() -> clientAlias(keyType));
    return alias == null ? null : new String[] {alias};
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    String alias = orFail(() -> serverAlias(keyType));
    return alias == null ? null : new String[] {alias};
  }

  private @Nullable String orFail(Choice choice) {
    try {
      return choice.alias();
    } catch (RuntimeException e) {
      trace.presentedNothing(e);
      throw new NoCertificateException(e);
    }
  }

  private interface Choice {
    @Nullable String alias();
  }

  /** A client without an SVID presents nothing; whether that will do is the server's to say. */
  private @Nullable String clientAlias(String... keyTypes) {
    return picker
        .pick(source.x509Context().svids())
        .map(svid -> alias(svid, keyTypes))
        .orElse(null);
  }

  private @Nullable String serverAlias(String keyType) {
    return alias(picker.require(source.x509Context().svids()), keyType);
  }

  private @Nullable String alias(X509Svid svid, String... keyTypes) {
    if (!List.of(keyTypes).contains(keyType(svid))) {
      return null;
    }
    if (clock.instant().isAfter(svid.expiresAt())) {
      throw new SvidVerificationException(
          Reason.EXPIRED, svid.spiffeId(), "own X.509-SVID expired at " + svid.expiresAt());
    }
    trace.presented(svid);
    return remember(svid);
  }

  private static String keyType(X509Svid svid) {
    String algorithm = svid.leaf().getPublicKey().getAlgorithm();
    return algorithm.equals("Ed25519") ? "EdDSA" : algorithm;
  }

  private String remember(X509Svid svid) {
    synchronized (lock) {
      if (svid != newest) {
        newest = svid;
        newestAlias = "svid-" + ++count;
        chosen.put(newestAlias, svid);
        chosen.remove("svid-" + (count - KEPT));
      }
      return newestAlias;
    }
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
    X509Svid svid = recall(alias);
    return svid == null ? null : svid.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
    X509Svid svid = recall(alias);
    return svid == null ? null : svid.privateKey();
  }

  private @Nullable X509Svid recall(@Nullable String alias) {
    synchronized (lock) {
      return chosen.get(alias);
    }
  }
}
