/** TLS that follows the SVID and the bundles of a SPIFFE source. */
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.tls {
  requires static transitive org.jspecify;
  requires transitive dev.spiffe4j.core;
}
