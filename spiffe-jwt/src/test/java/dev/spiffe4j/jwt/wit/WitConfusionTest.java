package dev.spiffe4j.jwt.wit;

import static dev.spiffe4j.jwt.TestTokens.NOW;
import static dev.spiffe4j.jwt.TestTokens.P256;
import static dev.spiffe4j.jwt.TestTokens.P384;
import static dev.spiffe4j.jwt.TestTokens.TRUST_DOMAIN;
import static dev.spiffe4j.jwt.wit.WitTokens.HEADER;
import static dev.spiffe4j.jwt.wit.WitTokens.PAYLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.TARGET;
import static dev.spiffe4j.jwt.wit.WitTokens.WEB;
import static dev.spiffe4j.jwt.wit.WitTokens.WORKLOAD;
import static dev.spiffe4j.jwt.wit.WitTokens.good;
import static dev.spiffe4j.jwt.wit.WitTokens.goodProof;
import static dev.spiffe4j.jwt.wit.WitTokens.proofRefusal;
import static dev.spiffe4j.jwt.wit.WitTokens.proofVerifier;
import static dev.spiffe4j.jwt.wit.WitTokens.refusal;
import static dev.spiffe4j.jwt.wit.WitTokens.token;
import static dev.spiffe4j.jwt.wit.WitTokens.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.JwtSvidSigner;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("WIT-SVIDs, JWT-SVIDs and proofs are never taken for each other")
final class WitConfusionTest {
  private static final List<Class<?>> PUBLIC_TYPES =
      List.of(
          ConfirmationKey.class,
          IssuedWitSvid.class,
          UnprovenWitSvid.class,
          VerifiedWitSvid.class,
          WitBundles.class,
          WitHttpHeaders.class,
          WitProofException.class,
          WitProofSigner.class,
          WitProofSigner.Builder.class,
          WitProofVerifier.class,
          WitProofVerifier.Builder.class,
          WitRequest.class,
          WitSvid.class,
          WitSvidSigner.class,
          WitSvidSigner.Builder.class,
          WitSvidVerifier.class,
          WitSvidVerifier.Builder.class);

  /** A bundle with the very keys of the WIT bundle, as no trust domain should have it. */
  private static final JwtSvidVerifier JWT_VERIFIER =
      jwtVerifier(JwtBundle.of(TRUST_DOMAIN, Map.of("p256", P256.getPublic())));

  private final String jwtSvid =
      JwtSvidSigner.of("p256", P256.getPrivate(), P256.getPublic())
          .sign(WEB, List.of("reports"), NOW, NOW.plusSeconds(300))
          .token();

  private static JwtSvidVerifier jwtVerifier(JwtBundle bundle) {
    return JwtSvidVerifier.builder(id -> Optional.of(bundle), "reports")
        .clock(InstantSource.fixed(NOW))
        .build();
  }

