package dev.spiffe4j.attest.wire;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.proto.entry.EntryRevision;
import dev.spiffe4j.attest.proto.types.Entry;
import dev.spiffe4j.attest.proto.types.EntryMask;
import java.time.Instant;
import java.util.List;

/** Registration entries on the wire. */
public final class EntryMessages {
  /** All fields. */
  public static final EntryMask ALL =
      EntryMask.newBuilder()
          .setSpiffeId(true)
          .setParentId(true)
          .setSelectors(true)
          .setX509SvidTtl(true)
          .setFederatesWith(true)
          .setAdmin(true)
          .setDownstream(true)
          .setExpiresAt(true)
          .setDnsNames(true)
          .setRevisionNumber(true)
          .setStoreSvid(true)
          .setJwtSvidTtl(true)
          .setHint(true)
          .setCreatedAt(true)
          .setAdditionalAttributes(true)
          .build();

  private static final int MAX_LIST = 1000;

  private EntryMessages() {}

  /** Writes what a mask asks for; the ID always. */
  public static Entry toMessage(RegistrationEntry entry, EntryMask mask) {
    Entry.Builder message = Entry.newBuilder().setId(entry.id());
    addIdentity(entry, mask, message);
    addSvid(entry, mask, message);
    addRoles(entry, mask, message);
    addTimes(entry, mask, message);
    return message.build();
  }

  private static void addIdentity(RegistrationEntry entry, EntryMask mask, Entry.Builder message) {
    if (mask.getSpiffeId()) {
      message.setSpiffeId(Ids.toMessage(entry.spiffeId()));
    }
    if (mask.getParentId()) {
      message.setParentId(Ids.toMessage(entry.parentId()));
    }
    if (mask.getSelectors()) {
      entry.selectors().forEach(selector -> message.addSelectors(toMessage(selector)));
    }
    if (mask.getFederatesWith()) {
      entry.federatesWith().forEach(name -> message.addFederatesWith(name.name()));
    }
  }

  private static dev.spiffe4j.attest.proto.types.Selector toMessage(Selector selector) {
    return dev.spiffe4j.attest.proto.types.Selector.newBuilder()
        .setType(selector.type())
        .setValue(selector.value())
        .build();
  }

  private static void addSvid(RegistrationEntry entry, EntryMask mask, Entry.Builder message) {
    if (mask.getX509SvidTtl()) {
      message.setX509SvidTtl(Times.seconds(entry.x509SvidTtl()));
    }
    if (mask.getJwtSvidTtl()) {
      message.setJwtSvidTtl(Times.seconds(entry.jwtSvidTtl()));
    }
    if (mask.getDnsNames()) {
      message.addAllDnsNames(entry.dnsNames());
    }
    if (mask.getHint()) {
      message.setHint(entry.hint());
    }
    if (mask.getAdditionalAttributes() && (!entry.prefetch() || entry.jwtId())) {
      message.setAdditionalAttributes(
          Entry.AdditionalAttributes.newBuilder()
              .setDisableX509SvidPrefetch(!entry.prefetch())
              .setJwtSvidIncludeJti(entry.jwtId()));
    }
  }

  private static void addRoles(RegistrationEntry entry, EntryMask mask, Entry.Builder message) {
    message.setAdmin(mask.getAdmin() && entry.admin());
    message.setDownstream(mask.getDownstream() && entry.downstream());
    message.setStoreSvid(mask.getStoreSvid() && entry.storeSvid());
  }

  private static void addTimes(RegistrationEntry entry, EntryMask mask, Entry.Builder message) {
    if (mask.getExpiresAt()) {
      message.setExpiresAt(entry.expiresAt().map(Instant::getEpochSecond).orElse(0L));
    }
    if (mask.getRevisionNumber()) {
      message.setRevisionNumber(entry.revision());
    }
    if (mask.getCreatedAt()) {
      message.setCreatedAt(entry.createdAt().getEpochSecond());
    }
  }

  /** What tells a changed entry from an unchanged one. */
  public static EntryRevision revision(RegistrationEntry entry) {
    return EntryRevision.newBuilder()
        .setId(entry.id())
        .setRevisionNumber(entry.revision())
        .setCreatedAt(entry.createdAt().getEpochSecond())
        .build();
  }

  /** Whether an entry that is known is still the one of a revision. */
  public static boolean isCurrent(RegistrationEntry known, EntryRevision revision) {
    return known.revision() == revision.getRevisionNumber()
        // Old servers do not say when an entry was created.
        && (revision.getCreatedAt() == 0
            || revision.getCreatedAt() == known.createdAt().getEpochSecond());
  }

  /** Reads an entry with all fields. */
  public static RegistrationEntry entry(Entry message) {
    requireBounded(message.getSelectorsCount(), "selectors");
    requireBounded(message.getDnsNamesCount(), "DNS names");
    requireBounded(message.getFederatesWithCount(), "federated trust domains");
    try {
      return builder(message).build();
    } catch (IllegalArgumentException e) {
      throw new InvalidDocumentException(Reason.MALFORMED, "entry: " + e.getMessage(), e);
    }
  }

  private static void requireBounded(int count, String what) {
    if (count > MAX_LIST) {
      throw new InvalidDocumentException(Reason.TOO_LARGE, "entry of " + count + " " + what);
    }
  }

  private static RegistrationEntry.Builder builder(Entry message) {
    List<Selector> selectors =
        message.getSelectorsList().stream()
            .map(selector -> new Selector(selector.getType(), selector.getValue()))
            .toList();
    List<TrustDomain> federatesWith =
        message.getFederatesWithList().stream().map(Ids::trustDomain).toList();
    return RegistrationEntry.builder(
            Ids.spiffeId(message.getSpiffeId()), Ids.spiffeId(message.getParentId()))
        .id(message.getId())
        .selectors(selectors)
        .x509SvidTtl(Times.duration(message.getX509SvidTtl()))
        .jwtSvidTtl(Times.duration(message.getJwtSvidTtl()))
        .dnsNames(message.getDnsNamesList())
        .federatesWith(federatesWith)
        .admin(message.getAdmin())
        .downstream(message.getDownstream())
        .storeSvid(message.getStoreSvid())
        .prefetch(!message.getAdditionalAttributes().getDisableX509SvidPrefetch())
        .jwtId(message.getAdditionalAttributes().getJwtSvidIncludeJti())
        .hint(message.getHint())
        .expiresAt(message.getExpiresAt() == 0 ? null : Times.instant(message.getExpiresAt()))
        .createdAt(Times.instant(message.getCreatedAt()))
        .revision(message.getRevisionNumber());
  }
}
