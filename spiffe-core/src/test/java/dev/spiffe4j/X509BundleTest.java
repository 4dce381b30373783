package dev.spiffe4j;

import static dev.spiffe4j.TestCertificate.TRUST_DOMAIN;
import static dev.spiffe4j.TestCertificate.root;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Trust bundles of X.509 authorities")
final class X509BundleTest {
  private final X509Certificate a = root("a").certificate();
  private final X509Certificate b = root("b").certificate();
  private final X509Certificate c = root("c").certificate();

  private static Reason refusal(byte[] der) {
    InvalidDocumentException refusal =
        catchThrowableOfType(
            InvalidDocumentException.class, () -> X509Bundle.parse(TRUST_DOMAIN, der));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  @DisplayName("BND-01, BND-03 a bundle is of one trust domain and has authorities in order")
  void holdsAuthorities() {
    X509Bundle bundle = X509Bundle.of(TRUST_DOMAIN, List.of(b, a, c));
    assertThat(bundle.trustDomain()).isEqualTo(TRUST_DOMAIN);
    assertThat(bundle.authorities()).containsExactly(b, a, c);
    assertThat(bundle).hasToString("X509Bundle[example.org, authorities=3]");
    assertThat(X509Bundle.of(TRUST_DOMAIN, List.of(a, b, a)).authorities()).containsExactly(a, b);
  }

  @Test
  void doesNotChange() {
    List<X509Certificate> authorities = new ArrayList<>(List.of(a));
    X509Bundle bundle = X509Bundle.of(TRUST_DOMAIN, authorities);
    authorities.add(b);
    assertThat(bundle.authorities()).containsExactly(a);
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> bundle.authorities().clear());
    bundle.encoded()[0] = 0;
    assertThat(bundle.encoded()[0]).isNotZero();
  }

  @Test
  void changesMakeNewBundles() {
    X509Bundle one = X509Bundle.of(TRUST_DOMAIN, List.of(a));
    X509Bundle two = one.withAuthority(b);
    assertThat(two.authorities()).containsExactly(a, b);
    assertThat(one.authorities()).containsExactly(a);
    assertThat(two.withAuthority(a)).isSameAs(two);
    assertThat(two.withoutAuthority(a).authorities()).containsExactly(b);
    assertThat(two.withoutAuthority(c)).isSameAs(two);
    assertThat(one.withoutAuthority(a).authorities()).isEmpty();
    assertThat(two.trustDomain()).isEqualTo(TRUST_DOMAIN);
  }

  @Test
  void comparesContentsAndTrustDomain() {
    X509Bundle bundle = X509Bundle.of(TRUST_DOMAIN, List.of(a, b));
    X509Bundle other = X509Bundle.of(TRUST_DOMAIN, List.of(b, a));
    assertThat(bundle).isEqualTo(other).hasSameHashCodeAs(other);
    assertThat(bundle).isNotEqualTo(X509Bundle.of(TRUST_DOMAIN, List.of(a)));
    assertThat(bundle).isNotEqualTo(X509Bundle.of(TrustDomain.parse("example.com"), List.of(a, b)));
    assertThat(bundle).isNotEqualTo(X509Bundle.of(TRUST_DOMAIN, List.of()));
    assertThat(X509Bundle.of(TRUST_DOMAIN, List.of()))
        .isEqualTo(X509Bundle.of(TRUST_DOMAIN, List.of()));
    assertThat(bundle.equals((Object) "bundle")).isFalse();
  }

  @Test
  @DisplayName("certificates are equal by their bytes, whichever provider parsed them")
  void comparesCertificatesOfProviders() throws GeneralSecurityException {
    X509Certificate foreign =
        (X509Certificate)
            CertificateFactory.getInstance("X.509", new BouncyCastleProvider())
                .generateCertificate(new ByteArrayInputStream(a.getEncoded()));
    assertThat(foreign.getClass()).isNotEqualTo(a.getClass());
    X509Bundle bundle = X509Bundle.of(TRUST_DOMAIN, List.of(foreign));
    X509Bundle same = X509Bundle.of(TRUST_DOMAIN, List.of(a));
    assertThat(bundle).isEqualTo(same).hasSameHashCodeAs(same);
    assertThat(same).isEqualTo(bundle);
    assertThat(same.withAuthority(foreign)).isSameAs(same);
    assertThat(bundle.withoutAuthority(a).authorities()).isEmpty();
  }

  @Test
  @DisplayName("WAPI-73 the form of the Workload API is DER, one after the other")
  void readsWhatItWrites() {
    X509Bundle bundle = X509Bundle.of(TRUST_DOMAIN, List.of(a, b));
    assertThat(X509Bundle.parse(TRUST_DOMAIN, bundle.encoded())).isEqualTo(bundle);
    assertThat(X509Bundle.parse(TRUST_DOMAIN, new byte[0]).authorities()).isEmpty();
    assertThat(X509Bundle.of(TRUST_DOMAIN, List.of()).encoded()).isEmpty();

    byte[] der = bundle.encoded();
    byte[] more = Arrays.copyOf(der, der.length + 1);
    byte[] fewer = Arrays.copyOf(der, der.length - 1);
    byte[] damaged = der.clone();
    damaged[0] = 0x04;
    assertThat(refusal(more)).isEqualTo(Reason.MALFORMED);
    assertThat(refusal(fewer)).isEqualTo(Reason.MALFORMED);
    assertThat(refusal(damaged)).isEqualTo(Reason.MALFORMED);
  }

  @Test
  @DisplayName("a document has at most 1000 authorities")
  void limitsCounts() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < 1000; i++) {
      out.writeBytes(Certificates.encode(a));
    }
    assertThat(X509Bundle.parse(TRUST_DOMAIN, out.toByteArray()).authorities()).containsExactly(a);
    out.writeBytes(Certificates.encode(a));
    assertThat(refusal(out.toByteArray())).isEqualTo(Reason.TOO_LARGE);
  }

  @Test
  void refusesNulls() {
    assertThatNullPointerException().isThrownBy(() -> X509Bundle.of(nothing(), List.of(a)));
  }

  @SuppressWarnings("NullAway") // what a caller without nullness checks would pass
  private static TrustDomain nothing() {
    return null;
  }
}
