package dev.spiffe4j.fuzzing;

import static dev.spiffe4j.fuzzing.Inputs.NOW;
import static dev.spiffe4j.fuzzing.Inputs.TRUST_DOMAIN;
import static dev.spiffe4j.fuzzing.Inputs.requireSame;

import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.attest.JoinToken;
import dev.spiffe4j.attest.Selector;
import dev.spiffe4j.attest.TrustBundle;
import dev.spiffe4j.attest.crypto.PublicKeys;
import dev.spiffe4j.attest.crypto.SigningRequest;
import dev.spiffe4j.attest.node.NodeAttestor;
import dev.spiffe4j.attest.proto.entry.SyncAuthorizedEntriesResponse;
import dev.spiffe4j.attest.proto.types.Bundle;
import dev.spiffe4j.attest.proto.types.Entry;
import dev.spiffe4j.attest.proto.types.JWTSVID;
import dev.spiffe4j.attest.proto.types.X509SVID;
import dev.spiffe4j.attest.store.DataStore;
import dev.spiffe4j.attest.wire.BundleMessages;
import dev.spiffe4j.attest.wire.EntryMessages;
import dev.spiffe4j.attest.wire.NodeApiStatus;
import dev.spiffe4j.attest.wire.SvidMessages;
import dev.spiffe4j.attest.workload.ProcessFiles;
import dev.spiffe4j.workloadapi.Messages;
import dev.spiffe4j.workloadapi.server.Requests;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/** What a server, an agent and the Workload API read. */
final class EngineReaders {
  private EngineReaders() {}

  /** The kind in the first byte, the token that was to be validated in the first part. */
  static void workloadApiResponse(byte[] data) throws IOException {
    var halves = Inputs.halves(Inputs.rest(data));
    Messages.response(
        Inputs.choice(data, Messages.RESPONSES), halves.get(1), Inputs.text(halves.get(0)));
  }

  static void workloadApiRequest(byte[] data) throws IOException {
    Requests.read(data);
  }

  static void signingRequest(byte[] data) throws IOException {
    PublicKey key = SigningRequest.parse(data, SignatureProvider.fastest()).publicKey();
    var named = new PKCS10CertificationRequest(data).getSubjectPublicKeyInfo();
    requireSame(key, PublicKeys.parse(named.getEncoded()));
  }

  static void publicKey(byte[] data) {
    PublicKey key = PublicKeys.parse(data);
    requireSame(key, PublicKeys.parse(key.getEncoded()));
  }

  static void joinToken(byte[] data) {
    DataStore store = DataStore.inMemory();
    store.joinTokens().create(JoinToken.of("fuzz", NOW.plusSeconds(60)));
    var attestation =
        NodeAttestor.joinToken(TRUST_DOMAIN, store.joinTokens(), () -> NOW)
            .attest(
                data,
                challenge -> {
                  throw new AssertionError("a join token needs no challenge");
                });
    requireSame("fuzz", new String(data, StandardCharsets.ISO_8859_1));
    requireSame(TRUST_DOMAIN, attestation.agentId().trustDomain());
  }

  static void selector(byte[] data) {
    Selector selector = Inputs.argument(() -> Selector.parse(Inputs.text(data)));
    requireSame(selector, Selector.parse(selector.toString()));
  }

  static void process(byte[] data) throws IOException {
    byte[] content = Inputs.rest(data);
    switch (Inputs.choice(data, 3)) {
      case 0 -> ProcessFiles.stat(content);
      case 1 -> ProcessFiles.status(content);
      default -> {
        Path file = Files.createTempFile("fuzz", "passwd");
        try {
          Files.write(file, content);
          ProcessFiles.names(file);
        } finally {
          Files.delete(file);
        }
      }
    }
  }

  static void entry(byte[] data) throws IOException {
    Entry printed = print(Entry.parseFrom(data));
    requireSame(printed, print(printed));
  }

  private static Entry print(Entry message) {
    return EntryMessages.toMessage(EntryMessages.entry(message), EntryMessages.ALL);
  }

  static void nodeApiMessage(byte[] data) throws IOException {
    byte[] message = Inputs.rest(data);
    switch (Inputs.choice(data, 5)) {
      case 0 -> trustBundle(message);
      case 1 -> SvidMessages.chain(X509SVID.parseFrom(message));
      case 2 -> SvidMessages.jwtSvid(JWTSVID.parseFrom(message));
      case 3 ->
          SyncAuthorizedEntriesResponse.parseFrom(message)
              .getEntriesList()
              .forEach(EntryMessages::entry);
      default -> status(message);
    }
  }

  private static void trustBundle(byte[] message) throws IOException {
    TrustBundle bundle = BundleMessages.bundle(Bundle.parseFrom(message));
    requireSame(
        bundle, BundleMessages.bundle(BundleMessages.toMessage(bundle, BundleMessages.ALL)));
  }

  private static void status(byte[] details) {
    Metadata trailers = new Metadata();
    trailers.put(NodeApiStatus.DETAILS, details);
    NodeApiStatus.failure(Status.PERMISSION_DENIED.asRuntimeException(trailers));
  }
}
