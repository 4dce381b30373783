package dev.spiffe4j.attest.server;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.authority.AuthorityException;

/** Failures of parts of the server as callers see them. */
final class Failures {
  private Failures() {}

  static NodeApiException of(AuthorityException e) {
    Reason reason =
        e.reason() == AuthorityException.Reason.NOT_READY ? Reason.UNAVAILABLE : Reason.INTERNAL;
    return new NodeApiException(reason, "cannot sign: " + e.reason(), e);
  }

  /** Of a caller whose SVID does not verify. */
  static NodeApiException of(SvidVerificationException e) {
    Reason reason =
        e.reason() == SvidVerificationException.Reason.EXPIRED
            ? Reason.AGENT_EXPIRED
            : Reason.UNAUTHENTICATED;
    return new NodeApiException(reason, "the caller's SVID is refused: " + e.reason(), e);
  }
}
