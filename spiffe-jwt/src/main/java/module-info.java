/** JWT-SVIDs: parse, verify, sign; bundles as JSON. WIT-SVIDs, which are incubating. */
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.jwt {
  requires static org.jspecify;
  requires transitive dev.spiffe4j.core;
  requires com.nimbusds.jose.jwt;

  exports dev.spiffe4j.jwt;
  exports dev.spiffe4j.jwt.wit;
}
