package dev.spiffe4j.examples.demo;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.X509Source;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

/** The client: calls billing over a new connection again and again, and on command with a token. */
final class Web {
  private final WorkloadApiClient client;
  private final SpiffeTls tls;
  private final int port;

  Web(X509Source source, WorkloadApiClient client, int port) {
    this.client = client;
    this.port = port;
    SpiffeId billing = SpiffeId.of(source.x509Svid().spiffeId().trustDomain(), "billing");
    this.tls = SpiffeTls.builder(source, Authorizer.exactly(billing)).build();
  }

  void run() throws IOException, InterruptedException {
    BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> read(commands), "demo-commands");
    reader.setDaemon(true);
    reader.start();
    while (true) {
      if ("token".equals(commands.poll(50, TimeUnit.MILLISECONDS))) {
        sendToken();
      }
      callOnce();
    }
  }

  private static void read(BlockingQueue<String> commands) {
    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
        .lines()
        .forEach(commands::add);
  }

  private void callOnce() {
    try {
      Answer answer = ask("hello");
      String[] words = answer.line().split(" ", -1);
      Event.of(
              "request",
              "ok",
              "true",
              "server",
              answer.peer().spiffeId().toString(),
              "serverSerial",
              answer.peer().chain().get(0).getSerialNumber().toString(16),
              "client",
              words[1],
              "clientSerial",
              words[2])
          .print();
    } catch (IOException e) {
      Event.of("request", "ok", "false", "cause", String.valueOf(e.getMessage()).replace(' ', '_'))
          .print();
    }
  }

  private void sendToken() throws IOException {
    JwtSvid token = client.fetchJwtSvid("billing");
    Event.of("fetched", "subject", token.spiffeId().toString()).print();
    Event.of("answer", "subject", ask("token " + token.token()).line().split(" ", -1)[1]).print();
  }

  private Answer ask(String request) throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            tls.sslContext()
                .getSocketFactory()
                .createSocket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(10_000);
      socket.startHandshake();
      PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
      out.println(request);
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String line = in.readLine();
      if (line == null) {
        throw new IOException("billing closed the connection");
      }
      return new Answer(tls.peer(socket.getSession()), line);
    }
  }

  private record Answer(VerifiedPeer peer, String line) {}
}
