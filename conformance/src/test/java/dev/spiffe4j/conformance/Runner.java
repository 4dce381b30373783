package dev.spiffe4j.conformance;

import static dev.spiffe4j.conformance.Vectors.object;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.jwt.BundleMap;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.SpiffeBundles;
import dev.spiffe4j.jwt.wit.UnprovenWitSvid;
import dev.spiffe4j.jwt.wit.WitProofVerifier;
import dev.spiffe4j.jwt.wit.WitRequest;
import dev.spiffe4j.jwt.wit.WitSvidVerifier;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Gives an input to what reads it here, and returns what there is to expect. */
final class Runner {
  private final JsonObject input;

  private Runner(JsonObject input) {
    this.input = input;
  }

  static JsonObject run(String kind, JsonObject input) throws CertificateException {
    Runner runner = new Runner(input);
    return switch (kind) {
      case "spiffe-id" -> runner.spiffeId();
      case "trust-domain" -> object("trust_domain", TrustDomain.parse(runner.text("text")).name());
      case "x509-svid" -> runner.x509();
      case "jwt-svid" -> runner.jwt();
      case "wit-svid" -> runner.wit();
      case "wit-proof" -> runner.proof();
      case "spiffe-bundle" ->
          bundle(
              SpiffeBundles.parse(
                  TrustDomain.parse(runner.text("trust_domain")),
                  runner.text("document").getBytes(UTF_8),
                  ignored -> {}));
      case "bundle-map" -> runner.map();
      default -> throw new AssertionError(kind);
    };
  }

  private JsonObject spiffeId() {
    return switch (text("operation")) {
      case "parse" -> members(SpiffeId.parse(text("text")));
      case "equal" ->
          object(
              "equal",
              SpiffeId.parse(input.getAsJsonArray("texts").get(0).getAsString())
                  .equals(SpiffeId.parse(input.getAsJsonArray("texts").get(1).getAsString())));
      case "member" ->
          object(
              "member",
              SpiffeId.parse(text("text")).isMemberOf(TrustDomain.parse(text("trust_domain"))));
      default ->
          object(
              "text",
              SpiffeId.of(
                      TrustDomain.parse(text("trust_domain")),
                      strings("segments").toArray(new String[0]))
                  .toString());
    };
  }

  private JsonObject x509() throws CertificateException {
    List<X509Certificate> chain = new ArrayList<>();
    for (String der : strings("chain")) {
      try {
        chain.add(certificate(der));
      } catch (CertificateException e) {
        // What is no certificate to the platform never comes to the verifier.
        return object("reason", "malformed");
      }
    }
    Map<TrustDomain, X509Bundle> bundles = new HashMap<>();
    for (JsonElement one : input.getAsJsonArray("bundles")) {
      TrustDomain trustDomain =
          TrustDomain.parse(one.getAsJsonObject().get("trust_domain").getAsString());
      List<X509Certificate> authorities = new ArrayList<>();
      for (JsonElement der : one.getAsJsonObject().getAsJsonArray("authorities")) {
        authorities.add(certificate(der.getAsString()));
      }
      bundles.put(trustDomain, X509Bundle.of(trustDomain, authorities));
    }
    return members(
        X509SvidVerifier.of(td -> Optional.ofNullable(bundles.get(td)), clock())
            .verify(chain)
            .spiffeId());
  }

  private JsonObject jwt() {
    Map<TrustDomain, SpiffeBundle> bundles = bundles();
    List<String> audiences = strings("audiences");
    return members(
        JwtSvidVerifier.builder(
                td -> Optional.ofNullable(bundles.get(td)).map(SpiffeBundle::jwtBundle),
                audiences.get(0),
                audiences.subList(1, audiences.size()).toArray(new String[0]))
            .clock(clock())
            .leeway(leeway())
            .build()
            .verify(text("token"))
            .spiffeId());
  }

  private UnprovenWitSvid unproven() {
    Map<TrustDomain, SpiffeBundle> bundles = bundles();
    return WitSvidVerifier.builder(
            td -> Optional.ofNullable(bundles.get(td)).map(SpiffeBundle::witBundle))
        .clock(clock())
        .leeway(leeway())
        .build()
        .verify(text("token"));
  }

  private JsonObject wit() {
    unproven();
    // Without a proof there is no identity to ask for; the token says whom it claims.
    String payload =
        new String(Base64.getUrlDecoder().decode(text("token").split("\\.", -1)[1]), UTF_8);
    return object(
        "spiffe_id", com.google.gson.JsonParser.parseString(payload).getAsJsonObject().get("sub"));
  }

  private JsonObject proof() {
    WitProofVerifier verifier = WitProofVerifier.builder().clock(clock()).build();
    return object(
        "spiffe_id",
        verifier
            .verify(unproven(), text("proof"), WitRequest.to(URI.create(text("target"))))
            .spiffeId()
            .toString());
  }

  private JsonObject map() {
    JsonArray names = new JsonArray();
    BundleMap.parse(text("document").getBytes(UTF_8), ignored -> {})
        .bundles()
        .forEach(
            (td, bundle) -> {
              if (bundle.refreshHint().isPresent()) {
                throw new AssertionError("a refresh hint inside a map");
              }
              names.add(td.name());
            });
    return object("trust_domains", names);
  }

  private Map<TrustDomain, SpiffeBundle> bundles() {
    Map<TrustDomain, SpiffeBundle> bundles = new HashMap<>();
    for (JsonElement one : input.getAsJsonArray("bundles")) {
      JsonObject bundle = one.getAsJsonObject();
      TrustDomain trustDomain = TrustDomain.parse(bundle.get("trust_domain").getAsString());
      bundles.put(
          trustDomain,
          SpiffeBundles.parse(
              trustDomain, bundle.get("document").getAsString().getBytes(UTF_8), ignored -> {}));
    }
    return bundles;
  }

  private static JsonObject bundle(SpiffeBundle bundle) {
    JsonArray x509 = new JsonArray();
    bundle
        .x509Bundle()
        .authorities()
        .forEach(
            authority ->
                x509.add(HexFormat.of().formatHex(Key.hash("SHA-256", encoded(authority)))));
    JsonObject members =
        object(
            "x509_authorities", x509,
            "jwt_authorities", new TreeSet<>(bundle.jwtBundle().authorities().keySet()),
            "wit_authorities", new TreeSet<>(bundle.witBundle().authorities().keySet()));
    bundle.sequence().ifPresent(number -> members.addProperty("sequence", Long.toString(number)));
    bundle
        .refreshHint()
        .ifPresent(hint -> members.addProperty("refresh_hint", Long.toString(hint.toSeconds())));
    return members;
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateException e) {
      throw new AssertionError(e);
    }
  }

  private static X509Certificate certificate(String base64) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
  }

  private static JsonObject members(SpiffeId id) {
    JsonObject members = object("trust_domain", id.trustDomain().name(), "path", id.path());
    members.addProperty("spiffe_id", id.toString());
    return members;
  }

  private InstantSource clock() {
    return InstantSource.fixed(Instant.parse(text("time")));
  }

  private Duration leeway() {
    return Duration.ofSeconds(input.get("leeway_seconds").getAsLong());
  }

  private String text(String name) {
    return input.get(name).getAsString();
  }

  private List<String> strings(String name) {
    return input.getAsJsonArray(name).asList().stream().map(JsonElement::getAsString).toList();
  }
}
