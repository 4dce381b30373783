package dev.spiffe4j.workloadapi.server;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;

/** Lets a fuzzer in where the server reads messages, without a connection. */
public final class Requests {
  private Requests() {}

  /**
   * Reads what a client sends, as the server does.
   *
   * @param message a request for tokens, and one for a validation
   * @throws InvalidProtocolBufferException if it is not both
   */
  public static void read(byte[] message) throws InvalidProtocolBufferException {
    JwtRequests.check(ValidateJWTSVIDRequest.parseFrom(message));
    JwtRequests.svids(JWTSVIDRequest.parseFrom(message));
  }
}
