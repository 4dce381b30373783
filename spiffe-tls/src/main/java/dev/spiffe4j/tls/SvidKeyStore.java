package dev.spiffe4j.tls;

import java.io.InputStream;
import java.io.OutputStream;
import java.security.Key;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One entry, whose key and chain are of the moment in which the store was loaded. It has no trusted
 * certificates: a list of them cannot say which trust domain each one speaks for.
 */
final class SvidKeyStore extends KeyStoreSpi {
  private static final String ALIAS = "spiffe";

  private final Supplier<SpiffeTls> tls;
  private @Nullable Entry entry;

  private record Entry(Key key, List<X509Certificate> chain) {}

  SvidKeyStore(Supplier<SpiffeTls> tls) {
    this.tls = tls;
  }

  @Override
  public void engineLoad(@Nullable InputStream stream, char @Nullable [] password) {
    entry =
        tls.get().presented().map(svid -> new Entry(svid.privateKey(), svid.chain())).orElse(null);
  }

  @Override
  public @Nullable Key engineGetKey(String alias, char @Nullable [] password) {
    return has(alias) && entry != null ? entry.key() : null;
  }

  @Override
  public Certificate @Nullable [] engineGetCertificateChain(String alias) {
    return has(alias) && entry != null ? entry.chain().toArray(Certificate[]::new) : null;
  }

  @Override
  public @Nullable Certificate engineGetCertificate(String alias) {
    return has(alias) && entry != null ? entry.chain().get(0) : null;
  }

  private boolean has(String alias) {
    return entry != null && alias.equals(ALIAS);
  }

  @Override
  public @Nullable Date engineGetCreationDate(String alias) {
    return has(alias) && entry != null ? entry.chain().get(0).getNotBefore() : null;
  }

  @Override
  public Enumeration<String> engineAliases() {
    return entry == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(ALIAS));
  }

  @Override
  public boolean engineContainsAlias(String alias) {
    return has(alias);
  }

  @Override
  public int engineSize() {
    return entry == null ? 0 : 1;
  }

  @Override
  public boolean engineIsKeyEntry(String alias) {
    return has(alias);
  }

  @Override
  public boolean engineIsCertificateEntry(String alias) {
    return false;
  }

  @Override
  public @Nullable String engineGetCertificateAlias(Certificate certificate) {
    return entry != null && entry.chain().get(0).equals(certificate) ? ALIAS : null;
  }

  @Override
  public void engineSetKeyEntry(
      String alias, Key key, char @Nullable [] password, Certificate @Nullable [] chain)
      throws KeyStoreException {
    throw readOnly();
  }

  @Override
  public void engineSetKeyEntry(String alias, byte[] key, Certificate @Nullable [] chain)
      throws KeyStoreException {
    throw readOnly();
  }

  @Override
  public void engineSetCertificateEntry(String alias, Certificate certificate)
      throws KeyStoreException {
    throw readOnly();
  }

  @Override
  public void engineDeleteEntry(String alias) throws KeyStoreException {
    throw readOnly();
  }

  private static KeyStoreException readOnly() {
    return new KeyStoreException("a SPIFFE key store is read-only");
  }

  @Override
  public void engineStore(@Nullable OutputStream stream, char @Nullable [] password) {
    throw new UnsupportedOperationException("a SPIFFE key store is not written");
  }
}
