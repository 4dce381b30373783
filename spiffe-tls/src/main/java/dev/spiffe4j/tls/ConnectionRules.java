package dev.spiffe4j.tls;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** What every connection begins with: the TLS versions, and what a server wants of clients. */
record ConnectionRules(
    TlsVersion minimumVersion, ClientCertificate clientCertificate, boolean identifiesEndpoints) {
  /** RFC 2818, and what every JDK knows. */
  private static final String IDENTIFICATION = "HTTPS";

  SSLEngine applyTo(SSLEngine engine) {
    engine.setSSLParameters(applyTo(engine.getSSLParameters()));
    return engine;
  }

  SSLSocket applyTo(SSLSocket socket) {
    socket.setSSLParameters(applyTo(socket.getSSLParameters()));
    return socket;
  }

  SSLParameters applyTo(SSLParameters parameters) {
    parameters.setProtocols(minimumVersion.orLater());
    switch (clientCertificate) {
      case REQUIRED -> parameters.setNeedClientAuth(true);
      case OPTIONAL -> parameters.setWantClientAuth(true);
      case NONE -> parameters.setWantClientAuth(false);
    }
    if (identifiesEndpoints) {
      parameters.setEndpointIdentificationAlgorithm(IDENTIFICATION);
    }
    return parameters;
  }

  /** The other half: what an application has switched off must not go unnoticed. */
  static boolean isIdentifying(@Nullable SSLParameters parameters) {
    return parameters != null
        && IDENTIFICATION.equalsIgnoreCase(parameters.getEndpointIdentificationAlgorithm());
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
