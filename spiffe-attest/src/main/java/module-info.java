/** The attestation engine: the cores of an identity server and an identity agent. */
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.attest {
  requires static org.jspecify;
  requires transitive dev.spiffe4j.core;
  requires transitive dev.spiffe4j.jwt;
  requires dev.spiffe4j.tls;
  requires transitive dev.spiffe4j.workloadapi;
  requires com.google.common;
  requires com.google.protobuf;
  requires io.grpc;
  requires io.grpc.netty;
  requires io.grpc.protobuf;
  requires io.grpc.stub;
  requires io.netty.handler;
  requires io.netty.transport;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;
  requires org.bouncycastle.util;

  exports dev.spiffe4j.attest;
  exports dev.spiffe4j.attest.agent;
  exports dev.spiffe4j.attest.authority;
  exports dev.spiffe4j.attest.node;
  exports dev.spiffe4j.attest.server;
  exports dev.spiffe4j.attest.store;
  exports dev.spiffe4j.attest.workload;
}
