package dev.spiffe4j.workloadapi;

import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.ThreadFactory;

/** The sockets of a client: those of the JDK, which are everywhere, or native ones. */
interface ClientSockets {
  /** An event loop of one thread. */
  EventLoopGroup newLoop(ThreadFactory threads);

  /** A channel to an address, on a loop that {@link #newLoop} has made. */
  NettyChannelBuilder channelTo(WorkloadApiAddress address);

  /** Whether one of the causes of a failure was told by connect(2). */
  boolean isOfConnecting(Throwable cause);

  /** Whether one of the causes of a failure is that nobody listens. */
  boolean isRefusal(Throwable cause);

  /** The native ones where they can be had, else the JDK's. */
  static ClientSockets best() {
    return isEpollThere() ? new EpollSockets() : new NioSockets();
  }

  private static boolean isEpollThere() {
    try {
      return EpollSockets.isAvailable();
    } catch (LinkageError e) {
      // The native half was excluded, or belongs to another version of the user's own Netty.
      return false;
    }
  }
}
