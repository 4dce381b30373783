package dev.spiffe4j.attest.server;

import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.grpc.SpiffeGrpc;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Who makes a call on the wire. Calls that anybody may make do not ask. */
final class Caller {
  private static final Context.Key<Caller> KEY = Context.key("dev.spiffe4j.attest.caller");

  private final SpiffeTls tls;
  private final Attributes attributes;

  private Caller(SpiffeTls tls, Attributes attributes) {
    this.tls = tls;
    this.attributes = attributes;
  }

  /** Makes {@link #current} known to the calls of a server. */
  static ServerInterceptor interceptor(SpiffeTls tls) {
    return new ServerInterceptor() {
      @Override
      public <Q, R> ServerCall.Listener<Q> interceptCall(
          ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Caller caller = new Caller(tls, call.getAttributes());
        return Contexts.interceptCall(
            Context.current().withValue(KEY, caller), call, headers, next);
      }
    };
  }

  static Caller current() {
    return KEY.get();
  }

  /** The peer of the connection, verified again as of now. */
  VerifiedPeer peer() {
    try {
      return SpiffeGrpc.peer(tls, attributes)
          .orElseThrow(
              () -> new NodeApiException(Reason.PERMISSION_DENIED, "the caller presented no SVID"));
    } catch (SvidVerificationException e) {
      throw Failures.of(e);
    }
  }
}
