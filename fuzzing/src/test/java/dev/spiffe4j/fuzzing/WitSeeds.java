package dev.spiffe4j.fuzzing;

import static dev.spiffe4j.fuzzing.Inputs.NOW;
import static dev.spiffe4j.fuzzing.Inputs.TRUST_DOMAIN;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.jwt.wit.ConfirmationKey;
import dev.spiffe4j.jwt.wit.WitBundles;
import dev.spiffe4j.jwt.wit.WitHttpHeaders;
import dev.spiffe4j.jwt.wit.WitProofSigner;
import dev.spiffe4j.jwt.wit.WitRequest;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.jwt.wit.WitSvidSigner;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Map;

/** WIT-SVIDs and requests that prove their keys. */
final class WitSeeds {
  private static final URI TARGET = URI.create("https://reports.example.org/path");

  private WitSeeds() {}

  static void write() throws IOException, GeneralSecurityException {
    KeyPair authority = pair("EC", 256);
    String keys =
        WitBundles.toJson(WitBundle.of(TRUST_DOMAIN, Map.of("k1", authority.getPublic())));
    for (KeyPair workload : new KeyPair[] {pair("EC", 256), pair("RSA", 2048)}) {
      WitSvid svid = svid(authority, workload);
      String name = workload.getPublic().getAlgorithm();
      SeedWriter.write(Target.WIT_SVID, name, svid.token() + "\n" + svid.privateJwk());
      SeedWriter.write(
          Target.WIT_REQUEST, name, keys + "\n" + request(svid, WitRequest.to(TARGET), ""));
      WitRequest more =
          WitRequest.to(TARGET)
              .withAccessToken("access")
              .withTransactionToken("transaction")
              .withOtherToken("x-other", "other");
      SeedWriter.write(
          Target.WIT_REQUEST,
          name + "-tokens",
          keys
              + "\n"
              + request(
                  svid,
                  more,
                  "Authorization: Bearer access\nTxn-Token: transaction\nX-Other: other"));
      SeedWriter.write(
          Target.WIT_REQUEST,
          name + "-bearer",
          keys + "\n" + request(svid, more, "Authorization: Bearer " + svid.token()));
    }
    SeedWriter.write(Target.WIT_BUNDLE, "one", keys);
    SeedWriter.write(Target.WIT_SVID, "none", "eyJhbGciOiJub25lIn0.e30.\n{}");
    SeedWriter.write(Target.WIT_TARGET, "uri", "https://Example.org:443/a?b#c\nx-other\nvalue");
    SeedWriter.write(Target.WIT_TARGET, "name", "reports");
    SeedWriter.write(Target.WIT_TARGET, "insecure", "http://example.org/");
  }

  private static KeyPair pair(String algorithm, int size) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  private static WitSvid svid(KeyPair authority, KeyPair workload) {
    return WitSvidSigner.of("k1", authority.getPrivate(), authority.getPublic())
        .sign(SpiffeId.of(TRUST_DOMAIN, "web"), ConfirmationKey.of(workload.getPublic()), NOW)
        .withPrivateKey(workload.getPrivate());
  }

  private static String request(WitSvid svid, WitRequest request, String more) {
    String proof = WitProofSigner.builder().clock(() -> NOW).build().sign(svid, request);
    return WitHttpHeaders.IDENTITY_TOKEN
        + ": "
        + svid.token()
        + "\n"
        + WitHttpHeaders.PROOF_TOKEN
        + ": "
        + proof
        + (more.isEmpty() ? "" : "\n" + more);
  }
}
