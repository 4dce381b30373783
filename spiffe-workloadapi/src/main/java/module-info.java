/** The SPIFFE Workload API: client, live sources, and the serving half. */
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.workloadapi {
  requires static jdk.jfr;
  requires static micrometer.core;
  requires static org.jspecify;
  requires transitive dev.spiffe4j.core;
  requires transitive dev.spiffe4j.jwt;
  requires com.google.common;
  requires com.google.common.util.concurrent.internal;
  requires com.google.protobuf;
  requires io.grpc;
  requires io.grpc.netty;
  requires io.grpc.protobuf;
  requires io.grpc.stub;
  requires io.netty.common;
  requires io.netty.transport;
  requires io.netty.transport.classes.epoll;
  requires io.netty.transport.unix.common;

  exports dev.spiffe4j.workloadapi;
  exports dev.spiffe4j.workloadapi.micrometer;
  exports dev.spiffe4j.workloadapi.server;

  opens dev.spiffe4j.workloadapi.proto to
      com.google.protobuf;
}
