package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException.Reason;
import dev.spiffe4j.der.DerReader;
import java.io.ByteArrayInputStream;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * Certificate revocation lists that a verifier goes by (RFC 5280 §5). SPIFFE gives them no meaning
 * of its own: whoever has lists and wants them checked hands them to {@link
 * X509SvidVerifier.Builder#revocationLists}. Immutable and thread-safe.
 *
 * <p>A certificate is held to the lists of its issuer, if there is one; without one it passes. A
 * list that its issuer did not sign, that is out of date, or that needs an extension which is not
 * understood, refuses everything under its issuer.
 */
public final class RevocationLists {
  private static final int MAX_LISTS = 1000;
  private static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final RevocationLists NONE = new RevocationLists(List.of());

  private final List<X509CRL> lists;

  private RevocationLists(List<X509CRL> lists) {
    this.lists = lists;
  }

  /**
   * No lists at all: nothing is checked.
   *
   * @return the empty value
   */
  public static RevocationLists none() {
    return NONE;
  }

  /**
   * Parses lists, in the form of the Workload API.
   *
   * @param der one CRL each
   * @return the lists
   * @throws InvalidDocumentException if one is not a CRL in DER, or there is too much of them
   */
  public static RevocationLists parse(Collection<byte[]> der) {
    if (der.size() > MAX_LISTS) {
      throw new InvalidDocumentException(Reason.TOO_LARGE, "more than " + MAX_LISTS + " CRLs");
    }
    List<X509CRL> lists = new ArrayList<>();
    for (byte[] list : der) {
      lists.add(parse(requireNonNull(list, "list")));
    }
    return new RevocationLists(List.copyOf(lists));
  }

  private static X509CRL parse(byte[] der) {
    if (der.length == 0) {
      throw new InvalidDocumentException(Reason.EMPTY, "a CRL without bytes");
    }
    if (der.length > MAX_BYTES) {
      throw new InvalidDocumentException(Reason.TOO_LARGE, "CRL of " + der.length + " bytes");
    }
    DerReader reader = new DerReader(der);
    reader.readContent(DerReader.SEQUENCE);
    reader.requireEnd();
    try {
      return (X509CRL)
          CertificateFactory.getInstance("X.509").generateCRL(new ByteArrayInputStream(der));
    } catch (CRLException e) {
      throw new InvalidDocumentException(Reason.MALFORMED, "not a CRL", e);
    } catch (CertificateException e) {
      throw new AssertionError("every JDK reads X.509", e);
    }
  }

  /** The lists that name an issuer. */
  List<X509CRL> of(X500Principal issuer) {
    return lists.stream().filter(list -> list.getIssuerX500Principal().equals(issuer)).toList();
  }

  boolean isEmpty() {
    return lists.isEmpty();
  }

  /** Returns how many lists there are. */
  @Override
  public String toString() {
    return "RevocationLists[" + lists.size() + "]";
  }
}
