package dev.spiffe4j.tls;

import java.net.Socket;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** What trust managers of one TLS have in common. */
record TrustManagers(LiveConnections connections, @Nullable X509ExtendedTrustManager webServers) {
  /** For all connections, or for the one over this socket. */
  X509ExtendedTrustManager of(@Nullable Socket plain) {
    PeerTrustManager peers = new PeerTrustManager(connections, plain);
    return webServers == null
        ? peers
        : new WebPkiTrustManager(webServers, peers, connections.verifier().trace());
  }
}
