package dev.spiffe4j.tls.netty;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.tls.SpiffeTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateExecutor;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * {@link SpiffeTls} as an {@code SslContext} of Netty. Each new connection takes what the source
 * has at that moment, whichever engine does the TLS. Thread-safe.
 *
 * <p>On the native engine there is one native context for each state of the source. The first
 * connection after a rotation makes it, which takes about a millisecond; no handshake parses keys
 * or validates paths by other code than ours. Its handlers ({@code newHandler}) resume sessions
 * that were made in the same state of the source, and verify the peer again when they do: by the
 * bundles, the authorizer and the clock of now. Native engines of {@code newEngine} never resume,
 * because nobody could be asked; those of the JDK ask by themselves. Native ones are
 * reference-counted, as Netty's own are: an {@code SslHandler} releases the one it was given.
 *
 * <p>Not every key goes with every engine, see {@link TlsEngine}; {@link TlsEngine#AUTO} goes by
 * the machine and not by the key, which the next rotation may change.
 */
@SuppressWarnings("exports") // who calls this reads the modules of Netty anyway
public abstract class SpiffeSslContext extends SslContext implements AutoCloseable {
  private final SpiffeTls tls;
  private final boolean client;
  private final List<String> protocols;

  SpiffeSslContext(Builder builder) {
    this.tls = builder.tls;
    this.client = builder.client;
    this.protocols = builder.protocols;
  }

  /**
   * Begins the context of clients.
   *
   * @param tls whom to present and to trust
   * @return a builder
   */
  public static Builder forClient(SpiffeTls tls) {
    return new Builder(requireNonNull(tls, "tls"), true);
  }

  /**
   * Begins the context of servers.
   *
   * @param tls whom to present and to trust, and whether clients must present an SVID
   * @return a builder
   */
  public static Builder forServer(SpiffeTls tls) {
    return new Builder(requireNonNull(tls, "tls"), false);
  }

  /**
   * What does the TLS.
   *
   * @return {@link TlsEngine#JDK} or {@link TlsEngine#NATIVE}
   */
  public abstract TlsEngine engine();

  /**
   * Ends the context: it makes no more engines. Those that exist go on, and the native memory is
   * freed with the last of them. Without it the last native context is never freed.
   */
  @Override
  public abstract void close();

  @Override
  public final boolean isClient() {
    return client;
  }

  @Override
  @SuppressWarnings("deprecation") // the only way to tell
  public final io.netty.handler.ssl.ApplicationProtocolNegotiator applicationProtocolNegotiator() {
    return () -> protocols;
  }

  /**
   * Has the {@link dev.spiffe4j.tls.ConnectionReviewer} close the channel of a handler, for who
   * makes one around an engine of {@code newEngine}. Handlers of {@code newHandler} have it done.
   *
   * @param handler whose handshake may be over or not
   */
  public final void review(SslHandler handler) {
    Future<Channel> unused = handler.handshakeFuture().addListener(new LiveHandshake(tls, handler));
  }

  /** A handler for one connection; {@code host} is nothing and {@code port} -1 if not known. */
  abstract SslHandler handler(
      ByteBufAllocator allocator,
      @Nullable String host,
      int port,
      boolean startTls,
      Executor delegatedTasks);

  private SslHandler reviewed(SslHandler handler) {
    review(handler);
    return handler;
  }

  @Override
  protected final SslHandler newHandler(ByteBufAllocator allocator, boolean startTls) {
    return newHandler(allocator, startTls, ImmediateExecutor.INSTANCE);
  }

  @Override
  public final SslHandler newHandler(ByteBufAllocator allocator, Executor delegatedTasks) {
    return newHandler(allocator, false, delegatedTasks);
  }

  @Override
  protected final SslHandler newHandler(
      ByteBufAllocator allocator, boolean startTls, Executor delegatedTasks) {
    return reviewed(handler(allocator, null, -1, startTls, delegatedTasks));
  }

  @Override
  protected final SslHandler newHandler(
      ByteBufAllocator allocator, String peerHost, int peerPort, boolean startTls) {
    return newHandler(allocator, peerHost, peerPort, startTls, ImmediateExecutor.INSTANCE);
  }

  @Override
  public final SslHandler newHandler(
      ByteBufAllocator allocator, String peerHost, int peerPort, Executor delegatedTasks) {
    return newHandler(allocator, peerHost, peerPort, false, delegatedTasks);
  }

  @Override
  protected final SslHandler newHandler(
      ByteBufAllocator allocator,
      String peerHost,
      int peerPort,
      boolean startTls,
      Executor delegatedTasks) {
    return reviewed(handler(allocator, peerHost, peerPort, startTls, delegatedTasks));
  }

  static ClientAuth clientAuth(SSLParameters parameters) {
    if (parameters.getNeedClientAuth()) {
      return ClientAuth.REQUIRE;
    }
    return parameters.getWantClientAuth() ? ClientAuth.OPTIONAL : ClientAuth.NONE;
  }

  /** Collects the options of a {@link SpiffeSslContext}. Confined to one thread. */
  public static final class Builder {
    private final SpiffeTls tls;
    private final boolean client;
    private TlsEngine engine = TlsEngine.AUTO;
    private KeyExchange keyExchange = KeyExchange.POST_QUANTUM_PREFERRED;
    private List<String> protocols = List.of();
    private @Nullable List<String> ciphers;

    private Builder(SpiffeTls tls, boolean client) {
      this.tls = tls;
      this.client = client;
    }

    /**
     * What does the TLS; {@link TlsEngine#AUTO} by default.
     *
     * @param engine the engine
     * @return this builder
     */
    public Builder engine(TlsEngine engine) {
      this.engine = requireNonNull(engine, "engine");
      return this;
    }

    /**
     * Whether key exchange resists quantum computers; where the engine can, by default.
     *
     * @param keyExchange the key exchange
     * @return this builder
     */
    public Builder keyExchange(KeyExchange keyExchange) {
      this.keyExchange = requireNonNull(keyExchange, "keyExchange");
      return this;
    }

    /**
     * Which protocols to negotiate by ALPN; none by default.
     *
     * @param protocols such as {@code h2}, best first
     * @return this builder
     */
    public Builder applicationProtocols(String... protocols) {
      this.protocols = List.of(protocols);
      return this;
    }

    /**
     * Which cipher suites to speak, as far as the engine has them; the engine's own choice by
     * default.
     *
     * @param ciphers their names, best first
     * @return this builder
     */
    public Builder ciphers(List<String> ciphers) {
      this.ciphers = List.copyOf(ciphers);
      return this;
    }

    /**
     * Makes the context. Nothing is asked of the source before the first engine.
     *
     * @return the context
     * @throws TlsEngineException if the engine is not there, or has no such key exchange
     */
    public SpiffeSslContext build() {
      return switch (engine.resolve()) {
        case NATIVE -> new NativeSpiffeSslContext(this);
        case JDK, AUTO -> new JdkSpiffeSslContext(this);
      };
    }

    SpiffeTls tls() {
      return tls;
    }

    KeyExchange keyExchange() {
      return keyExchange;
    }

    @Nullable List<String> ciphers() {
      return ciphers;
    }

    ApplicationProtocolConfig alpn() {
      return protocols.isEmpty()
          ? ApplicationProtocolConfig.DISABLED
          : new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              protocols);
    }

    boolean client() {
      return client;
    }
  }
}
