package dev.spiffe4j.fuzzing;

import static dev.spiffe4j.fuzzing.Inputs.NOW;
import static dev.spiffe4j.fuzzing.Inputs.TRUST_DOMAIN;
import static dev.spiffe4j.fuzzing.Inputs.requireSame;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Certificates, their keys and revocation lists. */
final class CertificateReaders {
  private CertificateReaders() {}

  static void bundle(byte[] data) {
    X509Bundle bundle = X509Bundle.parse(TRUST_DOMAIN, data);
    requireSame(bundle, X509Bundle.parse(TRUST_DOMAIN, bundle.encoded()));
  }

  static void bundlePem(byte[] data) {
    X509Bundle bundle = X509Bundle.parsePem(TRUST_DOMAIN, data);
    requireSame(bundle, X509Bundle.parsePem(TRUST_DOMAIN, bundle.toPem()));
  }

  static void svid(byte[] data) {
    List<byte[]> halves = Inputs.halves(data);
    X509Svid svid = X509Svid.parse(halves.get(1), halves.get(0));
    requireSame(svid.chain(), X509Svid.parse(svid.encodedChain(), halves.get(0)).chain());
  }

  static void svidPem(byte[] data) {
    X509Svid svid = X509Svid.parsePem(data, data);
    X509Svid printed = X509Svid.parsePem(svid.toPem(), svid.privateKeyToPem());
    requireSame(svid.chain(), printed.chain());
    requireSame(
        ByteBuffer.wrap(svid.encodedPrivateKey()), ByteBuffer.wrap(printed.encodedPrivateKey()));
    svid.toPkcs12WithPrivateKey(new char[] {'f'});
  }

  /** Presented certificates are their own anchors. */
  static void presented(byte[] data) {
    List<X509Certificate> presented = certificates(data);
    X509Bundle anchors = X509Bundle.of(TRUST_DOMAIN, presented);
    requireOwn(verifier(anchors).build().verify(presented), anchors);
  }

  /**
   * The first byte says how many certificates are anchors, the others are presented. Every
   * signature is taken as good, so that nothing but the rules of paths is left to refuse.
   */
  static void path(byte[] data) {
    List<X509Certificate> all = certificates(Inputs.rest(data));
    int anchorCount = Inputs.choice(data, all.size() + 1);
    X509Bundle anchors = X509Bundle.of(TRUST_DOMAIN, all.subList(0, anchorCount));
    List<X509Certificate> presented = all.subList(anchorCount, all.size());
    VerifiedPeer peer =
        verifier(anchors).signatureProvider(CredulousProvider.INSTANCE).build().verify(presented);
    requireOwn(peer, anchors);
    requireSame(presented.get(0), peer.chain().get(0));
  }

  /** A list, its length before it, and a path under it as {@link #path} has it. */
  static void revocation(byte[] data) {
    List<byte[]> halves = Inputs.halves(data);
    RevocationLists lists = RevocationLists.parse(List.of(halves.get(0)));
    List<X509Certificate> all = certificates(halves.get(1));
    X509Bundle anchors = X509Bundle.of(TRUST_DOMAIN, all.subList(0, Math.min(1, all.size())));
    VerifiedPeer peer =
        verifier(anchors)
            .signatureProvider(CredulousProvider.INSTANCE)
            .revocationLists(() -> lists)
            .build()
            .verify(all.subList(Math.min(1, all.size()), all.size()));
    requireOwn(peer, anchors);
  }

  private static X509SvidVerifier.Builder verifier(X509Bundle anchors) {
    return X509SvidVerifier.builder(trustDomain -> Optional.of(anchors)).clock(() -> NOW);
  }

  private static void requireOwn(VerifiedPeer peer, X509Bundle anchors) {
    requireSame(anchors.trustDomain(), peer.spiffeId().trustDomain());
    if (!anchors.authorities().contains(peer.authority())) {
      throw new AssertionError("verified under " + peer.authority() + ", which is no anchor");
    }
  }

  static void revocationList(byte[] data) {
    RevocationLists.parse(List.of(data));
  }

  /** By the JDK, as TLS does it. */
  private static List<X509Certificate> certificates(byte[] data) {
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(data))) {
        certificates.add((X509Certificate) certificate);
      }
      return certificates;
    } catch (CertificateException e) {
      throw new InvalidDocumentException(
          InvalidDocumentException.Reason.MALFORMED, "not certificates", e);
    }
  }
}
