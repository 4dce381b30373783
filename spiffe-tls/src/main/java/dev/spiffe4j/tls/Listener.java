package dev.spiffe4j.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A server socket whose connections are of what the source has when it accepts them. */
final class Listener extends SSLServerSocket {
  private final Connections connections;

  /** Never connected: it checks and holds what accepted sockets begin with. */
  private final SSLEngine settings;

  Listener(Connections connections) throws IOException {
    this.connections = connections;
    this.settings = settings(connections);
  }

  Listener(Connections connections, int port, int backlog, @Nullable InetAddress address)
      throws IOException {
    super(port, backlog, address);
    this.connections = connections;
    this.settings = settings(connections);
  }

  private static SSLEngine settings(Connections connections) {
    SSLEngine engine = connections.settings();
    engine.setUseClientMode(false);
    return engine;
  }

  @Override
  public Socket accept() throws IOException {
    Socket plain = super.accept();
    try {
      return secured(plain);
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private SSLSocket secured(Socket plain) throws IOException {
    SSLSocket socket =
        connections.socket(factory -> factory.createSocket(plain, null, true), plain);
    socket.setUseClientMode(settings.getUseClientMode());
    socket.setSSLParameters(settings.getSSLParameters());
    socket.setEnableSessionCreation(settings.getEnableSessionCreation());
    return socket;
  }

  @Override
  public String[] getEnabledCipherSuites() {
    return settings.getEnabledCipherSuites();
  }

  @Override
  public void setEnabledCipherSuites(String[] suites) {
    settings.setEnabledCipherSuites(suites);
  }

  @Override
  public String[] getSupportedCipherSuites() {
    return settings.getSupportedCipherSuites();
  }

  @Override
  public String[] getSupportedProtocols() {
    return connections.minimumVersion().orLater();
  }

  @Override
  public String[] getEnabledProtocols() {
    return settings.getEnabledProtocols();
  }

  @Override
  public void setEnabledProtocols(String[] protocols) {
    settings.setEnabledProtocols(protocols);
  }

  @Override
  public void setNeedClientAuth(boolean need) {
    settings.setNeedClientAuth(need);
  }

  @Override
  public boolean getNeedClientAuth() {
    return settings.getNeedClientAuth();
  }

  @Override
  public void setWantClientAuth(boolean want) {
    settings.setWantClientAuth(want);
  }

  @Override
  public boolean getWantClientAuth() {
    return settings.getWantClientAuth();
  }

  @Override
  public void setUseClientMode(boolean mode) {
    settings.setUseClientMode(mode);
  }

  @Override
  public boolean getUseClientMode() {
    return settings.getUseClientMode();
  }

  @Override
  public void setEnableSessionCreation(boolean flag) {
    settings.setEnableSessionCreation(flag);
  }

  @Override
  public boolean getEnableSessionCreation() {
    return settings.getEnableSessionCreation();
  }

  @Override
  public SSLParameters getSSLParameters() {
    return settings.getSSLParameters();
  }

  @Override
  public void setSSLParameters(SSLParameters parameters) {
    settings.setSSLParameters(parameters);
  }
}
