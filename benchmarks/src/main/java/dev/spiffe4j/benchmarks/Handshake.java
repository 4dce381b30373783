package dev.spiffe4j.benchmarks;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** A full handshake of two engines over memory, both in one thread. Not thread-safe. */
final class Handshake {
  private static final int SIZE = 64 * 1024;

  private final ByteBuffer toServer;
  private final ByteBuffer toClient;
  private final ByteBuffer application;
  private final ByteBuffer nothing;

  /**
   * Makes the memory.
   *
   * @param outside of the heap, which native engines want
   */
  Handshake(boolean outside) {
    toServer = allocate(outside, SIZE);
    toClient = allocate(outside, SIZE);
    application = allocate(outside, SIZE);
    nothing = allocate(outside, 0);
  }

  private static ByteBuffer allocate(boolean outside, int size) {
    return outside ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }

  /** Shakes hands, and returns the server's engine once both have seen the other's certificate. */
  SSLEngine run(SSLContext clientContext, SSLContext serverContext) throws SSLException {
    // Without host and port no session is looked up, and none resumed.
    SSLEngine client = clientContext.createSSLEngine();
    SSLEngine server = serverContext.createSSLEngine();
    client.setUseClientMode(true);
    server.setUseClientMode(false);
    server.setNeedClientAuth(true);
    return run(client, server);
  }

  /** A handshake that resumes a session of {@code made}, and leaves a ticket for the next one. */
  SSLEngine resume(SSLContext clientContext, SSLContext serverContext, SSLSession made)
      throws SSLException {
    SSLEngine server = first(clientContext, serverContext);
    if (server.getSession().getCreationTime() != made.getCreationTime()) {
      throw new SSLException("not resumed");
    }
    return server;
  }

  /** A handshake that resumes if it can, and leaves a ticket for the next one. */
  SSLEngine first(SSLContext clientContext, SSLContext serverContext) throws SSLException {
    SSLEngine client = clientContext.createSSLEngine("localhost", 8443);
    SSLEngine server = serverContext.createSSLEngine();
    client.setUseClientMode(true);
    server.setUseClientMode(false);
    server.setNeedClientAuth(true);
    run(client, server);
    // The ticket is the last thing that a server says.
    step(client, toClient, toServer);
    return server;
  }

  /** The same with engines that know which side they are. */
  SSLEngine run(SSLEngine client, SSLEngine server) throws SSLException {
    toServer.clear();
    toClient.clear();
    for (int i = 0; i < 100 && !(isDone(client) && isDone(server)); i++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
    }
    boolean mutual =
        client.getSession().getPeerCertificates().length == 2
            && server.getSession().getPeerCertificates().length == 2;
    if (!mutual || !server.getSession().getProtocol().equals("TLSv1.3")) {
      throw new SSLException("not a mutual handshake of TLS 1.3");
    }
    return server;
  }

  private static boolean isDone(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
        && engine.getSession().getCipherSuite().startsWith("TLS");
  }

  private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    in.flip();
    while (in.hasRemaining()) {
      application.clear();
      int before = in.remaining();
      engine.unwrap(in, application);
      tasks(engine);
      if (in.remaining() == before && engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
        break;
      }
    }
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
      // A native engine goes on after its tasks only when it is called again.
      application.clear();
      engine.unwrap(in, application);
      tasks(engine);
    }
    in.compact();
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP
        || (engine.getUseClientMode()
            && out.position() == 0
            && !isDone(engine)
            && !started(engine))) {
      engine.wrap(nothing, out);
      tasks(engine);
    }
  }

  private static boolean started(SSLEngine engine) {
    return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING;
  }

  private static void tasks(SSLEngine engine) {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }
}
