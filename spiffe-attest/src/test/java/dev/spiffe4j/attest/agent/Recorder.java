package dev.spiffe4j.attest.agent;

import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.server.Updates;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream that keeps what it is sent. */
final class Recorder<T> implements Updates<T> {
  private final List<T> sent = new ArrayList<>();
  private WorkloadApiException.@Nullable Reason end;

  @Override
  public synchronized void send(T latest) {
    if (end != null) {
      throw new AssertionError("sent after the end");
    }
    sent.add(latest);
  }

  @Override
  public synchronized void end(WorkloadApiException why) {
    if (end != null) {
      throw new AssertionError("ended twice");
    }
    end = why.reason();
  }

  synchronized int count() {
    return sent.size();
  }

  synchronized T latest() {
    return sent.get(sent.size() - 1);
  }

  /** Why it has ended; null if it goes on. */
  synchronized WorkloadApiException.@Nullable Reason ended() {
    return end;
  }
}
