package dev.spiffe4j.attest.server;

import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.proto.entry.EntryGrpc;
import dev.spiffe4j.attest.proto.entry.GetAuthorizedEntriesRequest;
import dev.spiffe4j.attest.proto.entry.GetAuthorizedEntriesResponse;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesRequest;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesResponse;
import dev.spiffe4j.attest.proto.types.EntryMask;
import dev.spiffe4j.attest.wire.EntryMessages;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** What agents read of the registration entries, on the wire. */
final class EntryService extends EntryGrpc.EntryImplBase {
  private final NodeCalls calls;

  EntryService(NodeCalls calls) {
    this.calls = calls;
  }

  @Override
  public void getAuthorizedEntries(
      GetAuthorizedEntriesRequest request, StreamObserver<GetAuthorizedEntriesResponse> responses) {
    Answers.answer(
        EntryGrpc.getGetAuthorizedEntriesMethod(),
        responses,
        () -> {
          List<RegistrationEntry> entries = calls.authorizedEntries(Caller.current().peer());
          EntryMask mask = request.hasOutputMask() ? request.getOutputMask() : EntryMessages.ALL;
          GetAuthorizedEntriesResponse.Builder response = GetAuthorizedEntriesResponse.newBuilder();
          entries.forEach(entry -> response.addEntries(EntryMessages.toMessage(entry, mask)));
          return response.build();
        });
  }

  @Override
  public StreamObserver<SyncAuthorizedEntriesRequest> syncAuthorizedEntries(
      StreamObserver<SyncAuthorizedEntriesResponse> responses) {
    Caller caller = Caller.current();
    return new EntrySyncStream(
        () -> calls.authorizedEntries(caller.peer()),
        (ServerCallStreamObserver<SyncAuthorizedEntriesResponse>) responses);
  }
}
