package dev.spiffe4j.tls;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSession;

/** A server and a client of one TLS stack, which can be connected again and again. */
public interface Peers extends AutoCloseable {
  /** A new connection. */
  Wire connect() throws Exception;

  @Override
  void close();

  /** Whom both sides of a connection have seen. */
  record Seen(BigInteger client, BigInteger server) {}

  /** A new connection, which ends when both have seen each other. */
  default Seen meet() throws Exception {
    try (Wire wire = connect()) {
      return new Seen(wire.clientAsSeen(), wire.serverAsSeen());
    }
  }

  static BigInteger serialOfPeer(SSLSession session) throws Exception {
    return ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
  }
}
