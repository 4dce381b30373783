package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.workloadapi.wire.SecurityHeader;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets through only calls that carry the security header, and tells them their caller. A web page
 * or a proxy that was made to talk to the socket cannot set the header (Workload Endpoint §3).
 */
final class CallGuard implements ServerInterceptor {
  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    if (!hasSecurityHeader(headers)) {
      call.close(
          Status.INVALID_ARGUMENT.withDescription("security header missing from request"),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Connection connection = call.getAttributes().get(Connection.ATTRIBUTE);
    if (connection == null) {
      throw new AssertionError("a call without a connection");
    }
    return Contexts.interceptCall(connection.makeCurrent(Context.current()), call, headers, next);
  }

  /** Exactly one value, and exactly this one. */
  private static boolean hasSecurityHeader(Metadata headers) {
    Iterable<String> values = headers.getAll(SecurityHeader.KEY);
    List<String> all = new ArrayList<>();
    if (values != null) {
      values.forEach(all::add);
    }
    return all.equals(List.of(SecurityHeader.VALUE));
  }
}
