package dev.spiffe4j.attest.store;

import dev.spiffe4j.attest.JoinToken;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Join tokens in memory, by hash. */
final class InMemoryJoinTokens implements JoinTokenStore {
  private final Object lock = new Object();

  /** Guarded by the lock. */
  private final Map<String, Kept> byHash = new HashMap<>();

  private record Kept(Instant expiresAt, boolean used) {}

  @Override
  public boolean create(JoinToken token) {
    Kept kept = new Kept(token.expiresAt(), false);
    synchronized (lock) {
      return byHash.putIfAbsent(hash(token.value()), kept) == null;
    }
  }

  @Override
  public Use consume(String value, Instant now) {
    String hash = hash(value);
    synchronized (lock) {
      Kept kept = byHash.get(hash);
      if (kept == null) {
        return Use.UNKNOWN;
      }
      if (kept.used()) {
        return Use.USED;
      }
      if (!now.isBefore(kept.expiresAt())) {
        return Use.EXPIRED;
      }
      byHash.put(hash, new Kept(kept.expiresAt(), true));
      return Use.ACCEPTED;
    }
  }

  @Override
  public int prune(Instant now) {
    synchronized (lock) {
      int before = byHash.size();
      byHash.values().removeIf(kept -> !now.isBefore(kept.expiresAt()));
      return before - byHash.size();
    }
  }

  private static String hash(String value) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(value.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
