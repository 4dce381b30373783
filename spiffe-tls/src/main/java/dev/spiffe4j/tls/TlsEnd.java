package dev.spiffe4j.tls;

import java.security.cert.Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/** One side of a connection by the JDK's TLS, whether an engine or a socket. */
interface TlsEnd {
  /** The engine or the socket itself. */
  Object self();

  SSLSession session();

  boolean isClient();

  boolean asksClients();

  Transport transport();

  /** What the peer has presented, perhaps in an earlier handshake; none if nothing. */
  default Certificate[] presented() {
    try {
      return session().getPeerCertificates();
    } catch (SSLPeerUnverifiedException e) {
      return new Certificate[0];
    }
  }

  /** An engine. */
  record OfEngine(SSLEngine self) implements TlsEnd {
    @Override
    public SSLSession session() {
      return self.getSession();
    }

    @Override
    public boolean isClient() {
      return self.getUseClientMode();
    }

    @Override
    public boolean asksClients() {
      return self.getNeedClientAuth();
    }

    @Override
    public Transport transport() {
      return Transport.of(self);
    }
  }

  /** A socket. */
  record OfSocket(SSLSocket self, Transport transport) implements TlsEnd {
    @Override
    public SSLSession session() {
      return self.getSession();
    }

    @Override
    public boolean isClient() {
      return self.getUseClientMode();
    }

    @Override
    public boolean asksClients() {
      return self.getNeedClientAuth();
    }
  }
}
