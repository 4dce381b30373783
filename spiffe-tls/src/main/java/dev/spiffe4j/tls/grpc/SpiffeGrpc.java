package dev.spiffe4j.tls.grpc;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.tls.ConnectionReviewer;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.netty.SpiffeSslContext;
import dev.spiffe4j.tls.netty.TlsEngine;
import io.grpc.Attributes;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.ServerCredentials;
import io.grpc.netty.InternalNettyChannelCredentials;
import io.grpc.netty.InternalNettyServerCredentials;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.NettySslContextServerCredentials;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolNames;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * {@link SpiffeTls} for grpc-netty. Each new connection takes what the source has at that moment.
 *
 * <p>Needs {@code io.grpc:grpc-netty}, which this module does not bring along.
 */
@SuppressWarnings("exports") // who calls this reads the modules of gRPC and Netty anyway
public final class SpiffeGrpc {
  private SpiffeGrpc() {}

  /**
   * For {@code NettyChannelBuilder.sslContext}, by the JDK's TLS.
   *
   * @param tls whom to present and to trust
   * @return the client's context, with ALPN {@code h2}
   */
  public static SpiffeSslContext clientSslContext(SpiffeTls tls) {
    return clientSslContext(tls, TlsEngine.JDK);
  }

  /**
   * For {@code NettyChannelBuilder.sslContext}. Close it after the channel, if the engine is
   * native.
   *
   * @param tls whom to present and to trust
   * @param engine what does the TLS; {@link SpiffeSslContext#engine} tells what came of {@link
   *     TlsEngine#AUTO}
   * @return the client's context, with ALPN {@code h2}
   */
  public static SpiffeSslContext clientSslContext(SpiffeTls tls, TlsEngine engine) {
    return http2(SpiffeSslContext.forClient(tls), engine);
  }

  /**
   * For {@code NettyServerBuilder.sslContext}, by the JDK's TLS.
   *
   * @param tls whom to present and to trust, and whether clients must present an SVID
   * @return the server's context, with ALPN {@code h2}
   */
  public static SpiffeSslContext serverSslContext(SpiffeTls tls) {
    return serverSslContext(tls, TlsEngine.JDK);
  }

  /**
   * For {@code NettyServerBuilder.sslContext}. Close it after the server, if the engine is native.
   *
   * @param tls whom to present and to trust, and whether clients must present an SVID
   * @param engine what does the TLS; {@link SpiffeSslContext#engine} tells what came of {@link
   *     TlsEngine#AUTO}
   * @return the server's context, with ALPN {@code h2}
   */
  public static SpiffeSslContext serverSslContext(SpiffeTls tls, TlsEngine engine) {
    return http2(SpiffeSslContext.forServer(tls), engine);
  }

  private static SpiffeSslContext http2(SpiffeSslContext.Builder builder, TlsEngine engine) {
    return builder
        .engine(engine)
        .ciphers(Http2SecurityUtil.CIPHERS)
        .applicationProtocols(ApplicationProtocolNames.HTTP_2)
        .build();
  }

  /**
   * Credentials for {@code Grpc.newServerBuilderForPort} or {@code NettyServerBuilder}. Unlike
   * {@code NettyServerBuilder.sslContext}, they let a {@link ConnectionReviewer} close channels.
   *
   * @param context of {@link #serverSslContext}; close it after the server
   * @return the credentials
   */
  public static ServerCredentials serverCredentials(SpiffeSslContext context) {
    InternalProtocolNegotiator.ServerFactory inner =
        InternalNettyServerCredentials.toNegotiator(
            NettySslContextServerCredentials.create(context));
    return InternalNettyServerCredentials.create(
        (InternalProtocolNegotiator.ServerFactory)
            executors -> new ReviewedNegotiator(context, inner.newNegotiator(executors)));
  }

  /**
   * Credentials for {@code Grpc.newChannelBuilder} or {@code NettyChannelBuilder}. Unlike {@code
   * NettyChannelBuilder.sslContext}, they let a {@link ConnectionReviewer} close channels.
   *
   * @param context of {@link #clientSslContext}; close it after the channel
   * @return the credentials
   */
  public static ChannelCredentials channelCredentials(SpiffeSslContext context) {
    InternalProtocolNegotiator.ClientFactory inner =
        InternalNettyChannelCredentials.toNegotiator(
            NettySslContextChannelCredentials.create(context));
    return InternalNettyChannelCredentials.create(
        new InternalProtocolNegotiator.ClientFactory() {
          @Override
          public InternalProtocolNegotiator.ProtocolNegotiator newNegotiator() {
            return new ReviewedNegotiator(context, inner.newNegotiator());
          }

          @Override
          public int getDefaultPort() {
            return inner.getDefaultPort();
          }
        });
  }

  /**
   * Who is on the other side of a call: verifies again, by the bundles, the authorizer and the
   * clock of now.
   *
   * @param tls by whose rules
   * @param attributes of the call, {@code ServerCall.getAttributes()} or {@code
   *     ClientCall.getAttributes()}
   * @return the peer; nothing if it presented no SVID, or the connection is not TLS
   * @throws SvidVerificationException if it presented one that proves no identity now, or not one
   *     that may go on
   */
  public static Optional<VerifiedPeer> peer(SpiffeTls tls, Attributes attributes) {
    SSLSession session = attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    return session == null || !hasPeer(session) ? Optional.empty() : Optional.of(tls.peer(session));
  }

  private static boolean hasPeer(SSLSession session) {
    try {
      return session.getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }
}
