package dev.spiffe4j.jwt.jose;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.SvidVerificationException;

/** The same refusal, said of a peer's token and of a document of our own. */
public final class Refusals {
  private Refusals() {}

  /** What is wrong with a token of our own. */
  public static InvalidDocumentException asDocument(SvidVerificationException e) {
    Reason reason =
        switch (e.reason()) {
          case NO_SVID -> Reason.EMPTY;
          case TOO_LARGE -> Reason.TOO_LARGE;
          case MALFORMED -> Reason.MALFORMED;
          case BAD_SPIFFE_ID -> Reason.BAD_SPIFFE_ID;
          default -> Reason.BAD_PROFILE;
        };
    return new InvalidDocumentException(reason, String.valueOf(e.getMessage()), e);
  }

  /** What is wrong with a key that came in a peer's token. */
  public static SvidVerificationException asVerification(InvalidDocumentException e) {
    SvidVerificationException.Reason reason =
        e.getCause() instanceof SvidVerificationException cause
            ? cause.reason()
            : switch (e.reason()) {
              case UNSUPPORTED_KEY -> SvidVerificationException.Reason.UNSUPPORTED_ALGORITHM;
              case TOO_LARGE -> SvidVerificationException.Reason.TOO_LARGE;
              case MALFORMED -> SvidVerificationException.Reason.MALFORMED;
              default -> SvidVerificationException.Reason.BAD_PROFILE;
            };
    return new SvidVerificationException(reason, String.valueOf(e.getMessage()), e);
  }
}
