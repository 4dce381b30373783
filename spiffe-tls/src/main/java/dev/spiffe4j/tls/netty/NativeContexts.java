package dev.spiffe4j.tls.netty;

import dev.spiffe4j.tls.TlsGeneration;
import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.util.IllegalReferenceCountException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One native context for each generation, made when the first engine of it is.
 *
 * <p>A context has its own ticket keys and session caches, so that no session outlives its
 * generation. It is freed when neither this object nor an engine uses it any more. Thread-safe.
 */
final class NativeContexts implements AutoCloseable {
  private final NativeSettings settings;

  private final Object lock = new Object();
  private volatile @Nullable Current current;
  private boolean closed;

  private record Current(TlsGeneration generation, ReferenceCountedOpenSslContext context) {
    /** False if the context has been freed in the meantime. */
    boolean retain() {
      try {
        context.retain();
        return true;
      } catch (IllegalReferenceCountException e) {
        return false;
      }
    }
  }

  NativeContexts(NativeSettings settings) {
    this.settings = settings;
  }

  /** Uses the context of now, which lives on as long as what was made of it. */
  <T> T with(Function<ReferenceCountedOpenSslContext, T> use) {
    ReferenceCountedOpenSslContext context = acquire();
    try {
      return use.apply(context);
    } finally {
      context.release();
    }
  }

  /** The context of now, for the caller to release. */
  ReferenceCountedOpenSslContext acquire() {
    Current known = current;
    if (known != null && known.generation == settings.tls().generation() && known.retain()) {
      return known.context;
    }
    synchronized (lock) {
      return acquireLocked();
    }
  }

  private ReferenceCountedOpenSslContext acquireLocked() {
    if (closed) {
      throw new IllegalStateException("the SpiffeSslContext is closed");
    }
    TlsGeneration generation = settings.tls().generation();
    Current known = current;
    if (known == null || known.generation != generation) {
      known = new Current(generation, settings.context(generation));
      replace(known);
    }
    known.context.retain();
    return known.context;
  }

  private void replace(@Nullable Current next) {
    Current old = current;
    current = next;
    if (old != null) {
      old.context.release();
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      replace(null);
    }
  }
}
