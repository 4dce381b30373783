package dev.spiffe4j.tls.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * By BoringSSL or OpenSSL, with two lines of contexts: one that resumes and one that never does.
 */
final class NativeSpiffeSslContext extends SpiffeSslContext {
  private final NativeContexts forHandlers;
  private final NativeContexts forEngines;
  private final SSLSessionContext noSessions;

  NativeSpiffeSslContext(Builder builder) {
    super(builder);
    this.forHandlers = new NativeContexts(NativeSettings.of(builder, true));
    this.forEngines = new NativeContexts(NativeSettings.of(builder, false));
    this.noSessions = builder.tls().sslContext().getServerSessionContext();
  }

  NativeContexts forHandlers() {
    return forHandlers;
  }

  NativeContexts forEngines() {
    return forEngines;
  }

  @Override
  public TlsEngine engine() {
    return TlsEngine.NATIVE;
  }

  @Override
  public void close() {
    forHandlers.close();
    forEngines.close();
  }

  @Override
  public List<String> cipherSuites() {
    return forEngines.with(ReferenceCountedOpenSslContext::cipherSuites);
  }

  /** Returns one that is always empty: there is none that lasts. */
  @Override
  public SSLSessionContext sessionContext() {
    return noSessions;
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator) {
    return neverResuming(context -> context.newEngine(allocator));
  }

  @Override
  public SSLEngine newEngine(ByteBufAllocator allocator, String peerHost, int peerPort) {
    return neverResuming(context -> context.newEngine(allocator, peerHost, peerPort));
  }

  /** TLS 1.3 tickets can be switched off for an engine, and not for a context. */
  private SSLEngine neverResuming(Function<ReferenceCountedOpenSslContext, SSLEngine> make) {
    SSLEngine engine = forEngines.with(make);
    SSL.setOptions(((ReferenceCountedOpenSslEngine) engine).sslPointer(), SSL.SSL_OP_NO_TICKET);
    return engine;
  }

  @Override
  SslHandler handler(
      ByteBufAllocator allocator,
      @Nullable String host,
      int port,
      boolean startTls,
      Executor delegatedTasks) {
    if (startTls) {
      SSLEngine engine = host == null ? newEngine(allocator) : newEngine(allocator, host, port);
      return new SslHandler(engine, true, delegatedTasks);
    }
    return forHandlers.with(
        context ->
            host == null
                ? context.newHandler(allocator, delegatedTasks)
                : context.newHandler(allocator, host, port, delegatedTasks));
  }
}
