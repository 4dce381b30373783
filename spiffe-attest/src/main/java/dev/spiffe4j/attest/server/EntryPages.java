package dev.spiffe4j.attest.server;

import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesResponse;
import dev.spiffe4j.attest.proto.types.Entry;
import dev.spiffe4j.attest.proto.types.EntryMask;
import dev.spiffe4j.attest.wire.EntryMessages;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Pages of entries, each made when it is read. There is at least one, and the last says so. */
final class EntryPages {
  /** SPIRE's page. */
  private static final int MAX_ENTRIES = 500;

  /** A message of gRPC has 4 MiB at the most; entries with many names are fewer to a page. */
  private static final int MAX_BYTES = 3 * 1024 * 1024;

  private EntryPages() {}

  static Iterator<SyncAuthorizedEntriesResponse> entries(
      List<RegistrationEntry> entries, EntryMask mask) {
    return new Pages(entries) {
      @Override
      int add(RegistrationEntry entry, SyncAuthorizedEntriesResponse.Builder page) {
        Entry message = EntryMessages.toMessage(entry, mask);
        page.addEntries(message);
        return message.getSerializedSize();
      }
    };
  }

  static Iterator<SyncAuthorizedEntriesResponse> revisions(List<RegistrationEntry> entries) {
    return new Pages(entries) {
      @Override
      int add(RegistrationEntry entry, SyncAuthorizedEntriesResponse.Builder page) {
        page.addEntryRevisions(EntryMessages.revision(entry));
        return 0;
      }
    };
  }

  private abstract static class Pages implements Iterator<SyncAuthorizedEntriesResponse> {
    private final Iterator<RegistrationEntry> rest;
    private boolean ended;

    Pages(List<RegistrationEntry> entries) {
      this.rest = entries.iterator();
    }

    /** Adds an entry, and says how many bytes that takes. */
    abstract int add(RegistrationEntry entry, SyncAuthorizedEntriesResponse.Builder page);

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public SyncAuthorizedEntriesResponse next() {
      if (ended) {
        throw new NoSuchElementException("the last page has been read");
      }
      SyncAuthorizedEntriesResponse.Builder page = SyncAuthorizedEntriesResponse.newBuilder();
      int count = 0;
      int bytes = 0;
      while (rest.hasNext() && count < MAX_ENTRIES && bytes < MAX_BYTES) {
        bytes += add(rest.next(), page);
        count++;
      }
      ended = !rest.hasNext();
      return page.setMore(!ended).build();
    }
  }
}
