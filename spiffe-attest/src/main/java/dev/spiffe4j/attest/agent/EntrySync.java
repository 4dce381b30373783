package dev.spiffe4j.attest.agent;

import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.proto.entry.EntryGrpc;
import dev.spiffe4j.attest.proto.entry.EntryRevision;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesRequest;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesResponse;
import dev.spiffe4j.attest.wire.EntryMessages;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One synchronization of entries: the server sends all of a few, or the revisions of many, of which
 * only those are asked for that are not known. What comes out is complete, or nothing does.
 */
final class EntrySync {
  private static final int PAGE = 500;
  private static final int MAX_ENTRIES = 2_000_000;

  private final BidiCall<SyncAuthorizedEntriesRequest, SyncAuthorizedEntriesResponse> call;
  private final Map<String, RegistrationEntry> known = new HashMap<>();

  private EntrySync(
      BidiCall<SyncAuthorizedEntriesRequest, SyncAuthorizedEntriesResponse> call,
      Collection<RegistrationEntry> known) {
    this.call = call;
    known.forEach(entry -> this.known.put(entry.id(), entry));
  }

  static List<RegistrationEntry> run(
      ServerConnection connection, Collection<RegistrationEntry> known) {
    try (var call = connection.open(EntryGrpc.getSyncAuthorizedEntriesMethod())) {
      EntrySync sync = new EntrySync(call, known);
      List<RegistrationEntry> entries = ServerConnection.read(sync, EntrySync::run);
      call.finish();
      return entries;
    } catch (StatusRuntimeException e) {
      throw connection.failure(e);
    }
  }

  private List<RegistrationEntry> run() {
    call.send(SyncAuthorizedEntriesRequest.newBuilder().setOutputMask(EntryMessages.ALL).build());
    SyncAuthorizedEntriesResponse first = call.receive();
    if (first.getEntryRevisionsCount() == 0) {
      // All there are, also if there are none.
      return first.getEntriesList().stream()
          .map(EntryMessages::entry)
          .map(entry -> knownOr(entry))
          .toList();
    }
    List<EntryRevision> revisions = revisions(first);
    Map<String, RegistrationEntry> fetched = fetch(stale(revisions));
    return merge(revisions, fetched);
  }

  private RegistrationEntry knownOr(RegistrationEntry entry) {
    RegistrationEntry old = known.get(entry.id());
    return old != null && isCurrent(old, EntryMessages.revision(entry)) ? old : entry;
  }

  private List<EntryRevision> revisions(SyncAuthorizedEntriesResponse first) {
    List<EntryRevision> revisions = new ArrayList<>(first.getEntryRevisionsList());
    SyncAuthorizedEntriesResponse page = first;
    while (page.getMore()) {
      page = call.receive();
      requireProgress(page.getEntryRevisionsCount(), page);
      revisions.addAll(page.getEntryRevisionsList());
      if (revisions.size() > MAX_ENTRIES) {
        throw new NodeApiException(
            Reason.INVALID_RESPONSE, "more than " + MAX_ENTRIES + " entries");
      }
    }
    return revisions;
  }

  /** Empty pages could go on for ever. */
  private static void requireProgress(int count, SyncAuthorizedEntriesResponse page) {
    if (count == 0 && page.getMore()) {
      throw new NodeApiException(Reason.INVALID_RESPONSE, "an empty page before the last");
    }
  }

  private List<String> stale(List<EntryRevision> revisions) {
    return revisions.stream()
        .filter(revision -> !isCurrent(known.get(revision.getId()), revision))
        .map(EntryRevision::getId)
        .sorted()
        .toList();
  }

  private static boolean isCurrent(@Nullable RegistrationEntry old, EntryRevision revision) {
    return old != null && EntryMessages.isCurrent(old, revision);
  }

  private Map<String, RegistrationEntry> fetch(List<String> ids) {
    Map<String, RegistrationEntry> fetched = new HashMap<>();
    for (int from = 0; from < ids.size(); from += PAGE) {
      List<String> asked = ids.subList(from, Math.min(from + PAGE, ids.size()));
      call.send(SyncAuthorizedEntriesRequest.newBuilder().addAllIds(asked).build());
      SyncAuthorizedEntriesResponse page;
      do {
        page = call.receive();
        requireProgress(page.getEntriesCount(), page);
        page.getEntriesList().stream()
            .map(EntryMessages::entry)
            .forEach(entry -> fetched.put(entry.id(), entry));
        if (fetched.size() > ids.size()) {
          throw new NodeApiException(Reason.INVALID_RESPONSE, "entries that nobody asked for");
        }
      } while (page.getMore());
    }
    return fetched;
  }

  private List<RegistrationEntry> merge(
      List<EntryRevision> revisions, Map<String, RegistrationEntry> fetched) {
    List<RegistrationEntry> entries = new ArrayList<>(revisions.size());
    for (EntryRevision revision : revisions) {
      RegistrationEntry old = known.get(revision.getId());
      if (old != null && isCurrent(old, revision)) {
        entries.add(old);
      } else if (fetched.containsKey(revision.getId())) {
        // Otherwise it is not ours any more.
        entries.add(fetched.get(revision.getId()));
      }
    }
    return List.copyOf(entries);
  }
}
