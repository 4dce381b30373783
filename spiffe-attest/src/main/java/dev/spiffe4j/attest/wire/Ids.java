package dev.spiffe4j.attest.wire;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.InvalidSpiffeIdException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.proto.types.SPIFFEID;

/** SPIFFE IDs and trust domains on the wire. */
public final class Ids {
  private Ids() {}

  public static SPIFFEID toMessage(SpiffeId id) {
    return SPIFFEID.newBuilder().setTrustDomain(id.trustDomain().name()).setPath(id.path()).build();
  }

  public static SpiffeId spiffeId(SPIFFEID message) {
    TrustDomain trustDomain = trustDomain(message.getTrustDomain());
    SpiffeId id;
    try {
      id = SpiffeId.parse(trustDomain.spiffeId() + message.getPath());
    } catch (InvalidSpiffeIdException e) {
      throw new InvalidDocumentException(Reason.BAD_SPIFFE_ID, "SPIFFE ID: " + e.reason(), e);
    }
    // A path without its slash would have become a part of the trust domain.
    if (!id.isMemberOf(trustDomain)) {
      throw new InvalidDocumentException(Reason.BAD_SPIFFE_ID, "SPIFFE ID: path without a slash");
    }
    return id;
  }

  public static TrustDomain trustDomain(String name) {
    try {
      return TrustDomain.parse(name);
    } catch (InvalidSpiffeIdException e) {
      throw new InvalidDocumentException(Reason.BAD_SPIFFE_ID, "trust domain: " + e.reason(), e);
    }
  }
}
