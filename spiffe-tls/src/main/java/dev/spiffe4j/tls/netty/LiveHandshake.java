package dev.spiffe4j.tls.netty;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.tls.ConnectionReviewer;
import dev.spiffe4j.tls.SpiffeTls;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Has a channel reviewed once its handshake is over. */
record LiveHandshake(SpiffeTls tls, SslHandler handler)
    implements GenericFutureListener<Future<Channel>> {
  private static final String AUTH_TYPE = "UNKNOWN";

  @Override
  public void operationComplete(Future<Channel> handshake) {
    if (handshake.isSuccess()) {
      tls.connectionReviewer().ifPresent(reviewer -> review(reviewer, handshake.getNow()));
    } else {
      tellOfNobody(handshake.cause());
    }
  }

  private void review(ConnectionReviewer reviewer, Channel channel) {
    SSLSession session = handler.engine().getSession();
    if (!hasPeer(session)) {
      return;
    }
    try {
      ConnectionReviewer.Registration registration =
          reviewer.register(session, () -> close(channel));
      ChannelFuture unused = channel.closeFuture().addListener(closed -> registration.close());
    } catch (RuntimeException e) {
      // Trust has ended between the handshake and now, or somebody's authorizer fails.
      close(channel);
    }
  }

  private static void close(Channel channel) {
    ChannelFuture unused = channel.close();
  }

  private static boolean hasPeer(SSLSession session) {
    try {
      return session.getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }

  /**
   * No native engine asks a trust manager about a client that presents nothing; so its trace is
   * told, and the failure gets its cause before anybody sees it. The JDK's has one already.
   */
  private void tellOfNobody(Throwable failure) {
    if (!SpiffeTls.isForLackOfCertificate(failure)
        || failure.getCause() instanceof SvidVerificationException) {
      return;
    }
    try {
      tls.trustManager().checkClientTrusted(new X509Certificate[0], AUTH_TYPE, handler.engine());
    } catch (CertificateException e) {
      explain(failure, e);
    }
  }

  private static void explain(Throwable failure, CertificateException refusal) {
    try {
      failure.initCause(refusal.getCause());
    } catch (IllegalStateException e) {
      // It has a cause of its own.
      failure.addSuppressed(refusal);
    }
  }
}
