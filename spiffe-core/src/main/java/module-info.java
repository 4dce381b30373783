/** SPIFFE IDs, X.509-SVIDs, trust bundles and their verification; needs nothing but the JDK. */
@SuppressWarnings("module") // the one that is named below is compiled later
@org.jspecify.annotations.NullMarked
module dev.spiffe4j.core {
  requires static org.jspecify;

  exports dev.spiffe4j;
  exports dev.spiffe4j.der to
      dev.spiffe4j.attest;

  // Which of them is used, SignatureProvider decides.
  uses java.security.Provider;
}
