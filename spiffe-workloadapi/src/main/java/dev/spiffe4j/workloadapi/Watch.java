package dev.spiffe4j.workloadapi;

import com.google.common.util.concurrent.MoreExecutors;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** One stream for one watcher. */
final class Watch<R, T> implements Subscription, Feed.Observer<T> {
  private record Problem(WorkloadApiException problem, boolean isLast) {}

  private final Subscribers<T>.Subscriber updates;
  private final Subscribers<Problem>.Subscriber problems;
  private final ReconnectingStream<?, R> stream;

  Watch(
      ClientTransport transport,
      SourceThreads threads,
      RandomGenerator random,
      Rpc<?, R, T> rpc,
      Watcher<? super T> watcher) {
    // Both places of the watcher on one line, so that it is called once at a time.
    Executor line = MoreExecutors.newSequentialExecutor(threads.callbacks());
    updates = new Subscribers<T>(line).prepare(watcher::onUpdate);
    problems =
        new Subscribers<Problem>(line)
            .prepare(each -> watcher.onProblem(each.problem(), each.isLast()));
    stream =
        stream(
            transport,
            threads,
            random,
            rpc,
            new Feed<>(rpc, transport.address(), InstantSource.system(), Expiry.never(), this));
    threads.worker().execute(stream::open);
  }

  private static <Q, R, T> ReconnectingStream<Q, R> stream(
      ClientTransport transport,
      SourceThreads threads,
      RandomGenerator random,
      Rpc<Q, R, T> rpc,
      Feed<R, T> feed) {
    return new ReconnectingStream<>(transport, rpc, feed, threads, new Backoff(random));
  }

  @Override
  public void onUpdate(T snapshot) {
    updates.tell(snapshot);
  }

  @Override
  public void onProblem(WorkloadApiException problem, boolean isLast) {
    problems.tell(new Problem(problem, isLast));
  }

  @Override
  public void close() {
    stream.stop();
    updates.close();
    problems.close();
  }
}
