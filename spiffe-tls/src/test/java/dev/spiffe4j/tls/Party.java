package dev.spiffe4j.tls;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.MutableX509Source;
import java.util.concurrent.atomic.AtomicInteger;

/** One side of a handshake: all that can change about it, and how often it was asked. */
public final class Party implements Authorizer {
  public final MutableInstantSource clock;
  public final MutableX509Source source;
  public final AtomicInteger questions = new AtomicInteger();
  public volatile Authorizer authorizer = Authorizer.anyAuthenticated();

  public Party(MutableInstantSource clock, X509Context context) {
    this.clock = MutableInstantSource.of(clock.instant());
    this.source = MutableX509Source.of(context);
  }

  @Override
  public boolean authorizes(VerifiedPeer peer) {
    questions.incrementAndGet();
    return authorizer.authorizes(peer);
  }

  public SpiffeTls tls() {
    return builder().build();
  }

  public SpiffeTlsBuilder builder() {
    return SpiffeTls.builder(source, this).clock(clock).minimumVersion(TlsVersion.TLS_1_2);
  }
}
