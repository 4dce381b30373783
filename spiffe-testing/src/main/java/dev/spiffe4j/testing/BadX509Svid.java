package dev.spiffe4j.testing;

import dev.spiffe4j.SvidVerificationException.Reason;
import java.util.List;
import org.bouncycastle.asn1.x509.KeyUsage;

/**
 * X.509-SVIDs that a verifier must refuse, each for one reason only. All but those of {@link
 * #OTHER_TRUST_DOMAIN}, {@link #UNTRUSTED_AUTHORITY} and {@link #BAD_SIGNATURE} are signed by the
 * authority of the trust domain.
 */
public enum BadX509Svid {
  /** A leaf without any name. */
  NO_NAME(Reason.BAD_SPIFFE_ID, bad -> bad.signed(bad.unnamed())),
  /** A leaf with a DNS name and no URI. */
  DNS_NAME_ONLY(Reason.BAD_SPIFFE_ID, bad -> bad.signed(bad.unnamed().dns("web.example.org"))),
  /** A leaf with two SPIFFE IDs. */
  TWO_SPIFFE_IDS(
      Reason.BAD_SPIFFE_ID, bad -> bad.signed(bad.leaf().uri(bad.domain() + "/another"))),
  /** A leaf with a SPIFFE ID and the URI of something else. */
  SECOND_URI(Reason.BAD_SPIFFE_ID, bad -> bad.signed(bad.leaf().uri("https://example.org/"))),
  /** A leaf whose URI is not quite a SPIFFE ID, as it has an empty segment. */
  MALFORMED_SPIFFE_ID(
      Reason.BAD_SPIFFE_ID, bad -> bad.signed(bad.unnamed().uri(bad.domain() + "//web"))),
  /** A leaf with the ID of the trust domain itself, which is nobody's. */
  TRUST_DOMAIN_ID(Reason.BAD_PROFILE, bad -> bad.signed(bad.unnamed().uri(bad.domain()))),
  /** A leaf of the trust domain {@code elsewhere.test}; that there is no bundle of. */
  OTHER_TRUST_DOMAIN(
      Reason.NO_BUNDLE, bad -> bad.signed(bad.unnamed().uri("spiffe://elsewhere.test/web"))),
  /** A leaf whose names are no names. */
  MALFORMED_NAMES(
      Reason.MALFORMED,
      bad -> bad.signed(bad.unnamed().extension("2.5.29.17", false, new byte[] {0x30, 0x7f, 1}))),
  /** A leaf that is an authority. */
  AUTHORITY(
      Reason.BAD_PROFILE, bad -> bad.signed(bad.leaf().ca(true).alsoUsedFor(KeyUsage.keyCertSign))),
  /** A leaf that may sign certificates. */
  KEY_CERT_SIGN(
      Reason.BAD_PROFILE, bad -> bad.signed(bad.leaf().alsoUsedFor(KeyUsage.keyCertSign))),
  /** A leaf that may sign revocation lists. */
  CRL_SIGN(Reason.BAD_PROFILE, bad -> bad.signed(bad.leaf().alsoUsedFor(KeyUsage.cRLSign))),
  /** A leaf that may not sign. */
  NO_DIGITAL_SIGNATURE(
      Reason.BAD_PROFILE, bad -> bad.signed(bad.leaf().onlyUsedFor(KeyUsage.keyEncipherment))),
  /** A leaf that does not say what it may do. */
  NO_KEY_USAGE(Reason.BAD_PROFILE, bad -> bad.signed(bad.leaf().onlyUsedFor(0))),
  /** A leaf that has ended a second ago. */
  EXPIRED(Reason.EXPIRED, bad -> bad.signed(bad.leaf(bad.ago(9), bad.ago(1)))),
  /** A leaf that begins in a minute. */
  NOT_YET_VALID(Reason.NOT_YET_VALID, bad -> bad.signed(bad.leaf(bad.ago(-60), bad.ago(-120)))),
  /** A leaf with a critical extension that nobody knows. */
  UNKNOWN_CRITICAL_EXTENSION(
      Reason.UNSUPPORTED_EXTENSION,
      bad -> bad.signed(bad.leaf().extension("1.3.6.1.4.1.99999.1", true, new byte[] {5, 0}))),
  /** A leaf with an RSA key of 1024 bits. */
  WEAK_RSA(Reason.WEAK_KEY, bad -> bad.signed(bad.leaf(), KeyType.RSA_1024)),
  /** A leaf that an authority signed that is not in the bundle. */
  UNTRUSTED_AUTHORITY(Reason.UNTRUSTED_CHAIN, bad -> bad.signed(bad.leaf(), bad.stranger())),
  /** A leaf that names the authority of the bundle, and that another key signed. */
  BAD_SIGNATURE(Reason.BAD_SIGNATURE, bad -> bad.signed(bad.leaf(), bad.impostor())),
  /** A leaf below an authority for the trust domain {@code elsewhere.test} only. */
  NAME_CONSTRAINT(
      Reason.CONSTRAINT_VIOLATED, bad -> bad.below(bad.intermediate().onlyFor("elsewhere.test"))),
  /** A leaf below two authorities, of which the upper allows none below it. */
  PATH_LENGTH(Reason.CONSTRAINT_VIOLATED, bad -> bad.belowTwo(bad.intermediate().pathLength(0))),
  /** A leaf below another leaf. */
  ISSUED_BY_LEAF(Reason.CONSTRAINT_VIOLATED, bad -> bad.below(bad.leaf())),
  /** A leaf below an authority that has ended. */
  EXPIRED_INTERMEDIATE(Reason.EXPIRED, bad -> bad.below(bad.intermediate(bad.ago(9), bad.ago(1)))),
  /** A leaf below an authority that names a workload. */
  INTERMEDIATE_WITH_PATH(
      Reason.BAD_PROFILE, bad -> bad.below(bad.intermediate().uri(bad.domain() + "/authority"))),
  /** A leaf below sixteen authorities: one certificate too many. */
  CHAIN_TOO_LONG(Reason.TOO_LARGE, BadSvidParts::tooLong),
  /** A leaf of more than 64 KiB. */
  CERTIFICATE_TOO_LARGE(
      Reason.TOO_LARGE,
      bad -> bad.signed(bad.leaf().extension("1.3.6.1.4.1.99999.2", false, new byte[65_536]))),
  /** No certificate at all. */
  NO_CERTIFICATE(Reason.NO_SVID, bad -> bad.signed(bad.leaf()).withChain(List.of()));

  @FunctionalInterface
  private interface Recipe {
    UncheckedSvid make(BadSvidParts parts);
  }

  private final Reason reason;

  @SuppressWarnings("ImmutableEnumChecker") // without state
  private final Recipe recipe;

  BadX509Svid(Reason reason, Recipe recipe) {
    this.reason = reason;
    this.recipe = recipe;
  }

  /**
   * Why a verifier refuses it that has only the bundle of the trust domain.
   *
   * @return the reason
   */
  public Reason reason() {
    return reason;
  }

  /**
   * Issues one.
   *
   * @param domain whose authority signs
   * @param path whom it would name, such as {@code /web}
   * @return the chain and the key of its leaf
   */
  public UncheckedSvid issue(TestTrustDomain domain, String path) {
    return recipe.make(new BadSvidParts(domain, path));
  }
}
