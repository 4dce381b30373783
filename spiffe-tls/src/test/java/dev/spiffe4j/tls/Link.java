package dev.spiffe4j.tls;

import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A client and a server that can be connected again and again. */
interface Link extends AutoCloseable {
  /** What carries the records. */
  enum Transport {
    ENGINE,
    SOCKET
  }

  /** Makes clients set what HTTP and gRPC clients set. */
  Link identifyingEndpoints();

  /** Makes clients switch it off. */
  Link notIdentifyingEndpoints();

  /** One connection, with one byte in each direction, and closed. */
  Outcome connect();

  @Override
  void close();

  static Link of(Transport transport, String protocol, SSLContext client, SSLContext server) {
    return of(transport, protocol, client, server, parameters -> {});
  }

  static Link of(
      Transport transport,
      String protocol,
      SSLContext client,
      SSLContext server,
      Consumer<SSLParameters> serverParameters) {
    return switch (transport) {
      case ENGINE -> new EngineLink(protocol, client, server, serverParameters);
      case SOCKET -> new SocketLink(protocol, client, server, serverParameters);
    };
  }
}
