package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An X.509-SVID to present: a certificate chain and the private key of its leaf (X509-SVID §2).
 * Immutable and thread-safe; never prints its key, and cannot be serialized.
 *
 * <p>An SVID keeps no bytes of its key beside the key itself, and wipes those that it works with.
 * Arrays that are given to it, or come from it, are the caller's to wipe. It never destroys the
 * key: one SVID may be in several snapshots, and in handshakes that go on. The keys that are made
 * here by parsing are the JDK's, which cannot be destroyed and go with the last reference. Whoever
 * gave {@link #of} a key that can be destroyed, such as a token's, remains its owner, and destroys
 * it when nothing presents the SVID any more.
 *
 * <p>ML-DSA keys need JDK 24 or newer, which reads expanded keys of PKCS#8 and those with a seed
 * beside; or a provider such as Bouncy Castle's, which also reads those of a seed alone. Without
 * either they are refused with {@link Reason#UNSUPPORTED_KEY}.
 */
public final class X509Svid {
  /** The longest chain that is read or made. */
  static final int MAX_CHAIN = 16;

  private final SpiffeId spiffeId;
  private final List<X509Certificate> chain;
  private final PrivateKey privateKey;
  private final String hint;

  private X509Svid(
      SpiffeId spiffeId, List<X509Certificate> chain, PrivateKey privateKey, String hint) {
    this.spiffeId = spiffeId;
    this.chain = chain;
    this.privateKey = privateKey;
    this.hint = hint;
  }

  /**
   * Makes an SVID of a key and its chain.
   *
   * @param privateKey the key of the leaf; need not be extractable, and stays its owner's to
   *     destroy
   * @param chain the certificates, leaf first, at most 16
   * @return the SVID
   * @throws InvalidDocumentException if the leaf or a signing certificate breaks the profile, or
   *     the key is not the leaf's
   */
  public static X509Svid of(PrivateKey privateKey, List<X509Certificate> chain) {
    requireNonNull(privateKey, "privateKey");
    return make(
        privateKey, chain, publicKey -> PrivateKeys.requireMatch(privateKey, publicKey, null));
  }

  /**
   * Makes an SVID of a key that another provider than the platform's holds or knows, such as one of
   * ML-DSA before JDK 24.
   *
   * @param privateKey the key of the leaf; need not be extractable
   * @param chain the certificates, leaf first, at most 16
   * @param provider what proves that the key is the leaf's; need not be registered
   * @return the SVID
   * @throws InvalidDocumentException if the leaf or a signing certificate breaks the profile, or
   *     the key is not the leaf's
   */
  public static X509Svid of(PrivateKey privateKey, List<X509Certificate> chain, Provider provider) {
    requireNonNull(privateKey, "privateKey");
    requireNonNull(provider, "provider");
    return make(
        privateKey, chain, publicKey -> PrivateKeys.requireMatch(privateKey, publicKey, provider));
  }

  private static X509Svid make(
      PrivateKey privateKey, List<X509Certificate> chain, Consumer<PublicKey> requireMatch) {
    List<X509Certificate> copy = List.copyOf(chain);
    if (copy.isEmpty()) {
      throw new InvalidDocumentException(Reason.EMPTY, "an X.509-SVID without certificates");
    }
    if (copy.size() > MAX_CHAIN) {
      throw new InvalidDocumentException(
          Reason.TOO_LARGE, "chain of " + copy.size() + " (expected: <= " + MAX_CHAIN + ")");
    }
    SpiffeId spiffeId = checkProfile(copy);
    checkKey(copy.get(0));
    requireMatch.accept(copy.get(0).getPublicKey());
    return new X509Svid(spiffeId, copy, privateKey, "");
  }

  /**
   * Parses the form of the Workload API.
   *
   * @param certificates concatenated DER certificates, leaf first
   * @param privateKey an unencrypted PKCS#8 key in DER; not kept, and the caller's to wipe
   * @return the SVID
   * @throws InvalidDocumentException if either is anything else, or they do not belong together
   */
  public static X509Svid parse(byte[] certificates, byte[] privateKey) {
    List<X509Certificate> chain = Certificates.parseDer(certificates, MAX_CHAIN);
    if (chain.isEmpty()) {
      throw new InvalidDocumentException(Reason.EMPTY, "an X.509-SVID without certificates");
    }
    PrivateKey key = PrivateKeys.parsePkcs8(privateKey, chain.get(0).getPublicKey(), null);
    return make(
        key,
        chain,
        publicKey -> {
          if (!EcKeyDocument.namesPublicKey(privateKey, publicKey)) {
            PrivateKeys.requireMatch(key, publicKey, null);
          }
        });
  }

  /**
   * Parses PEM (RFC 7468). Both may be the same document. Text outside blocks and blocks of other
   * kinds are ignored; keys that are encrypted, or PKCS#1 or SEC 1, are refused.
   *
   * @param certificates blocks {@code CERTIFICATE}, leaf first, at most 16
   * @param privateKey one block {@code PRIVATE KEY}, an unencrypted PKCS#8 key; not kept, and the
   *     caller's to wipe
   * @return the SVID
   * @throws InvalidDocumentException if either is anything else, or they do not belong together
   */
  public static X509Svid parsePem(byte[] certificates, byte[] privateKey) {
    return readPem(certificates, privateKey, null);
  }

  /**
   * Parses PEM with a key that another provider than the platform's reads.
   *
   * @param certificates blocks {@code CERTIFICATE}, leaf first, at most 16
   * @param privateKey one block {@code PRIVATE KEY}, an unencrypted PKCS#8 key
   * @param provider what reads the key, and proves that it is the leaf's; need not be registered
   * @return the SVID
   * @throws InvalidDocumentException if either is anything else, or they do not belong together
   */
  public static X509Svid parsePem(byte[] certificates, byte[] privateKey, Provider provider) {
    return readPem(certificates, privateKey, requireNonNull(provider, "provider"));
  }

  private static X509Svid readPem(
      byte[] certificates, byte[] privateKey, @Nullable Provider provider) {
    List<X509Certificate> chain = Certificates.parsePem(certificates, MAX_CHAIN);
    if (chain.isEmpty()) {
      throw new InvalidDocumentException(Reason.EMPTY, "PEM has no certificates");
    }
    PrivateKey key = PrivateKeys.parsePem(privateKey, chain.get(0).getPublicKey(), provider);
    return make(key, chain, publicKey -> PrivateKeys.requireMatch(key, publicKey, provider));
  }

  /**
   * Loads PEM files, which may be one and the same. {@link SvidFiles} loads files that another
   * program replaces.
   *
   * @param certificates as for {@link #parsePem}
   * @param privateKey as for {@link #parsePem}
   * @return the SVID
   * @throws InvalidDocumentException if a file cannot be read, with {@link Reason#IO_ERROR}, or is
   *     not what it should be
   */
  public static X509Svid load(Path certificates, Path privateKey) {
    byte[] key = DocumentFile.read(privateKey);
    try {
      return parsePem(DocumentFile.read(certificates), key);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static SpiffeId checkProfile(List<X509Certificate> chain) {
    try {
      for (X509Certificate authority : chain.subList(1, chain.size())) {
        if (!X509Profile.isAuthority(authority)) {
          throw new InvalidDocumentException(
              Reason.BAD_PROFILE, "a certificate above the leaf may not sign certificates");
        }
        X509Profile.checkAuthorityName(authority);
      }
      UnreadableExtensions.refuse(chain.get(0));
      return X509Profile.checkLeaf(chain.get(0));
    } catch (SvidVerificationException e) {
      Reason reason =
          e.reason() == SvidVerificationException.Reason.BAD_SPIFFE_ID
              ? Reason.BAD_SPIFFE_ID
              : Reason.BAD_PROFILE;
      throw new InvalidDocumentException(reason, String.valueOf(e.getMessage()), e);
    }
  }

  private static void checkKey(X509Certificate leaf) {
    try {
      X509Keys.check(leaf.getPublicKey());
      MlDsa.checkEncoding(leaf);
    } catch (SvidVerificationException e) {
      throw new InvalidDocumentException(Reason.UNSUPPORTED_KEY, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The same SVID with a hint, which says what it is meant for (Workload API §8).
   *
   * @param hint such as {@code internal}; empty for none
   * @return a new SVID
   */
  public X509Svid withHint(String hint) {
    return new X509Svid(spiffeId, chain, privateKey, requireNonNull(hint, "hint"));
  }

  /**
   * Whom the SVID names.
   *
   * @return its SPIFFE ID
   */
  public SpiffeId spiffeId() {
    return spiffeId;
  }

  /**
   * The certificates.
   *
   * @return the chain, leaf first
   */
  public List<X509Certificate> chain() {
    return chain;
  }

  /**
   * The certificate of the workload itself.
   *
   * @return the first of {@link #chain}
   */
  public X509Certificate leaf() {
    return chain.get(0);
  }

  /**
   * The leaf's key.
   *
   * @return the key
   */
  public PrivateKey privateKey() {
    return privateKey;
  }

  /**
   * What the SVID is meant for.
   *
   * @return the hint, or nothing if it has none
   */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }

  /**
   * From when on the leaf is valid.
   *
   * @return its {@code notBefore}
   */
  public Instant notBefore() {
    return leaf().getNotBefore().toInstant();
  }

  /**
   * The end of the leaf's validity.
   *
   * @return its {@code notAfter}
   */
  public Instant expiresAt() {
    return leaf().getNotAfter().toInstant();
  }

  /**
   * The certificates as {@link #parse} reads them.
   *
   * @return concatenated DER, leaf first, a new array
   */
  public byte[] encodedChain() {
    return Certificates.encode(chain);
  }

  /**
   * The certificates as PEM, without the key.
   *
   * @return blocks {@code CERTIFICATE}, leaf first, a new array
   */
  public byte[] toPem() {
    return PemWriter.certificates(chain);
  }

  /**
   * The private key in the form of the Workload API, for {@link #parse(byte[], byte[])}. Whoever
   * has it is the workload: fill the array with zeros afterwards.
   *
   * @return an unencrypted PKCS#8 key in DER, with the public key if it is an EC key, a new array
   * @throws InvalidDocumentException if the key does not leave its provider, or was destroyed, with
   *     {@link Reason#UNSUPPORTED_KEY}
   */
  public byte[] encodedPrivateKey() {
    return PrivateKeys.encode(privateKey, leaf().getPublicKey());
  }

  /**
   * The private key as PEM. Whoever has it is the workload: write it to nothing that others read,
   * and fill the array with zeros afterwards.
   *
   * @return one block {@code PRIVATE KEY}, an unencrypted PKCS#8 key, a new array
   * @throws InvalidDocumentException if the key does not leave its provider, or was destroyed, with
   *     {@link Reason#UNSUPPORTED_KEY}
   */
  public byte[] privateKeyToPem() {
    return PrivateKeys.toPem(privateKey, leaf().getPublicKey());
  }

  /**
   * A PKCS#12 key store of the chain and the private key, under the alias {@code svid}.
   *
   * @param password what protects the store and the key; not empty, and not kept
   * @return the store, a new array
   * @throws InvalidDocumentException if the key does not leave its provider, or the chain's
   *     certificates did not sign each other, with {@link Reason#UNSUPPORTED_KEY}
   * @throws IllegalArgumentException if the password is empty
   */
  public byte[] toPkcs12WithPrivateKey(char[] password) {
    return Pkcs12.keyStore(this, password);
  }

  /** Returns the SPIFFE ID and the expiry, and nothing of the key. */
  @Override
  public String toString() {
    return "X509Svid[" + spiffeId + ", expires " + expiresAt() + "]";
  }
}
