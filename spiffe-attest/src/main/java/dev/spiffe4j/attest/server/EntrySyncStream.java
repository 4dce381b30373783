package dev.spiffe4j.attest.server;

import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.proto.entry.EntryGrpc;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesRequest;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesResponse;
import dev.spiffe4j.attest.proto.types.EntryMask;
import dev.spiffe4j.attest.wire.EntryMessages;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One synchronization of an agent's entries on the wire. Few entries are sent at once; of many, the
 * revisions are, and then those entries that the agent asks for. One request is worked on at a
 * time, and pages are made when the agent reads them. Confined to the call, which gRPC serializes.
 */
final class EntrySyncStream implements StreamObserver<SyncAuthorizedEntriesRequest> {
  private final Supplier<List<RegistrationEntry>> authorized;
  private final ServerCallStreamObserver<SyncAuthorizedEntriesResponse> responses;
  private final Map<String, RegistrationEntry> entries = new HashMap<>();
  private EntryMask mask = EntryMessages.ALL;
  private Iterator<SyncAuthorizedEntriesResponse> pages = Collections.emptyIterator();
  private boolean begun;
  private boolean working;
  private boolean lastPages;
  private boolean ended;

  EntrySyncStream(
      Supplier<List<RegistrationEntry>> authorized,
      ServerCallStreamObserver<SyncAuthorizedEntriesResponse> responses) {
    this.authorized = authorized;
    this.responses = responses;
    responses.disableAutoRequest();
    responses.setOnReadyHandler(this::send);
    responses.setOnCancelHandler(() -> ended = true);
    responses.request(1);
  }

  @Override
  public void onNext(SyncAuthorizedEntriesRequest request) {
    if (ended) {
      return;
    }
    try {
      pages = begun ? entries(request) : begin(request);
    } catch (RuntimeException e) {
      ended = true;
      responses.onError(Answers.status(EntryGrpc.getSyncAuthorizedEntriesMethod(), e));
      return;
    }
    working = true;
    send();
  }

  private Iterator<SyncAuthorizedEntriesResponse> begin(SyncAuthorizedEntriesRequest request) {
    begun = true;
    if (request.getIdsCount() > 0) {
      throw invalid("IDs in the first request");
    }
    if (request.hasOutputMask()) {
      mask = request.getOutputMask();
    }
    if (!mask.getRevisionNumber()) {
      throw invalid("a mask without revision numbers");
    }
    List<RegistrationEntry> all = authorized.get();
    Iterator<SyncAuthorizedEntriesResponse> complete = EntryPages.entries(all, mask);
    SyncAuthorizedEntriesResponse first = complete.next();
    if (!first.getMore()) {
      lastPages = true;
      return List.of(first).iterator();
    }
    all.forEach(entry -> entries.put(entry.id(), entry));
    return EntryPages.revisions(all);
  }

  private Iterator<SyncAuthorizedEntriesResponse> entries(SyncAuthorizedEntriesRequest request) {
    // What the agent may not have (any more) is left out without a word.
    List<RegistrationEntry> asked =
        request.getIdsList().stream()
            // A small request must not become a huge answer.
            .distinct()
            .flatMap(id -> Stream.ofNullable(entries.get(id)))
            .toList();
    return EntryPages.entries(asked, mask);
  }

  private void send() {
    while (!ended && pages.hasNext() && responses.isReady()) {
      responses.onNext(pages.next());
    }
    if (ended || pages.hasNext() || !working) {
      return;
    }
    working = false;
    if (lastPages) {
      end();
    } else {
      responses.request(1);
    }
  }

  private void end() {
    if (!ended) {
      ended = true;
      responses.onCompleted();
    }
  }

  @Override
  public void onError(Throwable cause) {
    ended = true;
  }

  @Override
  public void onCompleted() {
    // The agent may have said all before it has read all.
    lastPages = true;
    if (!working) {
      end();
    }
  }

  private static NodeApiException invalid(String message) {
    return new NodeApiException(Reason.INVALID_ARGUMENT, message);
  }
}
