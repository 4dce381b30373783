package dev.spiffe4j.attest.agent;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;

/**
 * When an SVID is renewed: at half its life, give or take a tenth of that, so that what was signed
 * together is not renewed together. Drawn once for each SVID; drawn anew at each look, nearly all
 * would be renewed at the beginning of the window.
 */
final class HalfLife {
  private HalfLife() {}

  static Instant renewAt(Instant from, Instant until, SecureRandom random) {
    long half = Duration.between(from, until).toNanos() / 2;
    long spread = half / 10;
    if (spread <= 0) {
      return from;
    }
    return until.minusNanos(half - spread + random.nextLong(2 * spread));
  }
}
