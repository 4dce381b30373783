/** TLS that follows the SVID and the bundles of a SPIFFE source. */
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.tls {
  requires static org.jspecify;
  requires transitive dev.spiffe4j.core;
  // Only for who uses the gRPC adapter.
  requires static io.grpc;
  requires static io.netty.handler;
  requires static io.netty.codec.http2;

  exports dev.spiffe4j.tls;
  exports dev.spiffe4j.tls.grpc;
}
