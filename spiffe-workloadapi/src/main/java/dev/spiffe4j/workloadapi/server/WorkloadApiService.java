package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.Subscription;
import dev.spiffe4j.workloadapi.proto.JWTBundlesRequest;
import dev.spiffe4j.workloadapi.proto.JWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.SpiffeWorkloadAPIGrpc;
import dev.spiffe4j.workloadapi.proto.ValidateJWTSVIDRequest;
import dev.spiffe4j.workloadapi.proto.WITBundlesRequest;
import dev.spiffe4j.workloadapi.proto.WITSVIDRequest;
import dev.spiffe4j.workloadapi.proto.X509BundlesRequest;
import dev.spiffe4j.workloadapi.proto.X509SVIDRequest;
import dev.spiffe4j.workloadapi.wire.BytesMarshaller;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The methods of the Workload API. */
final class WorkloadApiService {
  private static final BytesMarshaller MARSHALLER = new BytesMarshaller();

  private final WorkloadApiHandler handler;
  private final Calls calls;
  private final Serialized<X509Context> x509Svids = new Serialized<>(X509Responses::svids);
  private final Serialized<X509Context> x509Bundles = new Serialized<>(X509Responses::bundles);
  private final Serialized<Collection<JwtBundle>> jwtBundles =
      new Serialized<>(JwtResponses::bundles);
  private final Serialized<List<WitSvid>> witSvids = new Serialized<>(WitResponses::svids);
  private final Serialized<Collection<WitBundle>> witBundles =
      new Serialized<>(WitResponses::bundles);

  WorkloadApiService(WorkloadApiHandler handler, Calls calls) {
    this.handler = handler;
    this.calls = calls;
  }

  ServerServiceDefinition definition() {
    return ServerServiceDefinition.builder(SpiffeWorkloadAPIGrpc.SERVICE_NAME)
        .addMethod(
            serialized(SpiffeWorkloadAPIGrpc.getFetchX509SVIDMethod()),
            ServerCalls.asyncServerStreamingCall(this::fetchX509Svids))
        .addMethod(
            serialized(SpiffeWorkloadAPIGrpc.getFetchX509BundlesMethod()),
            ServerCalls.asyncServerStreamingCall(this::fetchX509Bundles))
        .addMethod(
            serialized(SpiffeWorkloadAPIGrpc.getFetchJWTSVIDMethod()),
            ServerCalls.asyncUnaryCall(this::fetchJwtSvids))
        .addMethod(
            serialized(SpiffeWorkloadAPIGrpc.getFetchJWTBundlesMethod()),
            ServerCalls.asyncServerStreamingCall(this::fetchJwtBundles))
        .addMethod(
            serialized(SpiffeWorkloadAPIGrpc.getValidateJWTSVIDMethod()),
            ServerCalls.asyncUnaryCall(this::validateJwtSvid))
        .addMethod(
            serialized(SpiffeWorkloadAPIGrpc.getFetchWITSVIDMethod()),
            ServerCalls.asyncServerStreamingCall(this::fetchWitSvids))
        .addMethod(
            serialized(SpiffeWorkloadAPIGrpc.getFetchWITBundlesMethod()),
            ServerCalls.asyncServerStreamingCall(this::fetchWitBundles))
        .build();
  }

  private static <Q, R> MethodDescriptor<Q, byte[]> serialized(MethodDescriptor<Q, R> method) {
    return method.toBuilder(method.getRequestMarshaller(), MARSHALLER).build();
  }

  private void fetchX509Svids(X509SVIDRequest request, StreamObserver<byte[]> observer) {
    stream(observer, x509Svids, handler::watchX509Context);
  }

  private void fetchX509Bundles(X509BundlesRequest request, StreamObserver<byte[]> observer) {
    stream(observer, x509Bundles, handler::watchX509Bundles);
  }

  private void fetchJwtBundles(JWTBundlesRequest request, StreamObserver<byte[]> observer) {
    stream(observer, jwtBundles, handler::watchJwtBundles);
  }

  private void fetchWitSvids(WITSVIDRequest request, StreamObserver<byte[]> observer) {
    stream(
        observer,
        witSvids,
        (caller, updates) ->
            handler.watchWitSvids(caller, JwtRequests.spiffeId(request.getSpiffeId()), updates));
  }

  private void fetchWitBundles(WITBundlesRequest request, StreamObserver<byte[]> observer) {
    stream(observer, witBundles, handler::watchWitBundles);
  }

  private void fetchJwtSvids(JWTSVIDRequest request, StreamObserver<byte[]> observer) {
    Caller caller = Connection.current().caller();
    answer(
        observer,
        () -> {
          JwtRequests.Svids wanted = JwtRequests.svids(request);
          return JwtResponses.svids(
              handler.fetchJwtSvids(caller, wanted.audience(), wanted.spiffeId()));
        });
  }

  private void validateJwtSvid(ValidateJWTSVIDRequest request, StreamObserver<byte[]> observer) {
    Caller caller = Connection.current().caller();
    answer(
        observer,
        () -> {
          JwtRequests.check(request);
          return JwtResponses.validation(
              handler.validateJwtSvid(caller, request.getAudience(), request.getSvid()));
        });
  }

  private <T> void stream(StreamObserver<byte[]> observer, Serialized<T> messages, Watch<T> watch) {
    Connection connection = Connection.current();
    UpdateStream<T> updates = new UpdateStream<>(serverCall(observer), connection, messages, calls);
    calls.run(
        connection.pid(),
        () -> {
          if (!updates.isEnded()) {
            updates.follow(watch.start(connection.caller(), updates));
          }
        },
        updates::end);
  }

  private void answer(StreamObserver<byte[]> observer, Supplier<byte[]> answer) {
    Connection connection = Connection.current();
    ServerCallStreamObserver<byte[]> call = serverCall(observer);
    // Without a handler, an answer to a call that was cancelled meanwhile is an exception.
    call.setOnCancelHandler(() -> {});
    Consumer<Status> failed =
        status -> {
          if (!call.isCancelled()) {
            call.onError(status.asRuntimeException());
          }
        };
    calls.run(
        connection.pid(),
        () -> {
          if (call.isCancelled()) {
            return;
          }
          byte[] message = answer.get();
          connection.requireAlive();
          // The caller may have left meanwhile, or the server may have closed.
          if (!call.isCancelled()) {
            call.onNext(message);
            call.onCompleted();
          }
        },
        failed);
  }

  private static ServerCallStreamObserver<byte[]> serverCall(StreamObserver<byte[]> observer) {
    return (ServerCallStreamObserver<byte[]>) observer;
  }

  private interface Watch<T> {
    Subscription start(Caller caller, Updates<T> updates);
  }
}
