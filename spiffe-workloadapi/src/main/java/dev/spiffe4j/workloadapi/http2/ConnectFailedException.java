package dev.spiffe4j.workloadapi.http2;

import java.io.IOException;

/** There was no connection; the cause is what connect(2) said. */
public final class ConnectFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  ConnectFailedException(IOException cause) {
    super(cause.getMessage(), cause);
  }
}
