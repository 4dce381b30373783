package dev.spiffe4j.tls;

import dev.spiffe4j.tls.grpc.GrpcPeers;
import dev.spiffe4j.tls.netty.NettyPeers;
import dev.spiffe4j.tls.netty.TlsEngine;
import java.io.IOException;

/** A TLS stack whose connections can be seen to be closed. */
enum LiveStack {
  SOCKET,
  SOCKET_CONNECTED_LATE,
  NETTY_JDK,
  NETTY_NATIVE,
  GRPC_JDK,
  GRPC_NATIVE;

  Peers peers(SpiffeTls client, SpiffeTls server) throws IOException {
    return switch (this) {
      case SOCKET -> new SocketPeers(client, server, false);
      case SOCKET_CONNECTED_LATE -> new SocketPeers(client, server, true);
      case NETTY_JDK -> new NettyPeers(client, server, TlsEngine.JDK);
      case NETTY_NATIVE -> new NettyPeers(client, server, TlsEngine.NATIVE);
      case GRPC_JDK -> new GrpcPeers(client, server, TlsEngine.JDK);
      case GRPC_NATIVE -> new GrpcPeers(client, server, TlsEngine.NATIVE);
    };
  }
}
