package dev.spiffe4j.workloadapi.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Connections that are lost, and those that there never were. */
class ReconnectTest extends ScriptedServerBase {
  @Test
  @DisplayName("gRPC: calls of a connection that is closed are UNAVAILABLE; the next one connects")
  void lost() throws Exception {
    Peer peer = assertConnects();
    RecordingListener first = streaming();
    int stream = peer.request();
    peer.begin(stream);
    peer.message(stream, "before");
    RecordingListener second = unary();
    peer.request();
    assertThat(first.message()).isEqualTo("before");
    peer.close();
    first.assertEnd(Status.Code.UNAVAILABLE);
    second.assertEnd(Status.Code.UNAVAILABLE);
    assertConnects();
  }

  @Test
  @DisplayName("a connection that is closed before it says anything is UNAVAILABLE")
  void neverHeard() throws Exception {
    RecordingListener listener = streaming();
    server.silent().close();
    listener.assertEnd(Status.Code.UNAVAILABLE);
    assertConnects();
  }

  @Test
  @DisplayName("a connection that is closed in the middle of a frame")
  void inFrame() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.raw(new byte[] {0, 0, 100, Frame.DATA, 0, 0, 0, 0, (byte) stream, 1, 2, 3});
    peer.close();
    listener.assertEnd(Status.Code.UNAVAILABLE);
    assertConnects();
  }

  @Test
  @DisplayName("an answer that had come as a whole before the end is good")
  void wholeAnswer() throws Exception {
    Peer peer = assertConnects();
    RecordingListener listener = streaming();
    int stream = peer.request();
    peer.answer(stream, "one", "two");
    peer.close();
    listener.assertGood("one", "two");
    assertConnects();
  }

  @Test
  @DisplayName("there is no socket: why is said, and the next call tries again")
  void noSocket() throws Exception {
    Path missing = directory.resolve("missing.sock");
    GrpcClient own = client(UnixDomainSocketAddress.of(missing));
    assertConnectFails(own);
    assertConnectFails(own);
    ScriptedServer late = closing(ScriptedServer.at(missing));
    assertConnects(own, late);
  }

  @Test
  @DisplayName("nobody listens: the cause is what connect(2) says, and the next call tries again")
  void refused() throws Exception {
    Path socket = directory.resolve("left.sock");
    SocketAddress address = UnixDomainSocketAddress.of(socket);
    ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address).close();
    GrpcClient own = client(address);
    assertThat(assertConnectFails(own)).hasCauseInstanceOf(ConnectException.class);
    Files.delete(socket);
    ScriptedServer late = closing(ScriptedServer.at(socket));
    assertConnects(own, late);
  }

  @Test
  @DisplayName("nobody listens, with TCP")
  void refusedTcp() throws Exception {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerSocketChannel listener = ServerSocketChannel.open().bind(loopback);
    SocketAddress address = listener.getLocalAddress();
    listener.close();
    GrpcClient own = client(address);
    assertThat(assertConnectFails(own)).hasCauseInstanceOf(ConnectException.class);
    ScriptedServer late = closing(ScriptedServer.of(ServerSocketChannel.open().bind(address)));
    assertConnects(own, late);
  }

  @Test
  @DisplayName("a socket of another kind, and none at all, are no servers")
  void noServer() throws Exception {
    GrpcClient own = client(UnixDomainSocketAddress.of(directory));
    assertConnectFails(own);
    String tooLong = "x".repeat(200);
    assertConnectFails(client(UnixDomainSocketAddress.of(directory.resolve(tooLong))));
    assertConnects();
  }

  @Test
  @DisplayName("a Unix server whose queue is full is UNAVAILABLE, and the client does not hang")
  void fullQueue() throws Exception {
    SocketAddress address = UnixDomainSocketAddress.of(directory.resolve("full.sock"));
    ServerSocketChannel listener =
        closing(ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address, 1));
    Backlog backlog = closing(new Backlog(address));
    GrpcClient own = client(address);
    assertConnectFails(own);
    backlog.close();
    ScriptedServer late = closing(ScriptedServer.of(listener));
    // The queue is empty again when one of its connections comes out of it.
    late.silent();
    assertConnects(own, late);
  }

  @Test
  @DisplayName("RFC 9113 §3.4: of a connection that takes long, the first is the preface, too")
  void slowConnect() throws Exception {
    InetSocketAddress loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    ServerSocketChannel listener = closing(ServerSocketChannel.open().bind(loopback, 1));
    Backlog backlog = closing(new Backlog(listener.getLocalAddress()));
    GrpcClient own = client(listener.getLocalAddress());
    RecordingListener listening = prepare().of(own).start();
    // When this one ends, whatever is due at once was done.
    prepare()
        .of(own)
        .timeout(Duration.ofMillis(1))
        .start()
        .assertEnd(Status.Code.DEADLINE_EXCEEDED);
    backlog.close();
    Peer peer = closing(ScriptedServer.of(listener)).nextAlive();
    peer.answer(peer.request(), "good");
    listening.assertGood("good");
  }

  private Throwable assertConnectFails(GrpcClient own) throws Exception {
    Status status = prepare().of(own).start().assertEnd(Status.Code.UNAVAILABLE);
    assertThat(status.getCause()).isInstanceOf(ConnectFailedException.class);
    assertThat(status.getCause()).hasCauseInstanceOf(IOException.class);
    return status.getCause();
  }

  private void assertConnects(GrpcClient own, ScriptedServer late) throws Exception {
    RecordingListener listener = prepare().of(own).start();
    Peer peer = late.nextAlive();
    peer.answer(peer.request(), "good");
    listener.assertGood("good");
  }
}
