package dev.spiffe4j.attest.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EntryMirrorTest {
  private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");
  private static final SpiffeId AGENT = SpiffeId.parse("spiffe://example.org/spire/agent/a");
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  @DisplayName("Matching finds the entries whose selectors are a subset of the caller's, no others")
  void matchesLikeTheDefinition() {
    Random random = new Random(4711);
    for (int round = 0; round < 300; round++) {
      List<RegistrationEntry> entries = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        entries.add(entry("e" + i, randomSelectors(random, 5)));
      }
      EntryMirror mirror = EntryMirror.of(TRUST_DOMAIN, entries);
      for (int caller = 0; caller < 300; caller++) {
        Set<Selector> selectors = randomSelectors(random, 9);

        assertThat(mirror.matching(selectors, NOW)).isEqualTo(byDefinition(entries, selectors));
      }
    }
  }

  private static List<RegistrationEntry> byDefinition(
      List<RegistrationEntry> entries, Set<Selector> selectors) {
    return entries.stream()
        .filter(entry -> !entry.selectors().isEmpty())
        .filter(entry -> selectors.containsAll(entry.selectors()))
        .sorted(EntryMirror.ORDER)
        .toList();
  }

  private static Set<Selector> randomSelectors(Random random, int max) {
    Set<Selector> selectors = new HashSet<>();
    int count = random.nextInt(max);
    for (int i = 0; i < count; i++) {
      selectors.add(new Selector("test", "s" + random.nextInt(12)));
    }
    return selectors;
  }

  @Test
  void isMadeOfTheSameInstancesInWhateverOrder() {
    RegistrationEntry a = entry("a", Set.of(new Selector("test", "a")));
    RegistrationEntry b = entry("b", Set.of(new Selector("test", "b")));
    EntryMirror mirror = EntryMirror.of(TRUST_DOMAIN, List.of(a, b));

    assertThat(mirror.isOf(List.of(a, b))).isTrue();
    List<RegistrationEntry> turned = new ArrayList<>(List.of(a, b));
    Collections.reverse(turned);
    assertThat(mirror.isOf(turned)).isTrue();
    assertThat(mirror.isOf(List.of(a))).isFalse();
    assertThat(mirror.isOf(List.of(a, a))).isFalse();
    assertThat(mirror.isOf(List.of(a, b.toBuilder().build()))).isFalse();
  }

  private static RegistrationEntry entry(String id, Set<Selector> selectors) {
    return RegistrationEntry.builder(SpiffeId.of(TRUST_DOMAIN, id), AGENT)
        .id(id)
        .selectors(selectors)
        .build();
  }
}
