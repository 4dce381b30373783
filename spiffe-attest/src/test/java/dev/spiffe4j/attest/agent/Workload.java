package dev.spiffe4j.attest.agent;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import dev.spiffe4j.workloadapi.WorkloadApiClient;

/** A workload as a process of its own: says what it gets. */
final class Workload {
  private Workload() {}

  public static void main(String[] args) {
    try (WorkloadApiClient client = WorkloadApiClient.connect(WorkloadApiAddress.parse(args[0]))) {
      System.out.println("x509 " + client.fetchX509Context().x509Svid().spiffeId());
      System.out.println("jwt " + client.fetchJwtSvid("db").spiffeId());
    } catch (SpiffeException e) {
      System.out.println("refused " + e.reason());
    }
  }
}
