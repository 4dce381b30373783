package dev.spiffe4j.fuzzing;

import static dev.spiffe4j.fuzzing.Inputs.NOW;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesResponse;
import dev.spiffe4j.attest.proto.status.StatusDetails;
import dev.spiffe4j.attest.proto.types.Bundle;
import dev.spiffe4j.attest.proto.types.Entry;
import dev.spiffe4j.attest.proto.types.JWTKey;
import dev.spiffe4j.attest.proto.types.PermissionDeniedDetails;
import dev.spiffe4j.attest.proto.types.SPIFFEID;
import dev.spiffe4j.attest.proto.types.Selector;
import dev.spiffe4j.attest.proto.types.X509Certificate;
import dev.spiffe4j.jwt.JwtBundles;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import dev.spiffe4j.workloadapi.proto.JWTSVID;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.JWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.proto.X509SVID;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** What servers, agents and the Workload API send each other. */
final class EngineSeeds {
  private static final String ID = "spiffe://example.org/web";

  private EngineSeeds() {}

  static void write() throws IOException, GeneralSecurityException {
    TestTrustDomain domain =
        TestTrustDomain.builder("example.org")
            .clock(MutableInstantSource.of(NOW))
            .authorityLifetime(Duration.ofDays(365))
            .build();
    responses(domain);
    Http2Seeds.write();
    SeedWriter.write(
        Target.WORKLOAD_API_REQUEST,
        "request",
        JWTSVIDRequest.newBuilder().addAudience("a").setSpiffeId(ID).build().toByteArray());
    SeedWriter.write(Target.WORKLOAD_API_REQUEST, "empty", new byte[0]);
    keys("EC", 256, "SHA256withECDSA");
    keys("EC", 384, "SHA384withECDSA");
    keys("RSA", 2048, "SHA256withRSA");
    keys("Ed25519", 255, "Ed25519");
    keys("RSA", 1024, "SHA256withRSA");
    texts();
    messages(domain);
  }

  private static void responses(TestTrustDomain domain) throws IOException {
    X509Svid svid = domain.issue("/web");
    ByteString authorities = ByteString.copyFrom(domain.bundle().encoded());
    response(
        0,
        "x509",
        X509SVIDResponse.newBuilder()
            .addSvids(
                X509SVID
                    .newBuilder()
                    .setSpiffeId(ID)
                    .setX509Svid(ByteString.copyFrom(svid.encodedChain()))
                    .setX509SvidKey(ByteString.copyFrom(svid.privateKey().getEncoded()))
                    .setBundle(authorities)
                    .setHint("internal"))
            .putFederatedBundles("spiffe://other.org", authorities)
            .build()
            .toByteArray());
    response(
        1,
        "x509-bundles",
        X509BundlesResponse.newBuilder()
            .putBundles("spiffe://example.org", authorities)
            .putBundles("other.org", authorities)
            .build()
            .toByteArray());
    String token = domain.issueJwt("/web", "fuzz").token();
    response(
        2,
        "jwt",
        JWTSVIDResponse.newBuilder()
            .addSvids(JWTSVID.newBuilder().setSpiffeId(ID).setSvid(token).setHint("internal"))
            .build()
            .toByteArray());
    response(
        3,
        "jwt-bundles",
        JWTBundlesResponse.newBuilder()
            .putBundles(
                "spiffe://example.org", ByteString.copyFrom(JwtBundles.toJson(domain.jwtBundle())))
            .build()
            .toByteArray());
    Struct claims =
        Struct.newBuilder()
            .putFields("sub", Value.newBuilder().setStringValue(ID).build())
            .putFields("exp", Value.newBuilder().setNumberValue(1e9).build())
            .build();
    byte[] validation =
        ValidateJWTSVIDResponse.newBuilder()
            .setSpiffeId(ID)
            .setClaims(claims)
            .build()
            .toByteArray();
    SeedWriter.write(
        Target.WORKLOAD_API_RESPONSE,
        "validation",
        SeedWriter.concatenate(
            new byte[] {4},
            SeedWriter.lengthFirst(token.getBytes(StandardCharsets.UTF_8), validation)));
    response(0, "empty", new byte[0]);
  }

  private static void response(int kind, String name, byte[] message) throws IOException {
    SeedWriter.write(
        Target.WORKLOAD_API_RESPONSE,
        name,
        SeedWriter.concatenate(
            new byte[] {(byte) kind}, SeedWriter.lengthFirst(new byte[0], message)));
  }

