package dev.spiffe4j.tls.netty;

import dev.spiffe4j.tls.SpiffeTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/** By the JDK: each engine has an {@code SSLContext} of its own. */
final class JdkSpiffeSslContext extends SpiffeSslContext {
  private final JdkSslContext context;

  JdkSpiffeSslContext(Builder builder) {
    super(builder);
    if (builder.keyExchange() == KeyExchange.POST_QUANTUM_REQUIRED) {
      throw new TlsEngineException(
          TlsEngineException.Reason.NO_POST_QUANTUM,
          "the JDK's TLS has no X25519MLKEM768 (expected: TlsEngine.NATIVE)");
    }
    SpiffeTls tls = builder.tls();
    SSLParameters parameters = tls.sslContext().getDefaultSSLParameters();
    this.context =
        new JdkSslContext(
            tls.sslContext(),
            builder.client(),
            builder.ciphers(),
            SupportedCipherSuiteFilter.INSTANCE,
            builder.alpn(),
            clientAuth(parameters),
            parameters.getProtocols(),
            false);
  }

  @Override
  public TlsEngine engine() {
    return TlsEngine.JDK;
  }

  @Override
  public void close() {}

  @Override
  public List<String> cipherSuites() {
    return context.cipherSuites();
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return context.newEngine(allocator);
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return context.newEngine(allocator, peerHost, peerPort);
  }

  @Override
  SslHandler handler(
      ByteBufAllocator allocator,
      @Nullable String host,
      int port,
      boolean startTls,
      Executor delegatedTasks) {
    SSLEngine engine = host == null ? newEngine(allocator) : newEngine(allocator, host, port);
    return new SslHandler(engine, startTls, delegatedTasks);
  }

  @Override
  public SSLSessionContext sessionContext() {
    return context.sessionContext();
  }
}
