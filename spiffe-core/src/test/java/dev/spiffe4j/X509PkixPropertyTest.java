package dev.spiffe4j;

import static dev.spiffe4j.TestCertificate.NOW;
import static dev.spiffe4j.TestCertificate.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.statistics.Statistics;

/**
 * The JDK's PKIX as an oracle. What it refuses, the verifier refuses. What it accepts and the
 * verifier refuses has one of the faults that PKIX leaves to others, and that are named here.
 */
@Label("X509-30 paths, as the JDK's PKIX sees them")
final class X509PkixPropertyTest {
  private static final Date DATE = Date.from(NOW);
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
  private static final int KEY_CERT_SIGN = 5;
  private static final int CRL_SIGN = 6;

  /** A path without the certificate that it ends in, and that certificate. */
  private record Found(List<X509Certificate> chain, X509Certificate authority) {}

  @Property(
      tries = 300,
      seed = "5280",
      shrinking = ShrinkingMode.OFF,
      edgeCases = EdgeCasesMode.NONE)
  void agreesWithPkix(@ForAll long number) throws GeneralSecurityException {
    RandomPki pki = new RandomPki(number);
    X509SvidVerifier verifier = verifier(pki);
    Optional<Found> ours = ours(verifier, pki.presented());
    Optional<Found> theirs = pkix(pki);

    if (ours.isPresent()) {
      assertThat(theirs).as("PKIX refuses").isPresent();
      requirePkixValid(ours.get());
    }
    if (ours.isEmpty() && theirs.isPresent()) {
      assertThat(faults(theirs.get())).as("refused for nothing").isNotEmpty();
    }
    // What was remembered changes nothing.
    assertThat(ours(verifier, pki.presented())).isEqualTo(ours);
    collect(ours, theirs);
  }

  private static void collect(Optional<Found> ours, Optional<Found> theirs) {
    String outcome = ours.isPresent() ? "both accept" : "we refuse more";
    Statistics.label("outcome")
        .collect(theirs.isPresent() ? outcome : "both refuse")
        .coverage(
            coverage -> {
              coverage.check("both accept").percentage(share -> share > 15);
              coverage.check("both refuse").percentage(share -> share > 20);
              coverage.check("we refuse more").percentage(share -> share > 10);
            });
  }

  private static X509SvidVerifier verifier(RandomPki pki) {
    X509Bundle bundle = X509Bundle.of(TRUST_DOMAIN, pki.bundle());
    return X509SvidVerifier.of(trustDomain -> Optional.of(bundle), InstantSource.fixed(NOW));
  }

  private static Optional<Found> ours(X509SvidVerifier verifier, List<X509Certificate> presented) {
    try {
      VerifiedPeer peer = verifier.verify(presented);
      return Optional.of(new Found(peer.chain(), peer.authority()));
    } catch (SvidVerificationException e) {
      return Optional.empty();
    }
  }

