package dev.spiffe4j.testing;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;

/** A source that gives the same context until a test sets another one. Thread-safe. */
public final class MutableX509Source implements X509ContextSource {
  private volatile X509Context context;

  private MutableX509Source(X509Context context) {
    this.context = requireNonNull(context, "context");
  }

  /**
   * Makes a source.
   *
   * @param context what it gives at first
   * @return the source
   */
  public static MutableX509Source of(X509Context context) {
    return new MutableX509Source(context);
  }

  @Override
  public X509Context x509Context() {
    return context;
  }

  /**
   * Changes the context.
   *
   * @param context what it gives from now on
   */
  public void set(X509Context context) {
    this.context = requireNonNull(context, "context");
  }
}
