package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CompositeBundleSourceTest {
  private static final TrustDomain OWN = TrustDomain.parse("example.org");
  private static final TrustDomain OTHER = TrustDomain.parse("other.test");
  private static final TrustDomain STRANGER = TrustDomain.parse("stranger.test");
  private static final SpiffeBundle FIRST = SpiffeBundle.of(OWN).withSequence(1);
  private static final SpiffeBundle SECOND = SpiffeBundle.of(OWN).withSequence(2);
  private static final SpiffeBundle FEDERATED = SpiffeBundle.of(OTHER);

  private static BundleSource having(SpiffeBundle... bundles) {
    return trustDomain ->
        List.of(bundles).stream()
            .filter(bundle -> bundle.trustDomain().equals(trustDomain))
            .findFirst();
  }

  private static BundleSource failing(InvalidDocumentException.Reason reason) {
    return trustDomain -> {
      throw new InvalidDocumentException(reason, "not today");
    };
  }

  @Test
  @DisplayName("the first source that has a trust domain's bundle gives it, and others the rest")
  void asksInOrder() {
    BundleSource source = CompositeBundleSource.of(having(FIRST), having(SECOND, FEDERATED));
    assertThat(source.bundle(OWN)).contains(FIRST);
    assertThat(source.bundle(OTHER)).contains(FEDERATED);
    assertThat(source.bundle(STRANGER)).isEmpty();
    assertThat(source.x509Bundle(OTHER)).contains(FEDERATED.x509Bundle());
    assertThat(source.jwtBundle(OTHER)).contains(FEDERATED.jwtBundle());
    assertThat(source.x509Bundle(STRANGER)).isEmpty();
  }

  @Test
  @DisplayName("a source that fails takes no other down")
  void passesOverFailing() {
    BundleSource source =
        CompositeBundleSource.of(
            failing(InvalidDocumentException.Reason.IO_ERROR),
            having(SECOND),
            failing(InvalidDocumentException.Reason.MALFORMED));
    assertThat(source.bundle(OWN)).contains(SECOND);
    // Nobody else has it: the first failure says why it is not known whether it is trusted.
    assertThatThrownBy(() -> source.bundle(OTHER))
        .isInstanceOfSatisfying(
            InvalidDocumentException.class,
            e -> assertThat(e.reason()).isEqualTo(InvalidDocumentException.Reason.IO_ERROR));
  }

  @Test
  @DisplayName("a bundle of another trust domain than was asked for is refused")
  void refusesOther() {
    BundleSource confused = trustDomain -> Optional.of(FEDERATED);
    assertThat(CompositeBundleSource.of(confused).bundle(OTHER)).contains(FEDERATED);
    assertThatThrownBy(() -> CompositeBundleSource.of(confused).bundle(OWN))
        .isInstanceOfSatisfying(
            SvidVerificationException.class,
            e -> assertThat(e.reason()).isEqualTo(SvidVerificationException.Reason.NO_BUNDLE));
    assertThat(CompositeBundleSource.of(confused, having(FIRST)).bundle(OWN)).contains(FIRST);
  }

  @Test
  @DisplayName("no sources are no source")
  void refusesNone() {
    assertThatIllegalArgumentException().isThrownBy(() -> CompositeBundleSource.of());
  }
}
