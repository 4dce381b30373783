/** A trust domain, a Workload API and a clock for tests. */
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.testing {
  requires static org.jspecify;
  requires static org.junit.jupiter.api;
  requires transitive dev.spiffe4j.core;
  requires transitive dev.spiffe4j.jwt;
  requires transitive dev.spiffe4j.workloadapi;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;

  exports dev.spiffe4j.testing;
  exports dev.spiffe4j.testing.junit;
}