  private static Optional<Found> pkix(RandomPki pki) throws GeneralSecurityException {
    Set<TrustAnchor> anchors = anchors(pki.bundle());
    if (anchors.isEmpty()) {
      return Optional.empty();
    }
    List<X509Certificate> presented = pki.presented();
    X509CertSelector target = new X509CertSelector();
    target.setCertificate(presented.get(0));
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
    parameters.setDate(DATE);
    parameters.setRevocationEnabled(false);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(presented)));
    try {
      PKIXCertPathBuilderResult found =
          (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
      List<X509Certificate> chain =
          found.getCertPath().getCertificates().stream().map(X509Certificate.class::cast).toList();
      return Optional.of(new Found(chain, found.getTrustAnchor().getTrustedCert()));
    } catch (CertPathBuilderException e) {
      return Optional.empty();
    }
  }

  /** The very path that was found, and not another one, holds. */
  private static void requirePkixValid(Found found) throws GeneralSecurityException {
    PKIXParameters parameters = new PKIXParameters(anchors(fresh(List.of(found.authority()))));
    parameters.setDate(DATE);
    parameters.setRevocationEnabled(false);
    CertPathValidator validator = CertPathValidator.getInstance("PKIX");
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    assertThatNoException()
        .isThrownBy(
            () -> validator.validate(factory.generateCertPath(fresh(found.chain())), parameters));
  }

  private static List<X509Certificate> fresh(List<X509Certificate> certificates) {
    return certificates.stream()
        .map(certificate -> TestCertificate.parse(Certificates.encode(certificate)))
        .toList();
  }

  private static Set<TrustAnchor> anchors(Collection<X509Certificate> authorities) {
    return authorities.stream()
        .map(authority -> new TrustAnchor(authority, null))
        .collect(Collectors.toSet());
  }

  /** The faults of a path that PKIX accepts, told without any code of ours. */
  private static List<String> faults(Found path) throws GeneralSecurityException {
    List<String> faults = new ArrayList<>();
    addLeafFaults(faults, path.chain().get(0));
    List<X509Certificate> authorities = path.chain().subList(1, path.chain().size());
    for (X509Certificate authority : authorities) {
      // §4.3 wants what RFC 5280 leaves to the issuer.
      add(faults, "X509-21 authority without key usage", authority.getKeyUsage() == null);
      add(faults, "X509-12 authority names a workload", isWorkload(authority));
    }
    addAnchorFaults(faults, path);
    // PKIX leaves the purposes of those above to TLS, where one of the two sides is enough.
    boolean useful = grants(path, SERVER_AUTH) || grants(path, CLIENT_AUTH);
    add(faults, "X509-29 no purpose is left", !useful);
    return faults;
  }

  private static void addLeafFaults(List<String> faults, X509Certificate leaf)
      throws GeneralSecurityException {
    add(faults, "X509-32 leaf is an authority", leaf.getBasicConstraints() != -1);
    boolean[] usage = leaf.getKeyUsage();
    add(faults, "X509-24 leaf without digitalSignature", usage == null || !usage[0]);
    add(
        faults,
        "X509-33 leaf signs certificates",
        usage != null && (usage[KEY_CERT_SIGN] || usage[CRL_SIGN]));
    add(faults, "X509-03, X509-04, X509-08 not one workload", !isWorkload(leaf));
    add(
        faults,
        "X509-60 weak key",
        leaf.getPublicKey() instanceof RSAKey rsa && rsa.getModulus().bitLength() < 2048);
  }

  /** X509-54: RFC 5280 takes an anchor's name and key, and nothing else of it. */
  private static void addAnchorFaults(List<String> faults, Found path) {
    X509Certificate anchor = path.authority();
    boolean[] usage = anchor.getKeyUsage();
    add(faults, "X509-54 anchor out of date", !isValid(anchor));
    add(faults, "X509-54 anchor may not sign", usage == null || !usage[KEY_CERT_SIGN]);
    add(
        faults,
        "X509-16 anchor's path length",
        anchor.getBasicConstraints() < path.chain().size() - 1);
    add(faults, "X509-20 anchor's names", anchor.getExtensionValue("2.5.29.30") != null);
    add(
        faults,
        "X509-30 anchor's critical extension",
        anchor.getCriticalExtensionOIDs().contains("1.3.6.1.4.1.99999.1"));
  }

  private static boolean isValid(X509Certificate certificate) {
    return !NOW.isBefore(certificate.getNotBefore().toInstant())
        && !NOW.isAfter(certificate.getNotAfter().toInstant());
  }

  private static boolean isWorkload(X509Certificate certificate) throws GeneralSecurityException {
    return Optional.ofNullable(certificate.getSubjectAlternativeNames())
        .filter(names -> names.size() == 1)
        .flatMap(names -> names.stream().findFirst())
        .filter(name -> String.valueOf(name.get(1)).matches("spiffe://example\\.org(/[a-z]+)+"))
        .isPresent();
  }

  private static boolean grants(Found path, String purpose) throws GeneralSecurityException {
    List<X509Certificate> all = new ArrayList<>(path.chain());
    all.add(path.authority());
    for (X509Certificate certificate : all) {
      List<String> purposes = certificate.getExtendedKeyUsage();
      if (purposes != null && !purposes.contains(purpose)) {
        return false;
      }
    }
    return true;
  }

  private static void add(List<String> faults, String fault, boolean present) {
    if (present) {
      faults.add(fault);
    }
  }
}
