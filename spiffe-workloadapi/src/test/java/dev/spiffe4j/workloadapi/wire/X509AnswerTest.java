package dev.spiffe4j.workloadapi.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.spiffe4j.workloadapi.proto.SpiffeWorkloadAPIGrpc;
import dev.spiffe4j.workloadapi.proto.X509SVID;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The generated class is the judge of what is read without it. */
class X509AnswerTest {
  private static final X509SVID SVID =
      X509SVID
          .newBuilder()
          .setSpiffeId("spiffe://example.org/web")
          .setX509Svid(bytes("chain"))
          .setX509SvidKey(bytes("key"))
          .setBundle(bytes("bundle"))
          .setHint("hint")
          .build();
  private static final X509SVIDResponse MESSAGE =
      X509SVIDResponse.newBuilder()
          .addSvids(SVID)
          .addSvids(X509SVID.newBuilder().setHint("ünd"))
          .addCrl(bytes("first"))
          .addCrl(bytes("second"))
          .putFederatedBundles("spiffe://b.test", bytes("b"))
          .putFederatedBundles("spiffe://a.test", bytes("a"))
          .build();

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static X509Answer.Svid svid(X509SVID message) {
    return new X509Answer.Svid(
        message.getSpiffeId(),
        message.getX509Svid(),
        message.getX509SvidKey(),
        message.getBundle(),
        message.getHint());
  }

  private static Optional<X509Answer> generated(byte[] message) {
    try {
      X509SVIDResponse read = X509SVIDResponse.parseFrom(message);
      return Optional.of(
          new X509Answer(
              read.getSvidsList().stream().map(X509AnswerTest::svid).toList(),
              read.getCrlList(),
              read.getFederatedBundlesMap()));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static Optional<X509Answer> own(byte[] message) {
    try {
      return Optional.of(X509Answer.parse(message));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Test
  @DisplayName("each field of a message is read")
  void readsAll() throws Exception {
    X509Answer answer = X509Answer.parse(MESSAGE.toByteArray());
    assertThat(answer.svids()).containsExactly(svid(SVID), svid(MESSAGE.getSvids(1)));
    assertThat(answer.crls()).containsExactly(bytes("first"), bytes("second"));
    assertThat(answer.federatedBundles())
        .containsOnlyKeys("spiffe://a.test", "spiffe://b.test")
        .containsEntry("spiffe://b.test", bytes("b"));
    assertThat(answer.svids().get(0)).hasToString("Svid[spiffe://example.org/web]");
  }

  @Test
  @DisplayName("the empty message, repeated fields, and fields of later versions")
  void readsOdd() {
    assertSame(new byte[0]);
    // Of a field that is there twice the last one counts, and so does the last of a map's keys.
    byte[] twice = concat(SVID.toByteArray(), X509SVID.newBuilder().setHint("last").build());
    assertSame(field(1, twice));
    assertSame(
        concat(
            MESSAGE.toByteArray(),
            X509SVIDResponse.newBuilder()
                .putFederatedBundles("spiffe://a.test", bytes("z"))
                .build()));
    assertSame(field(3, new byte[0]));
    // A number where a text is expected is a field that is not known.
    UnknownFieldSet later =
        UnknownFieldSet.newBuilder()
            .addField(1, UnknownFieldSet.Field.newBuilder().addVarint(7).addFixed32(7).build())
            .addField(9, UnknownFieldSet.Field.newBuilder().addFixed64(7).build())
            .build();
    byte[] withLater =
        X509SVIDResponse.newBuilder(MESSAGE).setUnknownFields(later).build().toByteArray();
    assertSame(withLater);
    assertThat(own(withLater)).isEqualTo(generated(MESSAGE.toByteArray()));
    assertSame(
        field(
            1, concat(SVID.toByteArray(), X509SVID.newBuilder().setUnknownFields(later).build())));
  }

  @Test
  @DisplayName("groups are passed over to the depth that the generated class allows")
  void boundsDepth() {
    for (int depth = 90; depth < 110; depth++) {
      byte[] groups = new byte[2 * depth];
      Arrays.fill(groups, 0, depth, (byte) 0x4b);
      Arrays.fill(groups, depth, 2 * depth, (byte) 0x4c);
      assertSame(groups);
      assertSame(field(1, groups));
      assertSame(field(3, groups));
    }
    assertThat(own(new byte[] {0x4b, 0x4c})).isPresent();
    byte[] endless = new byte[1_000_000];
    Arrays.fill(endless, (byte) 0x4b);
    assertThat(own(endless)).isEmpty();
  }

  @Test
  @DisplayName("whatever is done to a message, the generated class says the same of it")
  void agrees() {
    Random random = new Random(1);
    byte[] original = MESSAGE.toByteArray();
    int read = 0;
    for (int i = 0; i < 50_000; i++) {
      byte[] message = Arrays.copyOf(original, 1 + random.nextInt(original.length));
      for (int changes = random.nextInt(4); changes > 0; changes--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt(256);
      }
      assertSame(message);
      read += own(message).isPresent() ? 1 : 0;
    }
    assertThat(read).isBetween(1000, 49_000);
  }

  @Test
  @DisplayName("what is no message ends the call as it does with generated messages")
  void refuses() {
    byte[] junk = "junk, and no message".getBytes(StandardCharsets.UTF_8);
    var generated = SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod().getResponseMarshaller();
    for (var marshaller : List.of(generated, new X509AnswerMarshaller())) {
      assertThatThrownBy(() -> marshaller.parse(new ByteArrayInputStream(junk)))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
                assertThat(e.getStatus().getDescription())
                    .isEqualTo("Invalid protobuf byte sequence");
              });
    }
  }

  @Test
  @DisplayName("the question is the empty message")
  void asks() {
    assertThat(X509SVIDRequest.getDefaultInstance().toByteArray()).isEmpty();
  }

  private static void assertSame(byte[] message) {
    assertThat(own(message)).isEqualTo(generated(message));
  }

  private static byte[] field(int number, byte[] value) {
    return UnknownFieldSet.newBuilder()
        .addField(
            number,
            UnknownFieldSet.Field.newBuilder()
                .addLengthDelimited(ByteString.copyFrom(value))
                .build())
        .build()
        .toByteArray();
  }

  private static byte[] concat(byte[] first, Message second) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(first);
    all.writeBytes(second.toByteArray());
    return all.toByteArray();
  }
}
