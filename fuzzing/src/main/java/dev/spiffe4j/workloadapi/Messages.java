package dev.spiffe4j.workloadapi;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import dev.spiffe4j.workloadapi.proto.JWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.proto.X509SVIDResponse;
import dev.spiffe4j.workloadapi.wire.ClaimsStruct;

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
      case 0 -> Responses.x509Context(X509SVIDResponse.parseFrom(message));
      case 1 -> Responses.x509Bundles(X509BundlesResponse.parseFrom(message));
      case 2 -> Responses.jwtSvids(JWTSVIDResponse.parseFrom(message));
      case 3 -> Responses.jwtBundles(JWTBundlesResponse.parseFrom(message));
      default -> validation(message, token);
    }
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
