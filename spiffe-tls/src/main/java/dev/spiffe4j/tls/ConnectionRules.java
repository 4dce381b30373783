package dev.spiffe4j.tls;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** What every connection begins with: the TLS versions, and what a server wants of clients. */
record ConnectionRules(TlsVersion minimumVersion, ClientCertificate clientCertificate) {

  SSLEngine applyTo(SSLEngine engine) {
    engine.setEnabledProtocols(minimumVersion.orLater());
    switch (clientCertificate) {
      case REQUIRED -> engine.setNeedClientAuth(true);
      case OPTIONAL -> engine.setWantClientAuth(true);
    }
    return engine;
  }

  SSLSocket applyTo(SSLSocket socket) {
    socket.setEnabledProtocols(minimumVersion.orLater());
    switch (clientCertificate) {
      case REQUIRED -> socket.setNeedClientAuth(true);
      case OPTIONAL -> socket.setWantClientAuth(true);
    }
    return socket;
  }

  SSLParameters applyTo(SSLParameters parameters) {
    parameters.setProtocols(minimumVersion.orLater());
    switch (clientCertificate) {
      case REQUIRED -> parameters.setNeedClientAuth(true);
      case OPTIONAL -> parameters.setWantClientAuth(true);
    }
    return parameters;
  }

  /**
   * Refuses a server's handshake that would let a client in without a certificate. Frameworks and
   * other code can reset what {@link #applyTo} set, and JSSE would not say a word.
   */
  void requireClientsAreAsked(boolean needClientAuth) {
    if (clientCertificate == ClientCertificate.REQUIRED && !needClientAuth) {
      throw new SvidVerificationException(
          Reason.NO_SVID,
          "needClientAuth was reset on a server that requires client certificates"
              + " (expected: true, or ClientCertificate.OPTIONAL)");
    }
  }
}
