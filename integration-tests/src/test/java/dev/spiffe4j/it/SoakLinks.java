package dev.spiffe4j.it;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** Some links that are opened and closed together. */
record SoakLinks(List<SoakLink> all) implements AutoCloseable {
  static SoakLinks of(int count, SSLContext context) throws IOException {
    List<SoakLink> links = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      links.add(new SoakLink(context));
    }
    return new SoakLinks(List.copyOf(links));
  }

  /** How many handshakes the servers' sides have failed in. */
  long refused() {
    return all.stream().mapToLong(SoakLink::refused).sum();
  }

  @Override
  public void close() throws IOException {
    for (SoakLink link : all) {
      link.close();
    }
  }
}
