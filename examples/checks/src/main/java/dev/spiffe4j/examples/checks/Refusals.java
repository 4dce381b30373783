package dev.spiffe4j.examples.checks;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.tls.TlsTrace;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Why peers were refused: as a framework's exception tells it, or as the TLS itself does. */
public final class Refusals implements TlsTrace {
  private final BlockingQueue<RuntimeException> refused = new LinkedBlockingQueue<>();

  @Override
  public void refused(RuntimeException cause) {
    refused.add(cause);
  }

  /** The reason of the next refusal, which may be yet to come. */
  public Enum<?> next() throws InterruptedException {
    RuntimeException cause = refused.poll(2, TimeUnit.MINUTES);
    if (cause == null) {
      throw new AssertionError("nobody was refused");
    }
    return reasonIn(cause);
  }

  /** Forgets what was. */
  public void clear() {
    refused.clear();
  }

  /** The reason of the first exception of ours among the causes. */
  public static Enum<?> reasonIn(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SpiffeException ours) {
        return ours.reason();
      }
    }
    throw new AssertionError("no SpiffeException among the causes", failure);
  }
}
