package dev.spiffe4j.tls.grpc;

import dev.spiffe4j.tls.netty.SpiffeSslContext;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AsciiString;

/** gRPC's own negotiation of TLS, with a look at the handler that it makes around our engine. */
record ReviewedNegotiator(
    SpiffeSslContext context, InternalProtocolNegotiator.ProtocolNegotiator inner)
    implements InternalProtocolNegotiator.ProtocolNegotiator {

  @Override
  public AsciiString scheme() {
    return inner.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
    return new Watch(context, inner.newHandler(grpc));
  }

  @Override
  public void close() {
    inner.close();
  }

  /** Sits behind gRPC's handlers until there is one of TLS, and then is gone. */
  private static final class Watch extends ChannelInboundHandlerAdapter {
    private final SpiffeSslContext context;
    private final ChannelHandler negotiation;

    private Watch(SpiffeSslContext context, ChannelHandler negotiation) {
      this.context = context;
      this.negotiation = negotiation;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      ctx.pipeline().addBefore(ctx.name(), null, negotiation);
    }

    /** Every read ends with this, and none of TLS comes before its handler is there. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
      SslHandler tls = ctx.pipeline().get(SslHandler.class);
      if (tls != null) {
        context.review(tls);
        ctx.fireChannelReadComplete();
        ctx.pipeline().remove(this);
        return;
      }
      ctx.fireChannelReadComplete();
    }
  }
}
