package dev.spiffe4j.fuzzing;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.jwt.JwtBundles;
import dev.spiffe4j.jwt.JwtSvidSigner;
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
import java.util.List;
import java.util.Map;

/** Writes the seeds anew, with fresh keys; run it in this module's folder after adding a target. */
final class SeedWriter {
  private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");

  private SeedWriter() {}

  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    texts();
    certificates();
    tokens();
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
    byte[] key = svid.privateKey().getEncoded();
    byte[] length = {(byte) (key.length >> 8), (byte) key.length};
    byte[] whole = concatenate(concatenate(length, key), svid.encodedChain());
    write(Target.X509_SVID, "svid", whole);
    write(Target.X509_SVID, "cut", Arrays.copyOf(whole, whole.length - 1));
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

  private static byte[] concatenate(byte[] first, byte[] second) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(first);
    out.writeBytes(second);
    return out.toByteArray();
  }

  private static void write(Target target, String name, String text) throws IOException {
    write(target, name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void write(Target target, String name, byte[] data) throws IOException {
    Path folder = Files.createDirectories(Path.of("seeds", target.name()));
    Files.write(folder.resolve(name), data);
  }
}
