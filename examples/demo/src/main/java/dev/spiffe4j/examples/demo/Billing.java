package dev.spiffe4j.examples.demo;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.workloadapi.JwtValidation;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** The service: answers one line for each connection, and only to the web workload. */
final class Billing {
  private final WorkloadApiClient client;
  private final SpiffeTls tls;

  Billing(X509Source source, WorkloadApiClient client) {
    this.client = client;
    SpiffeId web = SpiffeId.of(source.x509Svid().spiffeId().trustDomain(), "web");
    this.tls = SpiffeTls.builder(source, Authorizer.exactly(web)).build();
  }

  void run() throws IOException {
    try (SSLServerSocket server =
        (SSLServerSocket)
            tls.sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Event.of("listening", "port", Integer.toString(server.getLocalPort())).print();
      while (true) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
          serve(socket);
        } catch (IOException e) {
          Event.of("rejected", "cause", e.getClass().getSimpleName()).print();
        }
      }
    }
  }

  private void serve(SSLSocket socket) throws IOException {
    socket.setSoTimeout(10_000);
    socket.startHandshake();
    VerifiedPeer peer = tls.peer(socket.getSession());
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
    String request = in.readLine();
    if (request != null && request.startsWith("token ")) {
      JwtValidation token = client.validateJwtSvid("billing", request.substring("token ".length()));
      Event.of("token", "subject", token.spiffeId().toString()).print();
      out.println("subject " + token.spiffeId());
      return;
    }
    out.println("hello " + peer.spiffeId() + " " + WorkloadMain.serial(peer.chain().get(0)));
  }
}
