/** SPIFFE IDs, X.509-SVIDs, trust bundles and their verification; needs nothing but the JDK. */
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.core {
  requires static org.jspecify;

  exports dev.spiffe4j;

  // Which of them is used, SignatureProvider decides.
  uses java.security.Provider;
}
