package dev.spiffe4j.attest.agent;

import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.agent.HeldBundle.Trust;
import java.time.Instant;

/**
 * An X.509-SVID that the agent holds for an entry.
 *
 * @param entry the entry as it was when the SVID was signed
 * @param svid the SVID
 * @param renewAt when it is due
 * @param trust what the bundle of now says of its chain
 */
record HeldSvid(RegistrationEntry entry, X509Svid svid, Instant renewAt, Trust trust) {
  /** Why an entry needs a new SVID, the most urgent first. */
  enum Need {
    /** There is none to serve. */
    MISSING,
    /** It is due, or the entry asks for another one now. */
    DUE,
    /** It was signed by an authority whose signatures are being replaced. */
    TAINTED,
    /** It does not. */
    NONE
  }

  HeldSvid judgedBy(HeldBundle bundle) {
    Trust judged = bundle.trust(svid.chain());
    return judged == trust ? this : new HeldSvid(entry, svid, renewAt, judged);
  }

  /** Whether it may be served for the entry as it is now. */
  boolean isUsable(RegistrationEntry current, Instant now) {
    return now.isBefore(svid.expiresAt())
        && trust != Trust.UNTRUSTED
        && svid.spiffeId().equals(current.spiffeId());
  }

  Need need(RegistrationEntry current, Instant now) {
    if (!isUsable(current, now)) {
      return Need.MISSING;
    }
    if (!now.isBefore(renewAt) || isOutdated(current)) {
      return Need.DUE;
    }
    return trust == Trust.TAINTED ? Need.TAINTED : Need.NONE;
  }

  /** Only what is in a certificate counts: a new expiry of the entry must not re-sign a fleet. */
  private boolean isOutdated(RegistrationEntry current) {
    return !entry.dnsNames().equals(current.dnsNames())
        || !entry.x509SvidTtl().equals(current.x509SvidTtl());
  }
}
