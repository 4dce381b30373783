package dev.spiffe4j.workloadapi;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidRequest;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.proto.JWTBundlesRequest;
import dev.spiffe4j.workloadapi.proto.JWTBundlesResponse;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.SpiffeWorkloadAPIGrpc;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDResponse;
import dev.spiffe4j.workloadapi.proto.WITBundlesRequest;
import dev.spiffe4j.workloadapi.proto.WITBundlesResponse;
import dev.spiffe4j.workloadapi.proto.WITSVIDRequest;
import dev.spiffe4j.workloadapi.proto.WITSVIDResponse;
import dev.spiffe4j.workloadapi.proto.X509BundlesRequest;
import dev.spiffe4j.workloadapi.proto.X509BundlesResponse;
import dev.spiffe4j.workloadapi.wire.BytesMarshaller;
import dev.spiffe4j.workloadapi.wire.X509Answer;
import dev.spiffe4j.workloadapi.wire.X509AnswerMarshaller;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One question to a Workload API, and how its answers are read: the one description that single
 * calls, futures, watches and sources share.
 *
 * @param name of what is asked for, in logs and events
 * @param method the call
 * @param request the question
 * @param reading turns an answer into what it means; throws {@link WorkloadApiException} if that is
 *     nothing
 */
record Rpc<Q, R, T>(
    String name, MethodDescriptor<Q, R> method, Q request, Function<R, Parsed<T>> reading) {

  static Rpc<byte[], X509Answer, X509Context> x509Context() {
    return new Rpc<>("X.509-SVIDs", fetchX509Svid(), new byte[0], Responses::x509Context);
  }

  /** Without the generated messages. */
  private static MethodDescriptor<byte[], X509Answer> fetchX509Svid() {
    return MethodDescriptor.newBuilder(new BytesMarshaller(), new X509AnswerMarshaller())
        .setType(MethodType.SERVER_STREAMING)
        .setFullMethodName(SpiffeWorkloadAPIGrpc.SERVICE_NAME + "/FetchX509SVID")
        .setSampledToLocalTracing(true)
        .build();
  }

  static Rpc<X509BundlesRequest, X509BundlesResponse, Map<TrustDomain, X509Bundle>> x509Bundles() {
    return new Rpc<>(
        "X.509 bundles",
        SpiffeWorkloadAPIGrpc.getFetchX509BundlesMethod(),
        X509BundlesRequest.getDefaultInstance(),
        response -> Responses.x509Bundles(response).parsed());
  }

  /** The same answers, with the revocation lists in them. */
  static Rpc<byte[], X509Answer, Revocable<X509Context>> revocableX509Context() {
    Rpc<byte[], X509Answer, X509Context> plain = x509Context();
    return plain.reading(answer -> Revocable.read(plain.reading().apply(answer), answer.crls()));
  }

  /** The same answers, with the revocation lists in them. */
  static Rpc<X509BundlesRequest, X509BundlesResponse, Revocable<Map<TrustDomain, X509Bundle>>>
      revocableX509Bundles() {
    Rpc<X509BundlesRequest, X509BundlesResponse, Map<TrustDomain, X509Bundle>> plain =
        x509Bundles();
    return plain.reading(
        response -> Revocable.read(plain.reading().apply(response), response.getCrlList()));
  }

  static Rpc<JWTSVIDRequest, ?, List<JwtSvid>> jwtSvids(JwtSvidRequest request) {
    return new Rpc<>(
        "JWT-SVIDs",
        SpiffeWorkloadAPIGrpc.getFetchJWTSVIDMethod(),
        JWTSVIDRequest.newBuilder()
            .addAllAudience(request.audience())
            .setSpiffeId(request.subject().map(SpiffeId::toString).orElse(""))
            .build(),
        response -> Parsed.of(JwtAnswer.check(request, Responses.jwtSvids(response))));
  }

  static Rpc<JWTBundlesRequest, JWTBundlesResponse, Map<TrustDomain, JwtBundle>> jwtBundles() {
    return new Rpc<>(
        "JWT bundles",
        SpiffeWorkloadAPIGrpc.getFetchJWTBundlesMethod(),
        JWTBundlesRequest.getDefaultInstance(),
        response -> Responses.jwtBundles(response).parsed());
  }

  static Rpc<ValidateJWTSVIDRequest, ValidateJWTSVIDResponse, JwtValidation> validation(
      String audience, String token) {
    return new Rpc<>(
        "validation",
        SpiffeWorkloadAPIGrpc.getValidateJWTSVIDMethod(),
        ValidateJWTSVIDRequest.newBuilder()
            .setAudience(requireNotEmpty(audience, "audience"))
            .setSvid(requireNotEmpty(token, "token"))
            .build(),
        response -> Parsed.of(Responses.validation(response, token)));
  }

  private static String requireNotEmpty(String value, String name) {
    if (value.isEmpty()) {
      throw new IllegalArgumentException(name + ": empty");
    }
    return value;
  }

  static Rpc<WITSVIDRequest, WITSVIDResponse, List<WitSvid>> witSvids(@Nullable SpiffeId subject) {
    return new Rpc<>(
        "WIT-SVIDs",
        SpiffeWorkloadAPIGrpc.getFetchWITSVIDMethod(),
        WITSVIDRequest.newBuilder().setSpiffeId(subject == null ? "" : subject.toString()).build(),
        response -> Parsed.of(WitMessages.svids(response, subject)));
  }

  static Rpc<WITBundlesRequest, WITBundlesResponse, Map<TrustDomain, WitBundle>> witBundles() {
    return new Rpc<>(
        "WIT bundles",
        SpiffeWorkloadAPIGrpc.getFetchWITBundlesMethod(),
        WITBundlesRequest.getDefaultInstance(),
        response -> WitMessages.bundles(response).parsed());
  }

  /** The same question, whose answers are changed before they are used. */
  Rpc<Q, R, T> then(UnaryOperator<T> change) {
    return reading(
        message -> {
          Parsed<T> parsed = reading.apply(message);
          return new Parsed<>(change.apply(parsed.value()), parsed.problems());
        });
  }

  private <U> Rpc<Q, R, U> reading(Function<R, Parsed<U>> other) {
    return new Rpc<>(name, method, request, other);
  }

  boolean isStream() {
    return !method.getType().serverSendsOneMessage();
  }
}
