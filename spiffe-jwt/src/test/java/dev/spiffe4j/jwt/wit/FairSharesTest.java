package dev.spiffe4j.jwt.wit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("WIT-55 the places for proofs are shared fairly")
final class FairSharesTest {
  private static final int CAPACITY = 96;

  private final FairShares shares = new FairShares(CAPACITY);

  private static SpiffeId sender(String trustDomain, int number) {
    return SpiffeId.parse("spiffe://" + trustDomain + "/n" + number);
  }

  private int fill(SpiffeId sender) {
    int taken = 0;
    while (shares.take(sender)) {
      taken++;
    }
    return taken;
  }

  @Test
  void givesOneSenderAQuarter() {
    assertThat(fill(sender("a.example", 0))).isEqualTo(CAPACITY / 4);
  }

  @Test
  void givesOneTrustDomainHalf() {
    int taken = 0;
    for (int i = 0; i < CAPACITY; i++) {
      taken += fill(sender("a.example", i));
    }
    assertThat(taken).isEqualTo(CAPACITY / 2);
    assertThat(fill(sender("b.example", 0))).isEqualTo(12);
    assertThat(fill(sender("b.example", 1))).isEqualTo(6);
  }

  @Test
  void leavesTheSecondSenderHalfOfWhatTheFirstLeft() {
    fill(sender("a.example", 0));
    assertThat(fill(sender("a.example", 1))).isEqualTo(CAPACITY / 8);
    assertThat(fill(sender("a.example", 2))).isEqualTo(CAPACITY / 16);
  }

  @Test
  void neverGivesMoreThanThereIs() {
    int taken = 0;
    for (int domain = 0; domain < 20; domain++) {
      for (int i = 0; i < 20; i++) {
        taken += fill(sender("d" + domain + ".example", i));
      }
    }
    assertThat(taken).isBetween(CAPACITY - 1, CAPACITY);
  }

  @Test
  void takesBack() {
    SpiffeId sender = sender("a.example", 0);
    int taken = fill(sender);
    shares.giveBack(sender);
    assertThat(shares.take(sender)).isTrue();
    assertThat(shares.take(sender)).isFalse();
    assertThat(shares.size()).isEqualTo(2);
    for (int i = 0; i < taken; i++) {
      shares.giveBack(sender);
    }
    // Nothing is kept of those who have gone.
    assertThat(shares.size()).isZero();
    assertThat(fill(sender)).isEqualTo(taken);
  }
}
