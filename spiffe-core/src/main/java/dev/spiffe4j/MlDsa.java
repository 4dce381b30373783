package dev.spiffe4j;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.der.DerReader;
import java.nio.ByteBuffer;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The parameter sets of ML-DSA (FIPS 204). JDK 24 and newer have them, and Bouncy Castle. Keys are
 * told by their encoding, since older JDKs hold them in no form of their own.
 */
@SuppressWarnings("ImmutableEnumChecker") // the arrays are never written
enum MlDsa {
  ML_DSA_44("11", 1312),
  ML_DSA_65("12", 1952),
  ML_DSA_87("13", 2592);

  private static final String ARC = "2.16.840.1.101.3.4.3.";
  private static final String NULL = "0500";

  private final String oid;
  private final int keyLength;
  // RFC 9881 §2: an AlgorithmIdentifier has no parameters.
  private final String identifier;
  private final byte[] prefix;
  private final byte[] prefixWithNull;

  MlDsa(String lastArc, int keyLength) {
    this.oid = ARC + Integer.parseInt(lastArc, 16);
    this.identifier = "06096086480165030403" + lastArc;
    this.keyLength = keyLength;
    this.prefix = prefix("");
    this.prefixWithNull = prefix(NULL);
  }

  /** The encoding of a key up to its own bytes, with parameters of an AlgorithmIdentifier. */
  private byte[] prefix(String parameters) {
    byte length = (byte) ((identifier.length() + parameters.length()) / 2);
    String algorithmInfo = "30" + HexFormat.of().toHexDigits(length) + identifier + parameters;
    String bits = "0382" + hex(1 + keyLength) + "00";
    int whole = (algorithmInfo.length() + bits.length()) / 2 + keyLength;
    return HexFormat.of().parseHex("3082" + hex(whole) + algorithmInfo + bits);
  }

  private static String hex(int length) {
    return HexFormat.of().toHexDigits((short) length);
  }

  /** The name of the algorithm at providers. */
  String algorithm() {
    return name().replace('_', '-');
  }

  static Optional<MlDsa> ofOid(String oid) {
    return oid.startsWith(ARC)
        ? Arrays.stream(values()).filter(set -> set.oid.equals(oid)).findFirst()
        : Optional.empty();
  }

  /** The parameter set of a key, if it is one of ML-DSA and of the right length. */
  static Optional<MlDsa> of(PublicKey key) {
    if (key instanceof ECKey || key instanceof RSAKey) {
      return Optional.empty();
    }
    byte @Nullable [] encoded = key.getEncoded();
    return encoded == null
        ? Optional.empty()
        : Arrays.stream(values())
            // Older JDKs write NULL into keys that they do not know, whatever they have read.
            .filter(
                set -> set.begins(encoded, set.prefix) || set.begins(encoded, set.prefixWithNull))
            .findFirst();
  }

  private boolean begins(byte[] keyInfo, byte[] begin) {
    return keyInfo.length == begin.length + keyLength
        && Arrays.equals(keyInfo, 0, begin.length, begin, 0, begin.length);
  }

  /** The encoding of a key as the standard has it. */
  byte[] encoded(PublicKey key) {
    byte[] encoded = key.getEncoded();
    return ByteBuffer.allocate(prefix.length + keyLength)
        .put(prefix)
        .put(encoded, encoded.length - keyLength, keyLength)
        .array();
  }

  /** Refuses a signature of one parameter set, or of another algorithm, by a key of another. */
  static void requireFit(String signatureOid, PublicKey key) throws InvalidKeyException {
    Optional<MlDsa> set = ofOid(signatureOid);
    if (set.isPresent() && !set.equals(of(key))) {
      throw new InvalidKeyException("signature of " + set.get() + " by another kind of key");
    }
  }

  /** Refuses parameters in a certificate, which the JDK does not always tell of. */
  static void checkEncoding(X509Certificate certificate) {
    Optional<MlDsa> signature = ofOid(certificate.getSigAlgOID());
    Optional<MlDsa> key = of(certificate.getPublicKey());
    if (signature.isEmpty() && key.isEmpty()) {
      return;
    }
    try {
      if (isStrict(certificate, signature, key)) {
        return;
      }
    } catch (InvalidDocumentException e) {
      throw new SvidVerificationException(Reason.MALFORMED, "certificate is not DER", e);
    }
    throw new SvidVerificationException(Reason.MALFORMED, "ML-DSA with parameters");
  }

  private static boolean isStrict(
      X509Certificate certificate, Optional<MlDsa> signature, Optional<MlDsa> key) {
    DerReader outer =
        new DerReader(Certificates.encode(certificate)).readContent(DerReader.SEQUENCE);
    DerReader fields = outer.readContent(DerReader.SEQUENCE);
    byte[] outerIdentifier = outer.readElement();
    // RFC 5280 §4.1: version, serial number, signature, issuer, validity, subject, key.
    fields.readElement();
    fields.readElement();
    byte[] innerIdentifier = fields.readElement();
    fields.readElement();
    fields.readElement();
    fields.readElement();
    byte[] keyInfo = fields.readElement();
    return (key.isEmpty() || key.get().begins(keyInfo, key.get().prefix))
        && (signature.isEmpty()
            || (signature.get().isIdentifier(innerIdentifier)
                && signature.get().isIdentifier(outerIdentifier)));
  }

  private boolean isIdentifier(byte[] element) {
    return HexFormat.of().formatHex(element).equals("300b" + identifier);
  }
}
