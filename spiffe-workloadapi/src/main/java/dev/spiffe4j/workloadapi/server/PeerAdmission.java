package dev.spiffe4j.workloadapi.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets in those connections whose process the kernel names and the tracker can hold, and ends them
 * when that process ends. Runs on the event loop of the connection.
 */
final class PeerAdmission {
  private static final Logger LOGGER = System.getLogger(PeerAdmission.class.getName());

  /** {@code SOL_SOCKET}, {@code SO_PEERPIDFD}; each read is a new descriptor (Linux 6.5). */
  private static final IntegerUnixChannelOption PEER_PIDFD =
      new IntegerUnixChannelOption("SO_PEERPIDFD", 1, 77);

  private static final int NO_PIDFD = -1;

  private final CallerTracker tracker;
  private final ConnectionLimits limits;
  private final ScheduledExecutorService scheduler;
  private final Duration livenessInterval;
  private final boolean usePidfd;

  PeerAdmission(
      CallerTracker tracker,
      ConnectionLimits limits,
      ScheduledExecutorService scheduler,
      Duration livenessInterval,
      boolean usePidfd) {
    this.tracker = tracker;
    this.limits = limits;
    this.scheduler = scheduler;
    this.livenessInterval = livenessInterval;
    this.usePidfd = usePidfd;
  }

  /** The connection, or nothing if it is to be closed. */
  Optional<Connection> admit(EpollDomainSocketChannel channel) {
    int pid;
    io.netty.channel.unix.PeerCredentials kernel;
    try {
      kernel = channel.peerCredentials();
      pid = kernel.pid();
    } catch (IOException e) {
      return refuse("the kernel does not say who has connected", e);
    }
    // A PID of 0 is a process that our PID namespace does not see.
    if (pid <= 0) {
      return refuse("a process of a foreign PID namespace has connected", null);
    }
    if (!limits.tryAdd(pid)) {
      return refuse("too many connections, the last of process " + pid, null);
    }
    channel.closeFuture().addListener(closed -> limits.remove(pid));
    return hold(channel, kernel);
  }

  private Optional<Connection> hold(
      EpollDomainSocketChannel channel, io.netty.channel.unix.PeerCredentials kernel) {
    int pidfd = usePidfd ? openPidfd(channel) : NO_PIDFD;
    int gid = kernel.gids().length == 0 ? -1 : kernel.gids()[0];
    PeerCredentials peer = new PeerCredentials(kernel.pid(), kernel.uid(), gid, pidfd);
    Caller caller;
    try {
      caller = tracker.track(peer);
    } catch (RuntimeException e) {
      closePidfd(pidfd);
      return refuse("process " + peer.pid() + " cannot be held", e);
    }
    // Listeners run in order: the caller lets go before the descriptor's number is free again.
    channel.closeFuture().addListener(closed -> caller.close());
    watch(channel, caller, pidfd);
    return Optional.of(new Connection(caller, () -> close(channel)));
  }

  private void watch(Channel channel, Caller caller, int pidfd) {
    if (pidfd != NO_PIDFD) {
      ProcessExit.watch(channel, new FileDescriptor(pidfd));
      return;
    }
    long period = livenessInterval.toNanos();
    Future<?> checks =
        scheduler.scheduleWithFixedDelay(
            () -> closeIfGone(channel, caller), period, period, TimeUnit.NANOSECONDS);
    channel.closeFuture().addListener(closed -> cancel(checks));
  }

  private static void closeIfGone(Channel channel, Caller caller) {
    if (!caller.isAlive()) {
      close(channel);
    }
  }

  /**
   * Closes a connection here and now. From the far end of the pipeline, gRPC would wait for its
   * streams to end, which those of a process that has ended never do.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // nobody could answer to a failure
  static void close(Channel channel) {
    ChannelHandlerContext first = channel.pipeline().firstContext();
    ChannelOutboundInvoker nearest = first == null ? channel : first;
    nearest.close();
  }

  private static void cancel(Future<?> checks) {
    checks.cancel(false);
  }

  private static int openPidfd(EpollDomainSocketChannel channel) {
    try {
      Integer pidfd = channel.config().getOption(PEER_PIDFD);
      return pidfd == null || pidfd < 0 ? NO_PIDFD : pidfd;
    } catch (ChannelException e) {
      // An older kernel, or one that gives none of a process that has ended: the tracker decides.
      return NO_PIDFD;
    }
  }

  private static void closePidfd(int pidfd) {
    if (pidfd == NO_PIDFD) {
      return;
    }
    try {
      new FileDescriptor(pidfd).close();
    } catch (IOException e) {
      throw new AssertionError("close(2) of a pidfd does not fail", e);
    }
  }

  private static Optional<Connection> refuse(String why, @Nullable Exception cause) {
    LOGGER.log(Level.DEBUG, "Workload API connection refused: " + why, cause);
    return Optional.empty();
  }
}
