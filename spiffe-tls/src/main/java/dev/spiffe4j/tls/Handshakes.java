package dev.spiffe4j.tls;

import java.net.Socket;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;

/**
 * What a trust manager and those who make connections tell each other: it only ever sees the engine
 * or the socket of the JDK. Keeps none of them from being collected. Thread-safe.
 */
final class Handshakes {
  private final Map<SSLSocket, Socket> beneath = Collections.synchronizedMap(new WeakHashMap<>());

  /** Engines and sockets. */
  private final Set<Object> verified =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /** The connection will run over a socket that can be closed without asking the peer. */
  void over(SSLSocket socket, Socket plain) {
    beneath.put(socket, plain);
  }

  Transport transport(SSLSocket socket) {
    return Transport.of(socket, beneath.get(socket));
  }

  /** The trust manager was asked, and has let the peer in. */
  void letIn(SSLEngine engine) {
    verified.add(engine);
  }

  void letIn(SSLSocket socket) {
    verified.add(socket);
  }

  /** Whether it was asked since the last time. */
  boolean takeLetIn(Object connection) {
    return verified.remove(connection);
  }
}
