package dev.spiffe4j.examples.demo;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.workloadapi.WorkloadApiClient;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.X509Source;

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
    try (X509Source source = X509Source.connect();
        WorkloadApiClient client = WorkloadApiClient.connect()) {
      Event.of(
              "identity",
              "id",
              source.x509Svid().spiffeId().toString(),
              "serial",
              serial(source.x509Svid()),
              "authorities",
              authorities(source))
          .print();
      source.subscribe(
          context ->
              Event.of(
                      "update",
                      "serial",
                      serial(context.x509Svid()),
                      "authorities",
                      Integer.toString(
                          context.bundles().values().iterator().next().authorities().size()))
                  .print());
      switch (args[0]) {
        case "billing" -> new Billing(source, client).run();
        case "web" -> new Web(source, client, Integer.parseInt(args[1])).run();
        default -> throw new IllegalArgumentException("role: " + args[0]);
      }
    } catch (WorkloadApiException e) {
      Event.of("refused", "reason", e.reason().name()).print();
    } catch (SpiffeException e) {
      Event.of("failed", "reason", e.reason().name()).print();
      throw e;
    }
  }

  static String serial(dev.spiffe4j.X509Svid svid) {
    return svid.leaf().getSerialNumber().toString(16);
  }

  private static String authorities(X509Source source) {
    return Integer.toString(
        source.x509Context().bundles().values().iterator().next().authorities().size());
  }
}
