package dev.spiffe4j.examples.postgresql;

import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509ContextSource;
import dev.spiffe4j.testing.MutableX509Source;
import java.util.List;

/** What the system property {@code spiffe4j.tls.source} names. */
public final class ClientSource {
  static final MutableX509Source SOURCE =
      MutableX509Source.of(X509Context.of(List.of(), List.of()));

  private ClientSource() {}

  public static X509ContextSource connect() {
    return SOURCE;
  }
}
