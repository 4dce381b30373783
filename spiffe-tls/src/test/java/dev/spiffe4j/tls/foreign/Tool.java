package dev.spiffe4j.tls.foreign;

import java.io.IOException;
import java.util.Optional;

/** A program that is not ours and speaks mutual TLS 1.3 with the files of an SVID. */
interface Tool {
  boolean isThere();

  /** A server, whose page says the serial number of the client's certificate. */
  interface Serving extends AutoCloseable {
    int port();

    /** What it has printed and logged until now. */
    String output() throws IOException;

    @Override
    void close();
  }

  Serving serve(PemFiles files) throws IOException;

  /** Makes a server take the files as they are now. */
  default Serving reload(Serving serving, PemFiles files) throws Exception {
    serving.close();
    return serve(files);
  }

  /** Whether a client had its answer, and what it has said and written down. */
  record Called(boolean isAnswered, String output) {}

  Called call(PemFiles files, int port) throws Exception;

  /** Whether it takes no server without the name {@code localhost}, which SVIDs seldom have. */
  boolean wantsHostName();

  /** What its client can tell of the server's certificate. */
  default boolean tellsServer() {
    return true;
  }

  /** The alert for a client of ours that it does not trust; none if that is HTTP's error 400. */
  Optional<String> alertToClient();

  /** The alert for a server of ours that it does not trust; none if there is none to be read. */
  Optional<String> alertToServer();

  /** What it writes down when a server of ours refuses it. */
  String refusedAsClient();

  /** What it writes down when a client of ours refuses it. */
  String refusedAsServer();
}
