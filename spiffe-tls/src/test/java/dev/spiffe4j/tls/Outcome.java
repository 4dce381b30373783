package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** How one handshake, and one byte in each direction after it, ended on both sides. */
public record Outcome(Side client, Side server) {

  /** One side: the session, or what was thrown. */
  public record Side(@Nullable SSLSession session, @Nullable Throwable failure) {
    public static Side of(SSLSession session) {
      return new Side(session, null);
    }

    public static Side failed(Throwable failure) {
      return new Side(null, failure);
    }

    public SSLSession established() {
      assertThat(failure).isNull();
      return Optional.ofNullable(session).orElseThrow();
    }

    /** The reason of the first exception of ours among the causes. */
    public Enum<?> reason() {
      assertThat(failure).isInstanceOf(SSLException.class);
      return reasonOf(failure);
    }
  }

  public static Enum<?> reasonOf(@Nullable Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SpiffeException ours) {
        return ours.reason();
      }
    }
    throw new AssertionError("no SpiffeException among the causes", failure);
  }

  public void assertEstablished() {
    client.established();
    server.established();
  }

  /** Neither side got the other's byte. */
  public void assertRefused() {
    assertThat(client.failure()).as("client's failure").isNotNull();
    assertThat(server.failure()).as("server's failure").isNotNull();
  }
}
