package dev.spiffe4j.benchmarks;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Connects, gets one message and goes, as often as each line on standard input says. */
public final class CallerClient {
  private CallerClient() {}

  /**
   * Does so until its standard input ends.
   *
   * @param arguments the socket
   */
  public static void main(String[] arguments) throws Exception {
    MultiThreadIoEventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try (var input = new java.util.Scanner(System.in, java.nio.charset.StandardCharsets.UTF_8)) {
      while (input.hasNextLine()) {
        int count = Integer.parseInt(input.nextLine());
        for (int i = 0; i < count; i++) {
          call(arguments[0], loops);
        }
        System.out.println("done");
      }
    }
    Runtime.getRuntime().exit(0);
  }

  private static void call(String socket, MultiThreadIoEventLoopGroup loops) throws Exception {
    ManagedChannel channel = Streams.channel(socket, loops);
    CompletableFuture<byte[]> first = new CompletableFuture<>();
    Streams.open(
        channel,
        new StreamObserver<>() {
          @Override
          public void onNext(byte[] message) {
            first.complete(message);
          }

          @Override
          public void onError(Throwable error) {
            first.completeExceptionally(error);
          }

          @Override
          public void onCompleted() {
            first.completeExceptionally(new IllegalStateException("no message"));
          }
        });
    first.get(60, TimeUnit.SECONDS);
    channel.shutdownNow();
    channel.awaitTermination(60, TimeUnit.SECONDS);
  }
}
