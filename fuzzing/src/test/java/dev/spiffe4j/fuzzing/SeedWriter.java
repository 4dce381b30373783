package dev.spiffe4j.fuzzing;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.BundleMap;
import dev.spiffe4j.jwt.JwtBundles;
import dev.spiffe4j.jwt.JwtSvidSigner;
import dev.spiffe4j.jwt.SpiffeBundles;
import dev.spiffe4j.testing.KeyType;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Writes the seeds anew, with fresh keys; run it in this module's folder after adding a target. */
final class SeedWriter {
  static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private SeedWriter() {}

  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    texts();
    certificates();
    tokens();
    documents();
    PathSeeds.write();
    WitSeeds.write();
    EngineSeeds.write();
  }

  private static void texts() throws IOException {
    write(Target.SPIFFE_ID, "id", "spiffe://example.org/ns/prod/sa/web");
    write(Target.SPIFFE_ID, "trust-domain", "spiffe://a.b-c_d.1");
    write(Target.SPIFFE_ID, "dots", "spiffe://example.org/../a");
    write(Target.SPIFFE_ID, "upper", "SPIFFE://EXAMPLE.ORG/%2e");
    write(Target.TRUST_DOMAIN, "name", "example.org");
    write(Target.TRUST_DOMAIN, "scheme", "spiffe://example.org");
    write(Target.WORKLOAD_API_ADDRESS, "unix", "unix:///run/spiffe/api.sock");
    write(Target.WORKLOAD_API_ADDRESS, "tcp", "tcp://[::1]:8081");
    write(Target.WORKLOAD_API_ADDRESS, "path", "/run/spiffe/api.sock");
    write(Target.WORKLOAD_API_ADDRESS, "authority", "unix://host/api.sock?q#f");
  }

  private static void certificates() throws IOException {
    TestTrustDomain domain =
        TestTrustDomain.builder("example.org")
            .clock(MutableInstantSource.of(NOW))
            .authorityLifetime(Duration.ofDays(365))
            .build();
    byte[] authorities = domain.bundle().encoded();
    X509Svid svid = domain.issue("/web");
    byte[] chain = concatenate(svid.encodedChain(), authorities);
    write(Target.X509_BUNDLE, "authority", authorities);
    write(Target.X509_BUNDLE, "empty", new byte[0]);
    write(Target.X509_BUNDLE, "trailing", concatenate(authorities, new byte[] {0}));
    write(Target.X509_VERIFICATION, "chain", chain);
    write(Target.X509_VERIFICATION, "authority", authorities);
    for (KeyType type :
        List.of(KeyType.P256, KeyType.P384, KeyType.ED25519, KeyType.RSA_2048, KeyType.ML_DSA_65)) {
      X509Svid other = domain.svid("/web").keyType(type).intermediates(1).build();
      write(
          Target.X509_SVID,
          "svid-" + type,
          lengthFirst(other.privateKey().getEncoded(), other.encodedChain()));
      write(
          Target.X509_SVID_PEM,
          "svid-" + type,
          concatenate(other.privateKeyToPem(), other.toPem()));
    }
    byte[] whole = lengthFirst(svid.privateKey().getEncoded(), svid.encodedChain());
    write(Target.X509_SVID, "cut", Arrays.copyOf(whole, whole.length - 1));
    write(Target.X509_SVID_PEM, "no-chain", svid.privateKeyToPem());
    write(Target.SVID_FILES, "files", files(svid, domain, ""));
    write(Target.SVID_FILES, "set", files(svid, domain, "..set/") + "@..data ..set\n");
    write(Target.SVID_FILES, "no-key", "=svid.pem\n" + text(svid.toPem()));
    write(Target.SVID_FILES, "link", "@svid.pem svid_key.pem\n@..data ..data\n");
  }

  private static String files(X509Svid svid, TestTrustDomain domain, String set) {
    return "=%ssvid.pem\n%s=%ssvid_key.pem\n%s=%sbundle.pem\n%s=%sfederated/other.org.pem\n%s"
        .formatted(
            set,
            text(svid.toPem()),
            set,
            text(svid.privateKeyToPem()),
            set,
            text(domain.bundle().toPem()),
            set,
            text(domain.bundle().toPem()));
  }

  private static String text(byte[] data) {
    return new String(data, StandardCharsets.UTF_8);
  }

  static byte[] lengthFirst(byte[] first, byte[] second) {
    byte[] length = {(byte) (first.length >> 8), (byte) first.length};
    return concatenate(concatenate(length, first), second);
  }

  private static void tokens() throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    KeyPair pair = generator.generateKeyPair();
    TrustDomain domain = TrustDomain.parse("example.org");
    String token =
        JwtSvidSigner.of("k1", pair.getPrivate(), pair.getPublic())
            .sign(
                dev.spiffe4j.SpiffeId.of(domain, "web"), List.of("fuzz"), NOW, NOW.plusSeconds(300))
            .token();
    byte[] bundle = JwtBundles.toJson(JwtBundle.of(domain, Map.of("k1", pair.getPublic())));
    write(Target.JWT_SVID, "token", token);
    write(Target.JWT_SVID, "none", "eyJhbGciOiJub25lIn0.e30.");
    write(Target.JWT_BUNDLE, "one", bundle);
    write(Target.JWT_BUNDLE, "empty", "{\"keys\":[]}");
    write(Target.JWT_BUNDLE, "none", "{}");
    write(Target.JWT_BUNDLE, "oct", "{\"keys\":[{\"kty\":\"oct\",\"kid\":\"a\",\"k\":\"AA\"}]}");
    // What is verified under these keys is in the seed before it.
    write(
        Target.JWT_VERIFICATION,
        "token",
        concatenate(
            concatenate(bundle, new byte[] {'\n'}), token.getBytes(StandardCharsets.UTF_8)));
    write(Target.JWT_VERIFICATION, "none", "{\"keys\":[]}\neyJhbGciOiJub25lIn0.e30.");
  }

  private static void documents() throws IOException, GeneralSecurityException {
    TestTrustDomain domain =
        TestTrustDomain.builder("example.org")
            .clock(MutableInstantSource.of(NOW))
            .authorityLifetime(Duration.ofDays(365))
            .build();
    SpiffeBundle bundle =
        SpiffeBundle.of(domain.trustDomain())
            .withX509Bundle(domain.bundle())
            .withJwtBundle(domain.jwtBundle());
    write(Target.SPIFFE_BUNDLE, "document", SpiffeBundles.toJson(bundle));
    write(Target.SPIFFE_BUNDLE, "null", "{\"keys\":null,\"spiffe_sequence\":1}");
    write(Target.BUNDLE_MAP, "map", BundleMap.of(List.of(bundle)).toJson());
    write(Target.BUNDLE_MAP, "id", "{\"trust_domains\":{\"spiffe://a\":{\"keys\":[]}}}");
    write(Target.X509_PEM, "authority", domain.bundle().toPem());
    write(Target.X509_PEM, "cut", "-----BEGIN CERTIFICATE-----\nMII\n");
    write(Target.WIT_BUNDLE, "empty", "{\"keys\":[]}");
    write(Target.WIT_BUNDLE, "none", "{}");
    write(Target.REVOCATION_LIST, "cut", new byte[] {0x30, 0x03, 0x02, 0x01});
    write(Target.REVOCATION_LIST, "list", list(domain));
  }

  static byte[] list(TestTrustDomain domain) throws IOException {
    // TBSCertList of RFC 5280 §5.1 by hand, with the issuer's name and no signature worth the name.
    byte[] algorithm = HexFormat.of().parseHex("300a06082a8648ce3d040302");
    byte[] time = ("\u0017\r" + "260601000000Z").getBytes(StandardCharsets.US_ASCII);
    byte[] issuer = domain.authority().getSubjectX500Principal().getEncoded();
    byte[] body = concatenate(concatenate(algorithm, issuer), concatenate(time, time));
    byte[] version = {0x02, 0x01, 0x01};
    byte[] tbs = sequence(concatenate(version, body));
    byte[] signature = {0x03, 0x03, 0x00, 0x30, 0x00};
    return sequence(concatenate(concatenate(tbs, algorithm), signature));
  }

  static byte[] sequence(byte[] content) {
    byte[] header =
        content.length < 0x80
            ? new byte[] {0x30, (byte) content.length}
            : new byte[] {0x30, (byte) 0x81, (byte) content.length};
    return concatenate(header, content);
  }

  static byte[] concatenate(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  static void write(Target target, String name, String text) throws IOException {
    write(target, name, text.getBytes(StandardCharsets.UTF_8));
  }

  static void write(Target target, String name, byte[] data) throws IOException {
    Path folder = Files.createDirectories(Path.of("seeds", target.name()));
    Files.write(folder.resolve(name), data);
  }
}
