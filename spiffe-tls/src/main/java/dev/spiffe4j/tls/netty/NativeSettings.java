package dev.spiffe4j.tls.netty;

import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.TlsGeneration;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** All that native contexts of all generations have in common. */
record NativeSettings(
    SpiffeTls tls,
    boolean client,
    KeyExchange keyExchange,
    ApplicationProtocolConfig alpn,
    @Nullable List<String> ciphers,
    boolean resumes) {

  /** The engine keeps the parsed key and chain of a generation, which has one alias. */
  private static final int ALIASES = 1;

  static NativeSettings of(SpiffeSslContext.Builder builder, boolean resumes) {
    return new NativeSettings(
        builder.tls(),
        builder.client(),
        builder.keyExchange(),
        builder.alpn(),
        builder.ciphers(),
        resumes);
  }

  ReferenceCountedOpenSslContext context(TlsGeneration generation) {
    try {
      ReferenceCountedOpenSslContext context =
          (ReferenceCountedOpenSslContext) builder(generation).build();
      if (!resumes) {
        context.sessionContext().setSessionCacheEnabled(false);
      }
      return context;
    } catch (SSLException | IllegalArgumentException e) {
      throw new TlsEngineException(
          TlsEngineException.Reason.REFUSED, "the native TLS engine cannot be set up", e);
    }
  }

  private SslContextBuilder builder(TlsGeneration generation) {
    SSLParameters parameters = tls.sslContext().getDefaultSSLParameters();
    SslContextBuilder builder =
        client
            ? SslContextBuilder.forClient().keyManager(keys(generation))
            : SslContextBuilder.forServer(keys(generation));
    return builder
        // Counted by hand: gone with the last engine, and not when a finalizer gets around to it.
        .sslProvider(SslProvider.OPENSSL_REFCNT)
        .trustManager(trustManager(generation))
        .clientAuth(SpiffeSslContext.clientAuth(parameters))
        .endpointIdentificationAlgorithm(parameters.getEndpointIdentificationAlgorithm())
        .protocols(protocols(parameters))
        .ciphers(ciphers, SupportedCipherSuiteFilter.INSTANCE)
        .applicationProtocolConfig(alpn)
        .option(OpenSslContextOption.GROUPS, keyExchange.groups());
  }

  private static KeyManagerFactory keys(TlsGeneration generation) {
    KeyManagerFactory keys = new FixedKeyManagerFactory(generation.keyManager());
    return generation.isFixed() ? new OpenSslCachingX509KeyManagerFactory(keys, ALIASES) : keys;
  }

  private X509ExtendedTrustManager trustManager(TlsGeneration generation) {
    X509ExtendedTrustManager inner = tls.trustManager();
    return resumes ? new ResumableTrustManager(inner, generation) : new NativeTrustManager(inner);
  }

  private List<String> protocols(SSLParameters parameters) {
    return keyExchange == KeyExchange.POST_QUANTUM_REQUIRED
        ? List.of("TLSv1.3")
        : List.of(parameters.getProtocols());
  }
}
