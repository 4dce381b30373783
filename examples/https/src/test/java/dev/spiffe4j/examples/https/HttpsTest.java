package dev.spiffe4j.examples.https;

import com.sun.net.httpserver.HttpsServer;
import dev.spiffe4j.examples.checks.HttpServerChecks;
import dev.spiffe4j.tls.SpiffeTls;

class HttpsTest extends HttpServerChecks {
  @Override
  protected Running serve(SpiffeTls tls) throws Exception {
    HttpsServer server = Https.serve(tls, 0);
    return new Running(server.getAddress().getPort(), () -> server.stop(0));
  }
}
