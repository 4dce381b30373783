package dev.spiffe4j.jwt;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;

/** Logs what is ignored in one document, for callers that do not listen themselves. */
final class IgnoredKeyLog implements Consumer<IgnoredKey> {
  private static final Logger LOGGER = System.getLogger(IgnoredKeyLog.class.getName());

  private int count;

  @Override
  public void accept(IgnoredKey ignored) {
    count++;
    LOGGER.log(
        Level.DEBUG,
        "bundle of {0}: entry {1} is ignored: {2}",
        ignored.trustDomain(),
        ignored.index(),
        ignored.detail());
  }

  /** One line for all, as a document may have many. */
  void warn(String document) {
    if (count > 0) {
      LOGGER.log(Level.WARNING, "{0}: {1} entries are not usable", document, count);
    }
  }
}
