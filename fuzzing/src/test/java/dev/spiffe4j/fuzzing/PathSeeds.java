package dev.spiffe4j.fuzzing;

import static dev.spiffe4j.fuzzing.Inputs.NOW;

import dev.spiffe4j.X509Svid;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Chains that meet the rules of paths, and revocation lists. */
final class PathSeeds {
  private PathSeeds() {}

  static void write() throws IOException, GeneralSecurityException {
    TestTrustDomain domain =
        TestTrustDomain.builder("example.org")
            .clock(MutableInstantSource.of(NOW))
            .authorityLifetime(Duration.ofDays(365))
            .build();
    byte[] anchor = domain.bundle().encoded();
    for (int intermediates = 0; intermediates < 3; intermediates++) {
      X509Svid svid =
          domain.svid("/web").dnsNames("a.example.org").intermediates(intermediates).build();
      path("intermediates-" + intermediates, 1, anchor, svid.encodedChain());
    }
    path("no-anchor", 0, anchor, domain.issue("/web").encodedChain());
    try {
      constrained();
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static void path(String name, int anchors, byte[] anchor, byte[] chain)
      throws IOException {
    byte[] all = SeedWriter.concatenate(anchor, chain);
    SeedWriter.write(
        Target.X509_PATH, name, SeedWriter.concatenate(new byte[] {(byte) anchors}, all));
  }

  private static void constrained()
      throws IOException, GeneralSecurityException, OperatorCreationException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair keys = generator.generateKeyPair();
    ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
    X500Name root = new X500Name("CN=root,O=example");
    byte[] anchor =
        authority(root, keys)
            .addExtension(Extension.nameConstraints, true, constraints())
            .build(signer)
            .getEncoded();
    X509v3CertificateBuilder leaf =
        builder(root, new X500Name("O=example,CN=web"), keys, BigInteger.TWO)
            .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
            .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
            .addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                    new KeyPurposeId[] {
                      KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
            .addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(
                    new GeneralName[] {
                      new GeneralName(6, "spiffe://example.org/web"),
                      new GeneralName(2, "web.example.org"),
                      new GeneralName(7, "10.1.2.3"),
                      new GeneralName(1, "web@example.org"),
                      new GeneralName(4, "O=example,CN=web")
                    }));
    byte[] chain = leaf.build(signer).getEncoded();
    path("name-constraints", 1, anchor, chain);
    byte[] whole = SeedWriter.concatenate(anchor, chain);
    SeedWriter.write(
        Target.REVOCATION, "other", SeedWriter.lengthFirst(list(root, signer, 7), whole));
    SeedWriter.write(
        Target.REVOCATION, "revoked", SeedWriter.lengthFirst(list(root, signer, 2), whole));
    SeedWriter.write(Target.REVOCATION_LIST, "signed", list(root, signer, 2));
  }

  private static byte[] list(X500Name issuer, ContentSigner signer, int revoked)
      throws IOException {
    return new JcaX509v2CRLBuilder(
            new javax.security.auth.x500.X500Principal(issuer.getEncoded()), Date.from(NOW))
        .setNextUpdate(Date.from(NOW.plusSeconds(3600)))
        .addCRLEntry(BigInteger.valueOf(revoked), Date.from(NOW), CRLReason.keyCompromise)
        .addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.ONE))
        .build(signer)
        .getEncoded();
  }

  private static X509v3CertificateBuilder authority(X500Name name, KeyPair keys)
      throws IOException {
    return builder(name, name, keys, BigInteger.ONE)
        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
        .addExtension(
            Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
  }

  private static X509v3CertificateBuilder builder(
      X500Name issuer, X500Name subject, KeyPair keys, BigInteger serial) {
    return new JcaX509v3CertificateBuilder(
        issuer,
        serial,
        Date.from(NOW.minusSeconds(60)),
        Date.from(NOW.plus(Duration.ofDays(365))),
        subject,
        keys.getPublic());
  }

  private static NameConstraints constraints() {
    return new NameConstraints(
        subtrees(
            new GeneralName(6, "example.org"),
            new GeneralName(2, "example.org"),
            new GeneralName(7, "10.0.0.0/8"),
            new GeneralName(1, "example.org"),
            new GeneralName(4, "O=example")),
        subtrees(
            new GeneralName(6, ".bad.example.org"),
            new GeneralName(2, "bad.example.org"),
            new GeneralName(7, "10.9.0.0/16"),
            new GeneralName(4, "O=bad")));
  }

  private static GeneralSubtree[] subtrees(GeneralName... names) {
    return List.of(names).stream().map(GeneralSubtree::new).toArray(GeneralSubtree[]::new);
  }
}
