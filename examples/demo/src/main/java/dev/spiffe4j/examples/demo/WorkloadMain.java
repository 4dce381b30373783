package dev.spiffe4j.examples.demo;

import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.X509Source;
import java.security.cert.X509Certificate;

/**
 * A workload of the demo, in a process of its own. It knows the socket (from {@code
 * SPIFFE_ENDPOINT_SOCKET}) and its part in the play, and holds no secret.
 */
public final class WorkloadMain {
  private WorkloadMain() {}

  /**
   * Runs a workload.
   *
   * @param args the role, {@code billing} or {@code web}, and for {@code web} the port of billing
   * @throws Exception if the role fails in a way that the demo does not expect
   */
  public static void main(String[] args) throws Exception {
    try (WorkloadApiClient client = WorkloadApiClient.connect()) {
      try {
        client.fetchX509Context();
      } catch (WorkloadApiException e) {
        Event.of("refused", "reason", e.reason().name()).print();
        // Stays until the parent has looked at it.
        System.in.read();
        return;
      }
      try (X509Source source = X509Source.connect()) {
        announce(source);
        run(args, source, client);
      }
    }
  }

  private static void announce(X509Source source) {
    X509Svid svid = source.x509Svid();
    Event.of("identity", "id", svid.spiffeId().toString(), "serial", serial(svid.leaf())).print();
    source.subscribe(
        context -> {
          String authorities =
              Integer.toString(
                  context
                      .x509Bundle(svid.spiffeId().trustDomain())
                      .map(bundle -> bundle.authorities().size())
                      .orElse(0));
          Event.of(
                  "update", "serial", serial(context.x509Svid().leaf()), "authorities", authorities)
              .print();
        });
  }

  private static void run(String[] args, X509Source source, WorkloadApiClient client)
      throws Exception {
    switch (args[0]) {
      case "billing" -> new Billing(source, client).run();
      case "web" -> new Web(source, client, Integer.parseInt(args[1])).run();
      default -> throw new IllegalArgumentException("role: " + args[0]);
    }
  }

  static String serial(X509Certificate certificate) {
    return certificate.getSerialNumber().toString(16);
  }
}
