/** The attestation engine: the cores of an identity server and an identity agent. */
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.attest {
  requires static org.jspecify;
  requires transitive dev.spiffe4j.core;
  requires transitive dev.spiffe4j.jwt;
  requires dev.spiffe4j.tls;
  requires transitive dev.spiffe4j.workloadapi;

  exports dev.spiffe4j.attest;
  exports dev.spiffe4j.attest.node;
}
