package dev.spiffe4j.benchmarks;

import dev.spiffe4j.X509Svid;
import java.util.ArrayList;
import java.util.List;

/** A server's SVID, and those of clients one after the other, parsed anew for every iteration. */
final class FreshSvids {
  final Chains chains;
  private final List<X509Svid> svids = new ArrayList<>();
  private X509Svid server;
  private int next;

  FreshSvids() {
    try {
      chains = new Chains();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  void make() throws Exception {
    parse();
    server = svids.get(0);
  }

  /** Parses them, on another thread, whose CPU time is not counted. */
  void parse() throws InterruptedException {
    Thread parser =
        new Thread(
            () -> {
              svids.clear();
              for (int i = 0; i < Chains.POOL; i++) {
                svids.add(X509Svid.parse(chains.chain(i), chains.leafKey));
              }
            });
    parser.start();
    parser.join();
  }

  X509Svid server() {
    return server;
  }

  X509Svid client() {
    return svids.get(next);
  }

  void nextClient() {
    next = (next + 1) % Chains.POOL;
  }
}
