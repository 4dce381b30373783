package dev.spiffe4j;

import dev.spiffe4j.GeneralName.Kind;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.der.DerReader;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The name constraints of one issuer (RFC 5280 §4.2.1.10). Whoever is below it, at any depth, must
 * satisfy them; the intersection of several issuers' constraints is that all of them are satisfied.
 */
final class NameConstraints {
  /**
   * Names times subtrees: both are the issuer's and the peer's to choose, so their product ends.
   */
  private static final int MAX_COMPARISONS = 10_000;

  private static final int PERMITTED = 0xa0;
  private static final int EXCLUDED = 0xa1;

  // emailAddress, as an attribute of a subject: 1.2.840.113549.1.9.1
  private static final String EMAIL_ATTRIBUTE = "1.2.840.113549.1.9.1";

  private final List<NameSubtree> permitted;
  private final List<NameSubtree> excluded;

  private NameConstraints(List<NameSubtree> permitted, List<NameSubtree> excluded) {
    this.permitted = permitted;
    this.excluded = excluded;
  }

  /** The constraints that an issuer puts on those below it. */
  static Optional<NameConstraints> of(X509Certificate issuer) {
    try {
      return Extensions.of(issuer)
          .sequence(Extensions.NAME_CONSTRAINTS)
          .map(NameConstraints::parse);
    } catch (InvalidDocumentException e) {
      throw new SvidVerificationException(
          Reason.CONSTRAINT_VIOLATED, "issuer has malformed name constraints", e);
    }
  }

  private static NameConstraints parse(DerReader reader) {
    List<NameSubtree> permitted = subtrees(reader, PERMITTED);
    List<NameSubtree> excluded = subtrees(reader, EXCLUDED);
    reader.requireEnd();
    if (permitted.isEmpty() && excluded.isEmpty()) {
      throw new InvalidDocumentException(
          InvalidDocumentException.Reason.MALFORMED, "name constraints without a subtree");
    }
    return new NameConstraints(permitted, excluded);
  }

  private static List<NameSubtree> subtrees(DerReader reader, int tag) {
    List<NameSubtree> subtrees = new ArrayList<>();
    if (!reader.hasMore() || reader.peekTag() != tag) {
      return subtrees;
    }
    DerReader list = reader.readContent(tag);
    while (list.hasMore()) {
      DerReader subtree = list.readContent(DerReader.SEQUENCE);
      subtrees.add(NameSubtree.of(GeneralName.read(subtree)));
      // minimum is always 0, its default, and maximum absent.
      subtree.requireEnd();
    }
    return subtrees;
  }

  /** Checks the names of a certificate below the issuer: RFC 5280 §6.1.3 (b), (c). */
  void check(X509Certificate certificate) {
    try {
      checkNames(certificate);
    } catch (InvalidDocumentException e) {
      throw new SvidVerificationException(
          Reason.CONSTRAINT_VIOLATED, "a name cannot be held to the issuer's constraints", e);
    }
  }

  private void checkNames(X509Certificate certificate) {
    List<GeneralName> names = new ArrayList<>(GeneralName.subjectAlternatives(certificate));
    GeneralName.ofSubject(certificate).ifPresent(names::add);
    if ((long) names.size() * (permitted.size() + excluded.size()) > MAX_COMPARISONS) {
      throw new SvidVerificationException(Reason.TOO_LARGE, "too many names and constraints");
    }
    checkLegacyEmail(certificate);
    names.forEach(this::checkName);
  }

  private void checkName(GeneralName name) {
    boolean constrained = false;
    boolean allowed = false;
    for (NameSubtree subtree : permitted) {
      if (subtree.kind() == name.kind()) {
        constrained = true;
        allowed = allowed || (isComparable(name) && subtree.contains(name));
      }
    }
    if (constrained && !allowed) {
      throw violated("a name is outside the subtrees that the issuer is permitted");
    }
    for (NameSubtree subtree : excluded) {
      if (subtree.kind() == name.kind() && (!isComparable(name) || subtree.touches(name))) {
        throw violated("a name is in a subtree that the issuer is excluded from");
      }
    }
  }

  /** A name that cannot be compared is neither allowed nor proven to be outside. */
  private static boolean isComparable(GeneralName name) {
    return NameSubtree.canCompare(name.kind())
        && (name.kind() != Kind.DNS || HostNames.isHostOrWildcard(name.text()));
  }

  /** §4.2.1.10: email constraints hold for addresses in subjects too; nobody needs those here. */
  private void checkLegacyEmail(X509Certificate certificate) {
    boolean email =
        permitted.stream().anyMatch(subtree -> subtree.kind() == Kind.EMAIL)
            || excluded.stream().anyMatch(subtree -> subtree.kind() == Kind.EMAIL);
    if (email
        && certificate.getSubjectX500Principal().getName("RFC2253").contains(EMAIL_ATTRIBUTE)) {
      throw violated("an email address in a subject under email constraints");
    }
  }

  private static SvidVerificationException violated(String message) {
    return new SvidVerificationException(Reason.CONSTRAINT_VIOLATED, message);
  }
}
