package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.TestCertificate.Issued;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Verifies chains at {@link TestCertificate#NOW} under one bundle of example.org. */
final class Verification {
  private final X509Bundle bundle;
  private Instant now = TestCertificate.NOW;

  private Verification(X509Bundle bundle) {
    this.bundle = bundle;
  }

  static Verification under(Issued... authorities) {
    return new Verification(
        TestCertificate.bundle(
            Stream.of(authorities).map(Issued::certificate).toArray(X509Certificate[]::new)));
  }

  Verification at(Instant now) {
    this.now = now;
    return this;
  }

  VerifiedPeer verify(Issued... chain) {
    return X509SvidVerifier.of(
            trustDomain -> Optional.of(bundle).filter(b -> b.trustDomain().equals(trustDomain)),
            InstantSource.fixed(now))
        .verify(certificates(chain));
  }

  Reason refusal(Issued... chain) {
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> verify(chain));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  static List<X509Certificate> certificates(Issued... chain) {
    return Stream.of(chain).map(Issued::certificate).toList();
  }
}