  private static void keys(String algorithm, int size, String signature)
      throws IOException, GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    KeyPair keys = generator.generateKeyPair();
    SeedWriter.write(Target.PUBLIC_KEY, algorithm + size, keys.getPublic().getEncoded());
    try {
      SeedWriter.write(
          Target.SIGNING_REQUEST,
          algorithm + size,
          new JcaPKCS10CertificationRequestBuilder(new X500Name("O=SPIRE"), keys.getPublic())
              .build(new JcaContentSignerBuilder(signature).build(keys.getPrivate()))
              .getEncoded());
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static void texts() throws IOException {
    SeedWriter.write(Target.JOIN_TOKEN, "good", "fuzz");
    SeedWriter.write(Target.JOIN_TOKEN, "other", "../other");
    SeedWriter.write(Target.SELECTOR, "unix", "unix:uid:1000");
    SeedWriter.write(Target.SELECTOR, "none", "unix");
    SeedWriter.write(
        Target.PROCESS,
        "stat",
        "\u00001 (a b) c) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 99 1 2 3\n");
    SeedWriter.write(
        Target.PROCESS,
        "status",
        "\u0001Name:\ta\nUid:\t0\t1000\t0\t0\nGid:\t0\t1000\t0\t0\nGroups:\t4 24 1000 \n");
    SeedWriter.write(
        Target.PROCESS,
        "passwd",
        "\u0002root:x:0:0:root:/root:/bin/sh\n#\nweb:x:1000:1000::/:/bin/sh\n");
    SeedWriter.write(Target.PROCESS, "cut", "\u00001 (a");
  }

  private static void messages(TestTrustDomain domain) throws IOException {
    Entry entry = entry();
    SeedWriter.write(Target.ENTRY, "entry", entry.toByteArray());
    SeedWriter.write(Target.ENTRY, "no-id", Entry.newBuilder().setId("a").build().toByteArray());
    X509Svid svid = domain.issue("/web");
    ByteString authority = ByteString.copyFrom(domain.bundle().encoded());
    Bundle bundle =
        Bundle.newBuilder()
            .setTrustDomain("example.org")
            .addX509Authorities(X509Certificate.newBuilder().setAsn1(authority).setTainted(true))
            .addJwtAuthorities(
                JWTKey.newBuilder()
                    .setKeyId("k1")
                    .setExpiresAt(2_000_000_000L)
                    .setPublicKey(ByteString.copyFrom(domain.jwtSigner().publicKey().getEncoded())))
            .setRefreshHint(60)
            .setSequenceNumber(7)
            .build();
    message(0, "bundle", bundle.toByteArray());
    message(
        1,
        "x509",
        dev.spiffe4j
            .attest
            .proto
            .types
            .X509SVID
            .newBuilder()
            .setId(id("/web"))
            .addCertChain(ByteString.copyFrom(svid.encodedChain()))
            .build()
            .toByteArray());
    message(
        2,
        "jwt",
        dev.spiffe4j
            .attest
            .proto
            .types
            .JWTSVID
            .newBuilder()
            .setToken(domain.issueJwt("/web", "fuzz").token())
            .build()
            .toByteArray());
    message(
        3,
        "page",
        SyncAuthorizedEntriesResponse.newBuilder()
            .addEntries(entry)
            .setMore(true)
            .build()
            .toByteArray());
    PermissionDeniedDetails denied =
        PermissionDeniedDetails.newBuilder()
            .setReason(PermissionDeniedDetails.Reason.AGENT_BANNED)
            .build();
    message(
        4, "status", StatusDetails.newBuilder().addDetails(Any.pack(denied)).build().toByteArray());
    message(1, "empty", new byte[0]);
  }

  private static Entry entry() {
    return Entry.newBuilder()
        .setId("1")
        .setSpiffeId(id("/web"))
        .setParentId(id("/spire/agent/join_token/1"))
        .addSelectors(Selector.newBuilder().setType("unix").setValue("uid:1000"))
        .setX509SvidTtl(3600)
        .setJwtSvidTtl(300)
        .addDnsNames("web.example.org")
        .addFederatesWith("other.org")
        .setHint("internal")
        .setExpiresAt(2_000_000_000L)
        .setCreatedAt(1_700_000_000L)
        .setRevisionNumber(3)
        .build();
  }

  private static SPIFFEID id(String path) {
    return SPIFFEID.newBuilder().setTrustDomain("example.org").setPath(path).build();
  }

  private static void message(int kind, String name, byte[] message) throws IOException {
    SeedWriter.write(
        Target.NODE_API_MESSAGE, name, SeedWriter.concatenate(new byte[] {(byte) kind}, message));
  }
}
