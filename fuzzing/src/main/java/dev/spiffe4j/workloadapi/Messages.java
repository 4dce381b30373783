package dev.spiffe4j.workloadapi;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import dev.spiffe4j.workloadapi.proto.JWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.proto.X509SVID;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.wire.ClaimsStruct;
import dev.spiffe4j.workloadapi.wire.X509Answer;
import java.io.IOException;

/** Lets a fuzzer in where the client reads messages, without a connection. */
public final class Messages {
  /** How many kinds of messages a client reads. */
  public static final int RESPONSES = 5;

  private Messages() {}

  /**
   * Reads what a server sends, as the client does.
   *
   * @param kind which message, from zero
   * @param message the message
   * @param token what was to be validated
   * @throws InvalidProtocolBufferException if it is no message
   */
  public static void response(int kind, byte[] message, String token)
      throws InvalidProtocolBufferException {
    switch (kind) {
      case 0 -> x509Context(message);
      case 1 -> Responses.x509Bundles(X509BundlesResponse.parseFrom(message));
      case 2 -> Responses.jwtSvids(JWTSVIDResponse.parseFrom(message));
      case 3 -> Responses.jwtBundles(JWTBundlesResponse.parseFrom(message));
      default -> validation(message, token);
    }
  }

  /** What is read by hand is what the generated class reads. */
  private static void x509Context(byte[] message) throws InvalidProtocolBufferException {
    X509SVIDResponse expected;
    try {
      expected = X509SVIDResponse.parseFrom(message);
    } catch (InvalidProtocolBufferException e) {
      requireUnreadable(message);
      throw e;
    }
    X509Answer answer = readable(message);
    if (!answer.crls().equals(expected.getCrlList())
        || !answer.federatedBundles().equals(expected.getFederatedBundlesMap())
        || !answer.svids().equals(expected.getSvidsList().stream().map(Messages::svid).toList())) {
      throw new AssertionError("read as something else");
    }
    Responses.x509Context(answer);
  }

  private static void requireUnreadable(byte[] message) {
    try {
      X509Answer.parse(message);
    } catch (IOException e) {
      return;
    }
    throw new AssertionError("read, and is no message");
  }

  private static X509Answer readable(byte[] message) {
    try {
      return X509Answer.parse(message);
    } catch (IOException e) {
      throw new AssertionError("a message, and not read", e);
    }
  }

  private static X509Answer.Svid svid(X509SVID message) {
    return new X509Answer.Svid(
        message.getSpiffeId(),
        message.getX509Svid(),
        message.getX509SvidKey(),
        message.getBundle(),
        message.getHint());
  }

  private static void validation(byte[] message, String token)
      throws InvalidProtocolBufferException {
    JwtValidation read = Responses.validation(ValidateJWTSVIDResponse.parseFrom(message), token);
    var printed = ClaimsStruct.decode(ClaimsStruct.encode(read.claims()));
    if (!read.claims().equals(printed)) {
      throw new AssertionError(read.claims() + " became " + printed);
    }
  }
}
