/** TLS that follows the SVID and the bundles of a SPIFFE source. */
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.tls {
  requires static org.jspecify;
  requires transitive dev.spiffe4j.core;
  // Only for who has events written.
  requires static jdk.jfr;
  // Only for who uses the adapters of Netty and gRPC.
  requires static io.grpc;
  requires static io.grpc.internal;
  requires static io.grpc.netty;
  requires static io.netty.buffer;
  requires static io.netty.common;
  requires static io.netty.handler;
  requires static io.netty.transport;
  requires static io.netty.codec.http2;
  requires static io.netty.tcnative.classes.openssl;
  // Only for who uses the adapters of these.
  requires static kafka.clients;
  requires static org.apache.tomcat.embed.core;
  requires static spring.boot;

  exports dev.spiffe4j.tls;
  exports dev.spiffe4j.tls.grpc;
  exports dev.spiffe4j.tls.kafka;
  exports dev.spiffe4j.tls.netty;
  exports dev.spiffe4j.tls.spring;
  exports dev.spiffe4j.tls.tomcat;
}
