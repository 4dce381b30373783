package dev.spiffe4j;

import static dev.spiffe4j.TestPki.OTHER;
import static dev.spiffe4j.TestPki.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** Bundles are sets with a trust domain: what holds for sets holds for them. */
@Label("the algebra of bundles")
final class BundlePropertyTest {
  private static final List<X509Certificate> CERTIFICATES =
      IntStream.range(0, 6).mapToObj(i -> TestPki.authority().certificate()).toList();
  private static final List<PublicKey> KEYS =
      IntStream.range(0, 4).mapToObj(i -> TestPki.keys("EC", 256)).map(KeyPair::getPublic).toList();

  @Provide
  Arbitrary<List<X509Certificate>> authorities() {
    return Arbitraries.of(CERTIFICATES).list().ofMaxSize(8);
  }

  @Provide
  Arbitrary<X509Certificate> authority() {
    return Arbitraries.of(CERTIFICATES);
  }

  @Provide
  Arbitrary<Map<String, PublicKey>> keys() {
    return Arbitraries.maps(Arbitraries.of("a", "b", "c", "d"), Arbitraries.of(KEYS)).ofMaxSize(4);
  }

  private static X509Bundle bundle(List<X509Certificate> authorities) {
    return X509Bundle.of(TRUST_DOMAIN, authorities);
  }

  @Property(tries = 300, seed = "4")
  @Label("BND-01 an X.509 bundle is equal in any order and however often it is told")
  void isASet(@ForAll @From("authorities") List<X509Certificate> authorities, @ForAll long seed) {
    List<X509Certificate> shuffled = new ArrayList<>(authorities);
    shuffled.addAll(authorities);
    Collections.shuffle(shuffled, new Random(seed));
    assertThat(bundle(shuffled))
        .isEqualTo(bundle(authorities))
        .hasSameHashCodeAs(bundle(authorities));
    assertThat(bundle(authorities).authorities()).isEqualTo(Set.copyOf(authorities));
    assertThat(bundle(authorities)).isNotEqualTo(X509Bundle.of(OTHER, authorities));
  }

  @Property(tries = 300, seed = "4")
  @Label("adding and leaving out are those of sets, and change no bundle that is there")
  void addsAndLeavesOut(
      @ForAll @From("authorities") List<X509Certificate> authorities,
      @ForAll @From("authority") X509Certificate one,
      @ForAll @From("authority") X509Certificate other) {
    X509Bundle bundle = bundle(authorities);
    Set<X509Certificate> more = new LinkedHashSet<>(authorities);
    more.add(one);
    Set<X509Certificate> fewer = new LinkedHashSet<>(authorities);
    fewer.remove(one);

    X509Bundle added = bundle.withAuthority(one);
    X509Bundle left = bundle.withoutAuthority(one);
    assertThat(added.authorities()).isEqualTo(more);
    assertThat(left.authorities()).isEqualTo(fewer);
    assertThat(bundle).isEqualTo(bundle(authorities));
    assertThat(added.trustDomain()).isEqualTo(TRUST_DOMAIN);
    assertThat(left.trustDomain()).isEqualTo(TRUST_DOMAIN);

    // Once is as good as twice, and one undoes the other.
    assertThat(added.withAuthority(one)).isEqualTo(added);
    assertThat(left.withoutAuthority(one)).isEqualTo(left);
    assertThat(added.withoutAuthority(one)).isEqualTo(left);
    assertThat(left.withAuthority(one)).isEqualTo(added);
    // Two changes of one kind go in any order.
    assertThat(added.withAuthority(other))
        .isEqualTo(bundle.withAuthority(other).withAuthority(one));
    assertThat(left.withoutAuthority(other))
        .isEqualTo(bundle.withoutAuthority(other).withoutAuthority(one));
  }

  @Property(tries = 300, seed = "4")
  @Label("what an X.509 bundle writes, it reads, in its order")
  void readsWhatItWrites(@ForAll @From("authorities") List<X509Certificate> authorities) {
    X509Bundle bundle = bundle(authorities);
    for (X509Bundle copy :
        List.of(
            X509Bundle.parse(TRUST_DOMAIN, bundle.encoded()),
            X509Bundle.parsePem(TRUST_DOMAIN, bundle.toPem()))) {
      assertThat(copy).isEqualTo(bundle);
      assertThat(copy.authorities()).containsExactlyElementsOf(bundle.authorities());
    }
  }

