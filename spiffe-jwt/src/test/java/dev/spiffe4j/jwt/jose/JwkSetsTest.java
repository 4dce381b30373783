package dev.spiffe4j.jwt.jose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Counts what is looked at, and takes no time: it grows as the set does, and no faster. */
class JwkSetsTest {
  private static final PublicKey KEY = key();
  private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");

  private static PublicKey key() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair().getPublic();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] set(int size, boolean oneId) {
    String keys =
        IntStream.range(0, size)
            .mapToObj(i -> Jwks.write(oneId ? "k" : "k" + i, KEY))
            .map(jwk -> new String(JsonWriter.write(jwk), StandardCharsets.UTF_8))
            .collect(Collectors.joining(","));
    return ("{\"keys\":[" + keys + "]}").getBytes(StandardCharsets.UTF_8);
  }

  @Test
  @DisplayName("a set of a thousand keys is read, of different IDs and of one")
  void readsAThousand() {
    assertThat(JwkSets.parse(TRUST_DOMAIN, "jwt-svid", set(1000, false))).hasSize(1000);
    assertThat(JwkSets.parse(TRUST_DOMAIN, "jwt-svid", set(1000, true))).hasSize(1);
  }

  @Test
  @DisplayName("each entry is looked at once, whatever came before it")
  void readsEachEntryOnce() {
    TokenKeys keys = new TokenKeys();
    int first = lookups(keys, 0);
    for (int i = 1; i < 1000; i++) {
      assertThat(lookups(keys, i)).isEqualTo(first);
    }
    assertThat(keys.keys()).hasSize(1000);
    assertThat(first).isLessThan(50);
  }

  private static int lookups(TokenKeys keys, int index) {
    CountingMap jwk = new CountingMap(Jwks.write("k" + index, KEY));
    keys.add(index, jwk);
    return jwk.lookups;
  }

  private static final class CountingMap extends AbstractMap<String, String> {
    private final Map<String, String> members;
    private int lookups;

    CountingMap(Map<String, String> members) {
      this.members = new HashMap<>(members);
    }

    @Override
    public @Nullable String get(Object name) {
      lookups++;
      return members.get(name);
    }

    @Override
    public boolean containsKey(Object name) {
      lookups++;
      return members.containsKey(name);
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
      lookups += members.size();
      return members.entrySet();
    }
  }
}
