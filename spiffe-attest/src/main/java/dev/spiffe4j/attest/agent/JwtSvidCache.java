package dev.spiffe4j.attest.agent;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.jwt.JwtSvid;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * JWT-SVIDs by entry and audience, the most recently used ones. A token is renewed by whoever asks
 * after half of its life, one call for all who ask at the same time. Thread-safe.
 */
final class JwtSvidCache {
  /**
   * Calls to the server have timeouts of their own; this one only bounds the wait for another's.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AgentApi api;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Duration retryInterval;
  private final int capacity;

  private final Object lock = new Object();
  private final Map<Key, Held> tokens = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Key, CompletableFuture<JwtSvid>> calls = new HashMap<>();
  private @Nullable HeldBundle judgedBy;
  private boolean closed;

  /** An entry that was changed has other tokens. */
  private record Key(String entryId, long revision, SpiffeId spiffeId, List<String> audience) {
    static Key of(RegistrationEntry entry, List<String> audience) {
      return new Key(entry.id(), entry.revision(), entry.spiffeId(), List.copyOf(audience));
    }

    boolean isOf(@Nullable RegistrationEntry entry) {
      return entry != null && equals(of(entry, audience));
    }
  }

  private record Held(JwtSvid svid, Instant renewAt) {
    boolean isValid(Instant now) {
      return now.isBefore(svid.expiresAt());
    }
  }

  JwtSvidCache(
      AgentApi api,
      InstantSource clock,
      SecureRandom random,
      Duration retryInterval,
      int capacity) {
    this.api = api;
    this.clock = clock;
    this.random = random;
    this.retryInterval = retryInterval;
    this.capacity = capacity;
  }

  /**
   * Gets a token that has not expired.
   *
   * @throws NodeApiException if there is none, and the server gives none
   */
  JwtSvid token(RegistrationEntry entry, List<String> audience) {
    Key key = Key.of(entry, audience);
    CompletableFuture<JwtSvid> call = new CompletableFuture<>();
    CompletableFuture<JwtSvid> running;
    synchronized (lock) {
      Held held = tokens.get(key);
      Instant now = clock.instant();
      if (held != null && held.isValid(now) && now.isBefore(held.renewAt())) {
        return held.svid();
      }
      running = calls.putIfAbsent(key, call);
    }
    return running == null ? renew(key, call) : await(running);
  }

  private JwtSvid renew(Key key, CompletableFuture<JwtSvid> call) {
    try {
      JwtSvid svid = fetchOrKeep(key);
      call.complete(svid);
      return svid;
    } catch (RuntimeException | Error e) {
      call.completeExceptionally(e);
      throw e;
    } finally {
      synchronized (lock) {
        calls.remove(key);
      }
    }
  }

  private JwtSvid fetchOrKeep(Key key) {
    try {
      JwtSvid svid = fetch(key);
      Instant from = svid.issuedAt().orElse(clock.instant());
      hold(key, new Held(svid, HalfLife.renewAt(from, svid.expiresAt(), random)));
      return svid;
    } catch (NodeApiException e) {
      return keep(key, e);
    }
  }

  private JwtSvid fetch(Key key) {
    JwtSvid svid = api.newJwtSvid(key.entryId(), key.audience());
    boolean asAsked =
        svid.spiffeId().equals(key.spiffeId())
            && Set.copyOf(svid.audience()).equals(Set.copyOf(key.audience()));
    if (!asAsked || !clock.instant().isBefore(svid.expiresAt())) {
      throw new NodeApiException(
          Reason.INVALID_RESPONSE, "the server signed another JWT-SVID than it was asked for");
    }
    return svid;
  }

  /** The token from before, unless the server says that it is not the agent's to give any more. */
  private JwtSvid keep(Key key, NodeApiException why) {
    synchronized (lock) {
      Held held = tokens.get(key);
      if (isAuthorizationError(why.reason())) {
        tokens.remove(key);
        throw why;
      }
      if (held == null || !held.isValid(clock.instant())) {
        throw why;
      }
      // Others need not wait for a server that is away.
      tokens.put(key, new Held(held.svid(), clock.instant().plus(retryInterval)));
      return held.svid();
    }
  }

  static boolean isAuthorizationError(Reason reason) {
    return switch (reason) {
      case AGENT_EXPIRED,
          AGENT_NOT_ATTESTED,
          AGENT_NOT_ACTIVE,
          AGENT_BANNED,
          AGENT_MUST_REATTEST,
          PERMISSION_DENIED,
          UNAUTHENTICATED,
          NOT_FOUND ->
          true;
      default -> false;
    };
  }

  private void hold(Key key, Held held) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      tokens.put(key, held);
      if (tokens.size() > capacity) {
        tokens.remove(tokens.keySet().iterator().next());
      }
    }
  }

  private static JwtSvid await(CompletableFuture<JwtSvid> running) {
    try {
      return running.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NodeApiException failure) {
        throw new NodeApiException(failure.reason(), String.valueOf(failure.getMessage()), failure);
      }
      throw new NodeApiException(Reason.INTERNAL, "another call for the token failed", e);
    } catch (TimeoutException e) {
      throw new NodeApiException(Reason.TIMED_OUT, "another call for the token hangs", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NodeApiException(Reason.UNAVAILABLE, "interrupted", e);
    }
  }

  /**
   * Forgets what can no longer be given: tokens that have expired, whose entry was changed, or
   * whose key is no authority any more. Those of tainted authorities are renewed when next asked
   * for.
   */
  void follow(Snapshot snapshot) {
    Instant now = clock.instant();
    synchronized (lock) {
      tokens
          .entrySet()
          .removeIf(
              token ->
                  !token.getValue().isValid(now)
                      || !token.getKey().isOf(snapshot.entries().served(token.getKey().entryId())));
      judge(snapshot.bundles().own(), now);
    }
  }

  /** Looks at signatures only if the authorities are others than before. */
  @SuppressWarnings("ReferenceEquality") // a bundle that did not change is the same instance
  private void judge(HeldBundle bundle, Instant now) {
    if (bundle == judgedBy) {
      return;
    }
    judgedBy = bundle;
    JwtAuthorities authorities = new JwtAuthorities(bundle, clock);
    tokens.values().removeIf(held -> !authorities.signed(held.svid()));
    tokens.replaceAll(
        (key, held) -> authorities.isTainted(held.svid()) ? new Held(held.svid(), now) : held);
  }

  int size() {
    synchronized (lock) {
      return tokens.size();
    }
  }

  /** Forgets all tokens, and holds no others. */
  void close() {
    synchronized (lock) {
      closed = true;
      tokens.clear();
    }
  }
}
