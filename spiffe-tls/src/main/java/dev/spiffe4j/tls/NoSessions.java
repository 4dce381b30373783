package dev.spiffe4j.tls;

import java.util.Collections;
import java.util.Enumeration;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;
import org.jspecify.annotations.Nullable;

/**
 * A session context that is always empty: the real ones end with their generation. What frameworks
 * set on it has no effect.
 */
final class NoSessions implements SSLSessionContext {
  private volatile int timeout;
  private volatile int cacheSize;

  @Override
  public @Nullable SSLSession getSession(byte[] sessionId) {
    return null;
  }

  @Override
  public Enumeration<byte[]> getIds() {
    return Collections.emptyEnumeration();
  }

  @Override
  public void setSessionTimeout(int seconds) {
    timeout = requireNotNegative(seconds);
  }

  @Override
  public int getSessionTimeout() {
    return timeout;
  }

  @Override
  public void setSessionCacheSize(int size) {
    cacheSize = requireNotNegative(size);
  }

  @Override
  public int getSessionCacheSize() {
    return cacheSize;
  }

  private static int requireNotNegative(int value) {
    if (value < 0) {
      throw new IllegalArgumentException(value + " (expected: >= 0)");
    }
    return value;
  }
}
