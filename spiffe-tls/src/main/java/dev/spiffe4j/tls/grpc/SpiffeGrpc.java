package dev.spiffe4j.tls.grpc;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.tls.SpiffeTls;
import io.grpc.Attributes;
import io.grpc.Grpc;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.Optional;
import javax.net.ssl.SSLParameters;
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
   * For {@code NettyChannelBuilder.sslContext}.
   *
   * @param tls whom to present and to trust
   * @return the client's context, with ALPN {@code h2}
   */
  public static SslContext clientSslContext(SpiffeTls tls) {
    return sslContext(tls, true);
  }

  /**
   * For {@code NettyServerBuilder.sslContext}.
   *
   * @param tls whom to present and to trust, and whether clients must present an SVID
   * @return the server's context, with ALPN {@code h2}
   */
  public static SslContext serverSslContext(SpiffeTls tls) {
    return sslContext(tls, false);
  }

  private static SslContext sslContext(SpiffeTls tls, boolean client) {
    SSLParameters parameters = tls.sslContext().getDefaultSSLParameters();
    return new JdkSslContext(
        tls.sslContext(),
        client,
        Http2SecurityUtil.CIPHERS,
        SupportedCipherSuiteFilter.INSTANCE,
        new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2),
        parameters.getNeedClientAuth() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL,
        parameters.getProtocols(),
        false);
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
