package dev.spiffe4j.benchmarks;

import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** The process of a {@link StreamClient}: says each time when all streams have got something. */
public final class StreamClientMain {
  /** Streams that wait for their first message at one time. */
  private static final int OPENING = 100;

  private final long streams;
  private final AtomicLong received = new AtomicLong();
  private final Semaphore opening = new Semaphore(OPENING);

  private StreamClientMain(long streams) {
    this.streams = streams;
  }

  /**
   * Opens the streams, and goes on until its standard input ends.
   *
   * @param arguments the socket, and how many streams
   */
  public static void main(String[] arguments) throws Exception {
    StreamClientMain client = new StreamClientMain(Long.parseLong(arguments[1]));
    MultiThreadIoEventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(2, EpollIoHandler.newFactory());
    for (int i = 0; i < client.streams; i += Streams.PER_CONNECTION) {
      client.connect(
          arguments[0], loops, (int) Math.min(Streams.PER_CONNECTION, client.streams - i));
    }
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().exit(0);
  }

  private void connect(String socket, EventLoopGroup loops, int count) throws InterruptedException {
    ManagedChannel channel = Streams.channel(socket, loops);
    for (int i = 0; i < count; i++) {
      opening.acquire();
      Streams.open(channel, new Count());
    }
  }

  private final class Count implements StreamObserver<byte[]> {
    private boolean open;

    @Override
    public void onNext(byte[] message) {
      if (!open) {
        open = true;
        opening.release();
      }
      long all = received.incrementAndGet();
      if (all % streams == 0) {
        System.out.println(message.length);
      }
    }

    @Override
    public void onError(Throwable error) {
      System.out.println("stream ended: " + error);
      Runtime.getRuntime().exit(1);
    }

    @Override
    public void onCompleted() {
      onError(new IllegalStateException("completed"));
    }
  }
}
