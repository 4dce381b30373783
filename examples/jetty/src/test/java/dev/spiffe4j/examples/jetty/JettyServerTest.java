package dev.spiffe4j.examples.jetty;

import dev.spiffe4j.examples.checks.HttpServerChecks;
import dev.spiffe4j.tls.SpiffeTls;
import org.eclipse.jetty.server.Server;

class JettyServerTest extends HttpServerChecks {
  @Override
  protected Running serve(SpiffeTls tls) throws Exception {
    Server server = JettyServer.serve(tls, 0);
    return new Running(server.getURI().getPort(), server::stop);
  }
}
