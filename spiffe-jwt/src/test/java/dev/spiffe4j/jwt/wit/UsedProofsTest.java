package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.wit.WitTokens.WEB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.jwt.wit.WitProofException.Reason;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("WIT-55 proofs are remembered until they end, in bounded memory")
final class UsedProofsTest {
  private static final Instant END = NOW.plusSeconds(30);

  /** One sender alone has a quarter of the places. */
  private final UsedProofs used = new UsedProofs(8);

  private Reason refusal(String svid, String id, Instant end, Instant now) {
    WitProofException refusal =
        catchThrowableOfType(WitProofException.class, () -> used.use(WEB, svid, id, end, now));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @Test
  void refusesTheSecondUse() {
    used.use(WEB, "svid", "a", END, NOW);
    assertThat(refusal("svid", "a", END, NOW)).isEqualTo(Reason.REPLAYED);
    // A later end under the same ID, too.
    assertThat(refusal("svid", "a", END.plusSeconds(9), NOW)).isEqualTo(Reason.REPLAYED);
  }

  @Test
  void tellsSendersApart() {
    used.use(WEB, "svid", "a", END, NOW);
    used.use(WEB, "other", "a", END, NOW);
  }

  @Test
  @DisplayName("WIT-55 when it is full it takes none, until one has ended")
  void closesWhenFull() {
    used.use(WEB, "svid", "a", END, NOW);
    used.use(WEB, "svid", "b", END.plusSeconds(5), NOW);
    assertThat(refusal("svid", "c", END, NOW)).isEqualTo(Reason.REPLAY_CACHE_FULL);
    // A replay is still told from a lack of space.
    assertThat(refusal("svid", "a", END, NOW)).isEqualTo(Reason.REPLAYED);
    assertThat(refusal("svid", "c", END.plusSeconds(30), END.minusMillis(1)))
        .isEqualTo(Reason.REPLAY_CACHE_FULL);
    used.use(WEB, "svid", "c", END.plusSeconds(30), END);
    assertThat(refusal("svid", "d", END.plusSeconds(30), END)).isEqualTo(Reason.REPLAY_CACHE_FULL);
    assertThat(refusal("svid", "b", END.plusSeconds(5), END)).isEqualTo(Reason.REPLAYED);
  }

  @Test
  @DisplayName("WIT-55 a sender who floods denies nobody else, of its trust domain and of others")
  void leavesPlacesForOthers() {
    UsedProofs shared = new UsedProofs(64);
    SpiffeId noisy = SpiffeId.parse("spiffe://example.org/noisy");
    int taken = 0;
    while (takes(shared, noisy, "noisy" + taken)) {
      taken++;
    }
    assertThat(taken).isEqualTo(16);
    shared.use(WEB, "svid", "a", END, NOW);
    SpiffeId foreign = SpiffeId.parse("spiffe://partner.example/web");
    shared.use(foreign, "other", "a", END, NOW);
    // What ended makes room for the noisy one, too.
    shared.use(noisy, "noisy", "again", END.plusSeconds(30), END);
  }

  @Test
  @DisplayName("WIT-55 another WIT-SVID of the same workload brings it no further places")
  void countsTheWorkload() {
    used.use(WEB, "svid", "a", END, NOW);
    used.use(WEB, "other", "b", END, NOW);
    assertThat(refusal("third", "c", END, NOW)).isEqualTo(Reason.REPLAY_CACHE_FULL);
  }

  private static boolean takes(UsedProofs used, SpiffeId sender, String id) {
    return catchThrowableOfType(
            WitProofException.class, () -> used.use(sender, "noisy", id, END, NOW))
        == null;
  }

  @Test
  @DisplayName("WIT-55 a clock that goes back does not let a forgotten proof in again")
  void doesNotForgetWhenTheClockGoesBack() {
    used.use(WEB, "svid", "a", END, NOW);
    used.use(WEB, "svid", "b", END.plusSeconds(60), END);
    assertThat(refusal("svid", "a", END, NOW)).isEqualTo(Reason.EXPIRED);
    used.use(WEB, "svid", "c", END.plusSeconds(1), NOW);
  }

  @Test
  @DisplayName("WIT-55 of many who come at once with one proof, one gets through")
  void letsOneOfManyThrough() throws InterruptedException, ExecutionException {
    UsedProofs shared = new UsedProofs(1000);
    Callable<Boolean> attempt =
        () ->
            catchThrowableOfType(
                    WitProofException.class, () -> shared.use(WEB, "svid", "a", END, NOW))
                == null;
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      int through = 0;
      List<Callable<Boolean>> attempts = IntStream.range(0, 64).mapToObj(i -> attempt).toList();
      for (Future<Boolean> result : threads.invokeAll(attempts)) {
        through += result.get() ? 1 : 0;
      }
      assertThat(through).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }
}
