package dev.spiffe4j.conformance;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.Time;

/** A certificate made byte by byte: good as it begins, and as bad as it is asked to be. */
final class Cert {
  static final Instant NOW = Instant.parse(Token.TIME);

  /** A certificate and whose key it holds. */
  record Issued(String base64, String subject, Key key) {
    static Issued of(byte[] der, String subject, Key key) {
      return new Issued(Base64.getEncoder().encodeToString(der), subject, key);
    }

    byte[] der() {
      return Base64.getDecoder().decode(base64);
    }
  }

  private record Ext(String oid, boolean critical, String value) {}

  private final String subject;
  private final Key key;
  private final List<Ext> extensions = new ArrayList<>();
  private Instant from = NOW.minusSeconds(60);
  private Instant to = NOW.plusSeconds(3600);
  private BigInteger serial;
  private String alg = "";

  private Cert(String subject, Key key) {
    this.subject = subject;
    this.key = key;
    this.serial =
        new BigInteger(1, Key.hash("SHA-256", subject.getBytes(StandardCharsets.UTF_8)))
            .shiftRight(200);
  }

  static Cert leaf(String... uris) {
    return new Cert("O=SPIFFE,CN=leaf", Key.of("P-256", "leaf"))
        .ca(false)
        .usage(KeyUsage.digitalSignature)
        .sans(uris);
  }

  static Cert bare(String subject, Key key) {
    return new Cert(subject, key);
  }

  static Cert authority(String name) {
    return new Cert("O=SPIFFE,CN=" + name, Key.of("P-256", name))
        .ca(true)
        .usage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
  }

  Cert ca(boolean ca) {
    return with("2.5.29.19", true, new BasicConstraints(ca));
  }

  Cert pathLength(int length) {
    return with("2.5.29.19", true, new BasicConstraints(length));
  }

  Cert usage(int bits) {
    return with("2.5.29.15", true, new KeyUsage(bits));
  }

  Cert sans(String... uris) {
    byte[][] names = new byte[uris.length][];
    for (int i = 0; i < uris.length; i++) {
      names[i] = name(6, uris[i].getBytes(StandardCharsets.UTF_8));
    }
    return uris.length == 0 ? this : with("2.5.29.17", false, names(names));
  }

  static byte[] name(int tag, byte[] content) {
    return encode(new DERTaggedObject(false, tag, new DEROctetString(content)));
  }

  static byte[] names(byte[]... names) {
    ASN1EncodableVector all = new ASN1EncodableVector();
    for (byte[] name : names) {
      try {
        all.add(org.bouncycastle.asn1.ASN1Primitive.fromByteArray(name));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
    return encode(new DERSequence(all));
  }

  Cert with(String oid, boolean critical, ASN1Encodable value) {
    return with(oid, critical, encode(value));
  }

  Cert with(String oid, boolean critical, byte[] value) {
    return without(oid).add(oid, critical, value);
  }

  Cert add(String oid, boolean critical, byte[] value) {
    extensions.add(new Ext(oid, critical, HexFormat.of().formatHex(value)));
    return this;
  }

  Cert without(String oid) {
    extensions.removeIf(ext -> ext.oid().equals(oid));
    return this;
  }

  Cert validity(Instant from, Instant to) {
    this.from = from;
    this.to = to;
    return this;
  }

  Cert serial(BigInteger serial) {
    this.serial = serial;
    return this;
  }

  Cert alg(String alg) {
    this.alg = alg;
    return this;
  }

  Cert copy(String subject, Key key) {
    Cert copy = new Cert(subject, key);
    copy.extensions.addAll(extensions);
    copy.from = from;
    copy.to = to;
    return copy;
  }

  Issued selfSigned() {
    return sign(subject, key);
  }

  Issued by(Issued issuer) {
    return sign(issuer.subject(), issuer.key());
  }

  Issued sign(String issuer, Key signer) {
    String name = alg.isEmpty() ? usual(signer) : alg;
    ASN1EncodableVector tbs = new ASN1EncodableVector();
    tbs.add(new DERTaggedObject(true, 0, new ASN1Integer(2)));
    tbs.add(new ASN1Integer(serial));
    tbs.add(algorithm(signer, name));
    tbs.add(new X500Name(issuer));
    tbs.add(sequence(new Time(Date.from(from), Locale.ROOT), new Time(Date.from(to), Locale.ROOT)));
    tbs.add(new X500Name(subject));
    tbs.add(key.info());
    if (!extensions.isEmpty()) {
      ASN1EncodableVector all = new ASN1EncodableVector();
      for (Ext ext : extensions) {
        all.add(
            new Extension(
                new ASN1ObjectIdentifier(ext.oid()),
                ext.critical(),
                HexFormat.of().parseHex(ext.value())));
      }
      tbs.add(new DERTaggedObject(true, 3, new DERSequence(all)));
    }
    DERSequence signed = new DERSequence(tbs);
    byte[] signature = signer.signDer(name, encode(signed));
    return Issued.of(
        encode(sequence(signed, algorithm(signer, name), new DERBitString(signature))),
        subject,
        key);
  }

  private static String usual(Key key) {
    return switch (key.type) {
      case "RSA" -> "RS256";
      case "P-384" -> "ES384";
      case "P-521" -> "ES512";
      default -> "ES256";
    };
  }

  private static AlgorithmIdentifier algorithm(Key signer, String name) {
    if (signer.type.equals("Ed25519")) {
      return new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.3.101.112"));
    }
    String oid =
        switch (name) {
          case "RS256" -> "1.2.840.113549.1.1.11";
          case "RSA-SHA1" -> "1.2.840.113549.1.1.5";
          case "ECDSA-SHA1" -> "1.2.840.10045.4.1";
          case "ES384" -> "1.2.840.10045.4.3.3";
          case "ES512" -> "1.2.840.10045.4.3.4";
          default -> "1.2.840.10045.4.3.2";
        };
    return signer.type.equals("RSA")
        ? new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid), DERNull.INSTANCE)
        : new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid));
  }

  static DERSequence sequence(ASN1Encodable... elements) {
    return new DERSequence(elements);
  }

  static byte[] encode(ASN1Encodable value) {
    try {
      return value.toASN1Primitive().getEncoded("DER");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
