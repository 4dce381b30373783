package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.WorkloadApiException;
import io.grpc.Attributes;
import io.grpc.Context;

/** One accepted connection and the process behind it. */
final class Connection {
  static final Attributes.Key<Connection> ATTRIBUTE = Attributes.Key.create("connection");
  private static final Context.Key<Connection> CURRENT = Context.key("connection");

  private final Caller caller;
  private final Runnable disconnect;

  Connection(Caller caller, Runnable disconnect) {
    this.caller = caller;
    this.disconnect = disconnect;
  }

  /** The connection of the call that is being started. */
  static Connection current() {
    return CURRENT.get();
  }

  Context makeCurrent(Context context) {
    return context.withValue(CURRENT, this);
  }

  Caller caller() {
    return caller;
  }

  int pid() {
    return caller.credentials().pid();
  }

  /**
   * Proves that the process still runs; otherwise the connection ends, whoever has inherited it.
   *
   * @throws WorkloadApiException if the process has ended
   */
  void requireAlive() {
    if (!caller.isAlive()) {
      close();
      throw new WorkloadApiException(
          WorkloadApiException.Reason.CALLER_GONE, "the calling process has ended");
    }
  }

  void close() {
    disconnect.run();
  }
}
