package dev.spiffe4j.workloadapi.server;

import io.grpc.Attributes;
import io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.InternalProtocolNegotiationEvent;
import io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.ProtocolNegotiationEvent;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.util.AsciiString;
import java.util.Optional;

/**
 * Asks who has connected before HTTP/2 begins, so that there is no call without a known caller. A
 * connection that is refused is closed before a byte of it was read.
 */
final class PeerNegotiator implements InternalProtocolNegotiator.ProtocolNegotiator {
  private final PeerAdmission admission;

  PeerNegotiator(PeerAdmission admission) {
    this.admission = admission;
  }

  @Override
  public AsciiString scheme() {
    return AsciiString.of("http");
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler grpc) {
    ChannelHandler next = InternalProtocolNegotiators.grpcNegotiationHandler(grpc);
    return InternalProtocolNegotiators.waitUntilActiveHandler(
        new PeerHandler(next), grpc.getNegotiationLogger());
  }

  @Override
  public void close() {}

  private final class PeerHandler extends ChannelInboundHandlerAdapter {
    private final ChannelHandler next;

    PeerHandler(ChannelHandler next) {
      this.next = next;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
      if (!(event instanceof ProtocolNegotiationEvent negotiation)) {
        super.userEventTriggered(context, event);
        return;
      }
      Optional<Connection> connection =
          admission.admit((EpollDomainSocketChannel) context.channel());
      if (connection.isEmpty()) {
        PeerAdmission.close(context.channel());
        return;
      }
      Attributes attributes =
          InternalProtocolNegotiationEvent.getAttributes(negotiation).toBuilder()
              .set(Connection.ATTRIBUTE, connection.get())
              .build();
      context.pipeline().replace(context.name(), null, next);
      context.fireUserEventTriggered(
          InternalProtocolNegotiationEvent.withAttributes(negotiation, attributes));
    }
  }
}
