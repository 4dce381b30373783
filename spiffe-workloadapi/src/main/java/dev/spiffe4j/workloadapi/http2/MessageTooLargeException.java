package dev.spiffe4j.workloadapi.http2;

import java.io.IOException;

/** A message is larger than this client takes. */
public final class MessageTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  MessageTooLargeException(long bytes, int maxBytes) {
    super("message of " + bytes + " bytes (expected: <= " + maxBytes + ")");
  }
}
