package dev.spiffe4j.workloadapi.http2;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.Queue;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** One thread that waits for sockets, times, and what other threads give it to do. */
final class EventLoop {
  private static final Logger LOGGER = System.getLogger(EventLoop.class.getName());

  /** Some 70 years: the difference of any two times is less than half of what a long can say. */
  private static final long MAX_DELAY_NANOS = Long.MAX_VALUE / 4;

  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final TreeSet<Timer> timers = new TreeSet<>();
  private final Runnable atEnd;
  private long timerCount;
  private volatile boolean stopping;
  private volatile boolean ended;

  /** Something that a socket belongs to. */
  interface Socket {
    /** It can be read from, written to, or is connected. */
    void onReady(SelectionKey key);
  }

  /** Something to be done later. */
  static final class Timer implements Comparable<Timer> {
    private final long due;
    private final long number;
    private final Runnable work;

    private Timer(long due, long number, Runnable work) {
      this.due = due;
      this.number = number;
      this.work = work;
    }

    /** Times of {@code nanoTime} are compared by their difference. */
    @Override
    public int compareTo(Timer other) {
      int order = Long.signum(due - other.due);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  private EventLoop(Selector selector, ThreadFactory threads, Runnable atEnd) {
    this.selector = selector;
    this.atEnd = atEnd;
    this.thread = threads.newThread(this::run);
  }

  /** Starts one; {@code atEnd} is the last but for what others give it to do meanwhile. */
  static EventLoop start(ThreadFactory threads, Runnable atEnd) throws IOException {
    EventLoop loop = new EventLoop(Selector.open(), threads, atEnd);
    loop.thread.start();
    return loop;
  }

  /**
   * Has something done on the thread, from any thread.
   *
   * @return whether it will be; not after the end
   */
  boolean execute(Runnable task) {
    tasks.add(task);
    if (ended && tasks.remove(task)) {
      return false;
    }
    if (!isCurrent()) {
      selector.wakeup();
    }
    return true;
  }

  boolean isCurrent() {
    return Thread.currentThread().equals(thread);
  }

  /** Has something done later; on the thread only. */
  Timer schedule(long delayNanos, Runnable work) {
    long due = System.nanoTime() + Math.min(delayNanos, MAX_DELAY_NANOS);
    Timer timer = new Timer(due, timerCount++, work);
    timers.add(timer);
    return timer;
  }

  void cancel(Timer timer) {
    timers.remove(timer);
  }

  SelectionKey register(SelectableChannel channel, int interest, Socket socket) throws IOException {
    return channel.register(selector, interest, socket);
  }

  /** Ends the thread, and waits for that unless it is the caller. */
  void stop(long timeoutMillis) {
    stopping = true;
    selector.wakeup();
    if (isCurrent()) {
      return;
    }
    try {
      thread.join(timeoutMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopping) {
        select();
        runTasks();
        runTimers();
      }
    } catch (IOException e) {
      // Nothing can be heard any more; whoever waits is told.
      LOGGER.log(Level.ERROR, "a selector has failed", e);
    }
    run(atEnd);
    ended = true;
    runTasks();
    close();
  }

  private void select() throws IOException {
    if (tasks.isEmpty()) {
      selector.select(millisToTimer());
    } else {
      selector.selectNow();
    }
    Iterator<SelectionKey> ready = selector.selectedKeys().iterator();
    while (ready.hasNext()) {
      SelectionKey key = ready.next();
      ready.remove();
      run(() -> ((Socket) key.attachment()).onReady(key));
    }
  }

  /** Each call has somebody who waits for it; one that went wrong must not end the others. */
  private static void run(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      LOGGER.log(Level.ERROR, "an event was not processed", e);
    }
  }

  /** Rounded up; 0 is for ever. */
  private long millisToTimer() {
    if (timers.isEmpty()) {
      return 0;
    }
    long nanos = timers.first().due - System.nanoTime();
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      run(task);
    }
  }

  private void runTimers() {
    while (!timers.isEmpty() && timers.first().due - System.nanoTime() <= 0) {
      run(timers.pollFirst().work);
    }
  }

  private void close() {
    try {
      selector.close();
    } catch (IOException e) {
      LOGGER.log(Level.DEBUG, "a selector was not closed", e);
    }
  }
}
