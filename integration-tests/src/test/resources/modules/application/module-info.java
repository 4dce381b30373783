/** An application that uses this project's modules, and names them. */
module application {
  requires dev.spiffe4j.jwt;
  requires dev.spiffe4j.tls;
  requires dev.spiffe4j.workloadapi;
}
