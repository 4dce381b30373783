package dev.spiffe4j.attest.agent;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.attest.crypto.BouncyCastle;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import java.time.InstantSource;
import java.util.Optional;

/** Tells by which authorities of the own bundle tokens of the own trust domain were signed. */
final class JwtAuthorities {
  private final JwtBundle all;
  private final JwtBundle untainted;
  private final InstantSource clock;

  JwtAuthorities(HeldBundle bundle, InstantSource clock) {
    this.all = bundle.jwtBundle();
    this.untainted = bundle.untaintedJwtBundle();
    this.clock = clock;
  }

  boolean signed(JwtSvid svid) {
    return verifies(svid, all);
  }

  boolean isTainted(JwtSvid svid) {
    return !untainted.equals(all) && !verifies(svid, untainted);
  }

  private boolean verifies(JwtSvid svid, JwtBundle bundle) {
    try {
      JwtSvidVerifier.builder(trustDomain -> Optional.of(bundle), svid.audience().get(0))
          .clock(clock)
          .signatureProvider(BouncyCastle.provider())
          .build()
          .verify(svid.token());
      return true;
    } catch (SvidVerificationException e) {
      return false;
    }
  }
}
