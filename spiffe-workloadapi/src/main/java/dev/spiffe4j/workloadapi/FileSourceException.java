package dev.spiffe4j.workloadapi;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SpiffeException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Files do not hold an SVID to use. */
public final class FileSourceException extends SpiffeException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** A file, or the directory, is not there. */
    FILE_MISSING,
    /** We have no permission to read a file or the directory. */
    FILE_DENIED,
    /** A file is something that somebody else can redirect. */
    UNSAFE_FILE,
    /** A file could not be read for another reason. */
    UNREADABLE,
    /** A file is larger than we are willing to read. */
    TOO_LARGE,
    /** The private key is not the certificate's; it may be that only one was replaced yet. */
    KEY_MISMATCH,
    /** The content of a file is not what it should be. */
    INVALID_FILE,
    /** The SVID has expired, and there is no newer one. */
    EXPIRED,
    /** Nothing was read yet, and nothing has gone wrong. */
    NOT_READY,
    /** The wait was interrupted. */
    INTERRUPTED,
    /** The source was closed by this process meanwhile. */
    CLOSED
  }

  /** Why. */
  private final Reason reason;

  FileSourceException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  FileSourceException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  static FileSourceException of(InvalidDocumentException e) {
    return new FileSourceException(reasonOf(e), String.valueOf(e.getMessage()), e);
  }

  private static Reason reasonOf(InvalidDocumentException e) {
    return switch (e.reason()) {
      case IO_ERROR -> reasonOf(e.getCause());
      case UNSAFE_FILE -> Reason.UNSAFE_FILE;
      case TOO_LARGE -> Reason.TOO_LARGE;
      case KEY_MISMATCH -> Reason.KEY_MISMATCH;
      default -> Reason.INVALID_FILE;
    };
  }

  private static Reason reasonOf(@Nullable Throwable cause) {
    if (cause instanceof NoSuchFileException) {
      return Reason.FILE_MISSING;
    }
    return cause instanceof AccessDeniedException ? Reason.FILE_DENIED : Reason.UNREADABLE;
  }

  @Override
  public Reason reason() {
    return reason;
  }
}
