package dev.spiffe4j.examples.postgresql;

import dev.spiffe4j.tls.SpiffeSocketFactory;
import java.io.IOException;
import java.math.BigInteger;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import org.postgresql.ssl.WrappedFactory;

/** The factory of ours, and a look at what the server has shown to it; the driver makes it. */
public final class ObservedFactory extends WrappedFactory {
  private static volatile SSLSocket last;

  public ObservedFactory() {
    factory = new SpiffeSocketFactory();
  }

  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    last = (SSLSocket) super.createSocket(socket, host, port, autoClose);
    return last;
  }

  static BigInteger serverSerial() throws SSLPeerUnverifiedException {
    return ((X509Certificate) last.getSession().getPeerCertificates()[0]).getSerialNumber();
  }
}
