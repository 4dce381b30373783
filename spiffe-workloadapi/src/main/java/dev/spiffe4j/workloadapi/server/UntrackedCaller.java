package dev.spiffe4j.workloadapi.server;

/** A caller whose process nobody holds. */
record UntrackedCaller(PeerCredentials credentials) implements Caller {
  @Override
  public boolean isAlive() {
    return true;
  }

  @Override
  public void close() {}
}
