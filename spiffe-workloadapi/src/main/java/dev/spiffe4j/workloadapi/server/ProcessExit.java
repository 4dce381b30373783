package dev.spiffe4j.workloadapi.server;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A process descriptor in the epoll loop of a connection: it becomes readable when the process
 * exits, and that ends the connection. Owns the descriptor. Confined to the event loop.
 */
final class ProcessExit implements EpollIoHandle {
  private final Channel channel;
  private final FileDescriptor pidfd;
  private @Nullable IoRegistration registration;

  private ProcessExit(Channel channel, FileDescriptor pidfd) {
    this.channel = channel;
    this.pidfd = pidfd;
  }

  /** Watches until the channel closes. */
  static void watch(Channel channel, FileDescriptor pidfd) {
    ProcessExit exit = new ProcessExit(channel, pidfd);
    // The listeners of one channel run in order: what uses the descriptor was told before.
    channel.closeFuture().addListener(closed -> exit.unwatch());
    ((IoEventLoop) channel.eventLoop()).register(exit).addListener(exit::onRegistered);
  }

  private void onRegistered(Future<? super IoRegistration> registering) {
    if (!registering.isSuccess() || !channel.isOpen()) {
      cancel((IoRegistration) registering.getNow());
      PeerAdmission.close(channel);
      return;
    }
    registration = (IoRegistration) registering.getNow();
    registration.submit(EpollIoOps.EPOLLIN);
  }

  @Override
  public void handle(IoRegistration self, IoEvent event) {
    PeerAdmission.close(channel);
  }

  private void unwatch() {
    cancel(registration);
  }

  private void cancel(@Nullable IoRegistration registered) {
    if (registered == null || !registered.cancel()) {
      close();
    }
  }

  @Override
  public FileDescriptor fd() {
    return pidfd;
  }

  /** Closed only here and after epoll let go: a descriptor's number is reused at once. */
  @Override
  public void unregistered() {
    close();
  }

  @Override
  public void close() {
    try {
      pidfd.close();
    } catch (IOException e) {
      throw new AssertionError("close(2) of a pidfd does not fail", e);
    }
  }
}