  @Property(tries = 300, seed = "4")
  @Label("bundles of keys are maps that do not change, equal in any order, and of one kind")
  void areMaps(@ForAll @From("keys") Map<String, PublicKey> keys) {
    Map<String, PublicKey> reversed = new LinkedHashMap<>();
    List<String> keyIds = new ArrayList<>(keys.keySet());
    Collections.reverse(keyIds);
    keyIds.forEach(keyId -> reversed.put(keyId, keys.get(keyId)));

    JwtBundle jwt = JwtBundle.of(TRUST_DOMAIN, keys);
    WitBundle wit = WitBundle.of(TRUST_DOMAIN, keys);
    JwtBundle sameJwt = JwtBundle.of(TRUST_DOMAIN, reversed);
    WitBundle sameWit = WitBundle.of(TRUST_DOMAIN, reversed);
    assertThat(jwt).isEqualTo(sameJwt).hasSameHashCodeAs(sameJwt);
    assertThat(wit).isEqualTo(sameWit).hasSameHashCodeAs(sameWit);
    assertThat(jwt).isNotEqualTo(wit).isNotEqualTo(JwtBundle.of(OTHER, keys));
    assertThat(wit).isNotEqualTo(jwt).isNotEqualTo(WitBundle.of(OTHER, keys));

    Map<String, PublicKey> expected = Map.copyOf(keys);
    reversed.clear();
    assertThat(sameJwt.authorities()).isEqualTo(expected);
    assertThat(sameWit.authorities()).isEqualTo(expected);
    for (String keyId : List.of("a", "b", "c", "d", "e")) {
      assertThat(jwt.authority(keyId).orElse(null)).isEqualTo(expected.get(keyId));
      assertThat(wit.authority(keyId).orElse(null)).isEqualTo(expected.get(keyId));
    }
    for (Map<String, PublicKey> view : List.of(jwt.authorities(), wit.authorities())) {
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .isThrownBy(() -> view.put("e", KEYS.get(0)));
    }
  }

  @Property(tries = 200, seed = "4")
  @Label("the parts of a SPIFFE bundle are set in any order, and each leaves the others alone")
  void partsAreIndependent(
      @ForAll @From("authorities") List<X509Certificate> authorities,
      @ForAll @From("keys") Map<String, PublicKey> jwtKeys,
      @ForAll @From("keys") Map<String, PublicKey> witKeys,
      @ForAll @LongRange(min = 0) long sequence,
      @ForAll @IntRange(min = 1) int hint) {
    X509Bundle x509 = bundle(authorities);
    JwtBundle jwt = JwtBundle.of(TRUST_DOMAIN, jwtKeys);
    WitBundle wit = WitBundle.of(TRUST_DOMAIN, witKeys);
    Duration refreshHint = Duration.ofSeconds(hint);
    SpiffeBundle empty = SpiffeBundle.of(TRUST_DOMAIN);
    SpiffeBundle forth =
        empty
            .withX509Bundle(x509)
            .withJwtBundle(jwt)
            .withWitBundle(wit)
            .withSequence(sequence)
            .withRefreshHint(refreshHint);
    SpiffeBundle back =
        empty
            .withRefreshHint(refreshHint)
            .withSequence(sequence)
            .withWitBundle(wit)
            .withJwtBundle(jwt)
            .withX509Bundle(x509);
    assertThat(forth).isEqualTo(back).hasSameHashCodeAs(back);
    assertThat(forth.withX509Bundle(x509).withJwtBundle(jwt).withWitBundle(wit)).isEqualTo(forth);
    assertThat(forth.x509Bundle()).isEqualTo(x509);
    assertThat(forth.jwtBundle()).isEqualTo(jwt);
    assertThat(forth.witBundle()).isEqualTo(wit);
    assertThat(forth.sequence()).hasValue(sequence);
    assertThat(forth.refreshHint()).contains(refreshHint);
    SpiffeBundle without = forth.withoutSequence().withoutRefreshHint();
    assertThat(without).isEqualTo(back.withoutRefreshHint().withoutSequence()).isNotEqualTo(forth);
    assertThat(without.withSequence(sequence).withRefreshHint(refreshHint)).isEqualTo(forth);
    assertThat(empty).isEqualTo(SpiffeBundle.of(TRUST_DOMAIN));
  }
}