  private static Reason jwtRefusal(JwtSvidVerifier verifier, String token) {
    SvidVerificationException refusal =
        catchThrowableOfType(SvidVerificationException.class, () -> verifier.verify(token));
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  @BeforeEach
  void acceptsEachWhereItBelongs() {
    assertThat(JWT_VERIFIER.verify(jwtSvid).spiffeId()).isEqualTo(WEB);
    assertThat(WitTokens.prove(good(), goodProof(good())).spiffeId()).isEqualTo(WEB);
  }

  @Test
  @DisplayName("WIT-52 a WIT-SVID is no JWT-SVID, even under a key of both kinds")
  void refusesWitSvidsAsJwtSvids() {
    assertThat(jwtRefusal(JWT_VERIFIER, good())).isEqualTo(Reason.BAD_PROFILE);
    // Each of the two would do: the type, and the missing audience.
    String typeOnly =
        token(HEADER, PAYLOAD.substring(0, PAYLOAD.length() - 1) + ",\"aud\":[\"reports\"]}");
    assertThat(jwtRefusal(JWT_VERIFIER, typeOnly)).isEqualTo(Reason.BAD_PROFILE);
    String audienceOnly = token(HEADER.replace("wit+jwt", "JWT"), PAYLOAD);
    assertThat(jwtRefusal(JWT_VERIFIER, audienceOnly)).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-52 a JWT-SVID is no WIT-SVID, even under a key of both kinds")
  void refusesJwtSvidsAsWitSvids() {
    assertThat(refusal(jwtSvid)).isEqualTo(Reason.BAD_PROFILE);
    String bound =
        token(
            HEADER.replace("wit+jwt", "JWT"),
            PAYLOAD.substring(0, PAYLOAD.length() - 1) + ",\"aud\":[\"reports\"]}");
    assertThat(refusal(bound)).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("WIT-50, WAPI-38 a WIT-SVID by a key of JWT-SVIDs is refused")
  void refusesJwtKeys() {
    WitBundle others = WitBundle.of(TRUST_DOMAIN, Map.of("p384", P384.getPublic()));
    WitSvidVerifier.Builder verifier =
        WitSvidVerifier.builder(id -> Optional.of(others)).clock(InstantSource.fixed(NOW));
    // Its key is in the JWT bundle, which a WIT verifier has no way to ask.
    assertThat(JWT_VERIFIER.verify(jwtSvid).spiffeId()).isEqualTo(WEB);
    assertThat(refusal(verifier, good())).isEqualTo(Reason.UNKNOWN_KEY);
  }

  @Test
  @DisplayName("WAPI-52 a JWT-SVID by a key of WIT-SVIDs is refused")
  void refusesWitKeys() {
    verify(good());
    JwtSvidVerifier others =
        jwtVerifier(JwtBundle.of(TRUST_DOMAIN, Map.of("p384", P384.getPublic())));
    assertThat(jwtRefusal(others, jwtSvid)).isEqualTo(Reason.UNKNOWN_KEY);
  }

  @Test
  @DisplayName("WIT-67 where both kinds share a kid, each verifier has its own key")
  void keepsSharedKeyIdsApart() {
    JwtSvidVerifier jwt =
        jwtVerifier(JwtBundle.of(TRUST_DOMAIN, Map.of("p256", WORKLOAD.getPublic())));
    assertThat(jwtRefusal(jwt, jwtSvid)).isEqualTo(Reason.BAD_SIGNATURE);
    verify(good());
  }

  @Test
  @DisplayName("WIT-52 a proof is neither kind of SVID, and neither kind is a proof")
  void refusesProofsAsSvids() {
    String proof = goodProof(good());
    assertThat(jwtRefusal(JWT_VERIFIER, proof)).isEqualTo(Reason.BAD_PROFILE);
    assertThat(refusal(proof)).isEqualTo(Reason.BAD_PROFILE);
    for (String other : List.of(good(), jwtSvid)) {
      assertThat(proofRefusal(good(), other)).isEqualTo(WitProofException.Reason.BAD_PROFILE);
    }
  }

  @Test
  @DisplayName("WIT-21, WIT-22, WIT-39 one WIT-SVID serves several instances and connections")
  void acceptsOneSvidFromSeveralSenders() {
    IssuedWitSvid cached =
        WitSvidSigner.of("p256", P256.getPrivate(), P256.getPublic())
            .sign(WEB, ConfirmationKey.of(WORKLOAD.getPublic()), NOW);
    assertThat(cached.tokenId()).isPresent();
    WitSvid first = cached.withPrivateKey(WORKLOAD.getPrivate());
    WitSvid second = cached.withPrivateKey(WORKLOAD.getPrivate());
    WitProofSigner signer = WitProofSigner.builder().clock(InstantSource.fixed(NOW)).build();
    WitProofVerifier verifier = proofVerifier().build();
    WitRequest request = WitRequest.to(TARGET);
    for (WitSvid svid : List.of(first, second, first)) {
      VerifiedWitSvid verified =
          verifier.verify(verify(svid.token()), signer.sign(svid, request), request);
      assertThat(verified.tokenId()).isEqualTo(cached.tokenId());
    }
  }

  @Test
  @DisplayName("WIT-65 an SVID without a proof has nothing to authorize by")
  void tellsNothingUnproven() {
    assertThat(publicMembers(UnprovenWitSvid.class))
        .singleElement()
        .satisfies(member -> assertThat(member.getName()).isEqualTo("toString"));
  }

  @Test
  @DisplayName("WIT-40, WIT-45 only a verified proof makes an SVID of a sender")
  void hasOneWayToASender() {
    List<Executable> ways = new ArrayList<>();
    for (Class<?> type : PUBLIC_TYPES) {
      for (Executable member : publicMembers(type)) {
        if (member instanceof Method method && method.getReturnType() == VerifiedWitSvid.class) {
          ways.add(method);
        }
        if (member instanceof Constructor<?> && type == VerifiedWitSvid.class) {
          ways.add(member);
        }
      }
    }
    assertThat(ways)
        .singleElement()
        .satisfies(way -> assertThat(way.getDeclaringClass()).isEqualTo(WitProofVerifier.class));
  }

  @Test
  @DisplayName("WIT-42, WIT-65 from a token alone, only its issuer and its holder get a SPIFFE ID")
  void namesNobodyFromATokenAlone() {
    List<Class<?>> named = new ArrayList<>();
    for (Class<?> type : PUBLIC_TYPES) {
      for (Executable member : publicMembers(type)) {
        if (member instanceof Method method && method.getReturnType() == SpiffeId.class) {
          named.add(type);
        }
      }
    }
    assertThat(named)
        .containsExactlyInAnyOrder(IssuedWitSvid.class, VerifiedWitSvid.class, WitSvid.class);
    // A holder's SVID takes the private key along with the token.
    assertThat(publicMembers(WitSvid.class))
        .filteredOn(member -> Modifier.isStatic(member.getModifiers()))
        .allSatisfy(member -> assertThat(member.getParameterCount()).isGreaterThan(1));
  }

  private static List<Executable> publicMembers(Class<?> type) {
    List<Executable> members = new ArrayList<>(Arrays.asList(type.getDeclaredMethods()));
    members.addAll(Arrays.asList(type.getDeclaredConstructors()));
    members.removeIf(member -> !Modifier.isPublic(member.getModifiers()) || member.isSynthetic());
    return members;
  }

  @Test
  @DisplayName("WIT-33, WIT-52 a token that OpenID Connect could check is not issued")
  void issuesNoIdTokens() {
    String payload = "{\"iss\":\"https://issuer.example\"," + PAYLOAD.substring(1);
    // Consumed, since others may issue it; our own signer refuses (see WitSvidSignerTest).
    verify(token(HEADER, payload));
    assertThat(refusal(token(HEADER, payload.replace("\"sub\"", "\"aud\":\"x\",\"sub\""))))
        .isEqualTo(Reason.BAD_PROFILE);
  }
}
