package dev.spiffe4j.tls;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Svid;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Chooses which of the SVIDs of a source to present. Implementations are thread-safe and fast: they
 * run inside handshakes.
 */
@FunctionalInterface
public interface SvidPicker {
  /**
   * Chooses.
   *
   * @param svids all SVIDs of the source, the default one first; may be empty
   * @return the one to present; nothing if none will do, which a server refuses handshakes for
   */
  Optional<X509Svid> pick(List<X509Svid> svids);

  /**
   * Takes the default SVID, the first one.
   *
   * @return the picker
   */
  static SvidPicker first() {
    return svids -> svids.stream().findFirst();
  }

  /**
   * Takes none: clients that authenticate servers and stay anonymous.
   *
   * @return the picker
   */
  static SvidPicker none() {
    return svids -> Optional.empty();
  }

  /**
   * Takes the first SVID with this hint (Workload API §8), and no other one instead.
   *
   * @param hint the hint
   * @return the picker
   */
  static SvidPicker hint(String hint) {
    requireNonNull(hint, "hint");
    return matching(svid -> svid.hint().filter(hint::equals).isPresent());
  }

  /**
   * Takes the first SVID of which this is true, and no other one instead.
   *
   * @param wanted what must be true
   * @return the picker
   */
  static SvidPicker matching(Predicate<? super X509Svid> wanted) {
    requireNonNull(wanted, "wanted");
    return svids -> svids.stream().filter(wanted).findFirst();
  }

  /**
   * Chooses where there must be one.
   *
   * @param svids all SVIDs of the source
   * @return the one to present
   * @throws SvidVerificationException with {@link Reason#NO_SVID} if none will do
   */
  default X509Svid require(List<X509Svid> svids) {
    return pick(svids)
        .orElseThrow(
            () ->
                new SvidVerificationException(
                    Reason.NO_SVID, "none of " + svids.size() + " X.509-SVIDs is to be presented"));
  }
}
