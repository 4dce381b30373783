package dev.spiffe4j.attest.authority;

import java.time.Instant;
import java.util.List;

/**
 * How the keys of an authority follow one another. The next one is prepared, which puts it into the
 * bundle; everybody learns of it; then it is activated, which makes it sign. This happens by itself
 * in time, and by hand when it must be sooner. Implementations are thread-safe.
 */
public interface AuthorityRotation {
  /**
   * The keys of now.
   *
   * @return at most one of each state
   */
  List<Status> authorities();

  /**
   * Makes the next key and puts it into the bundle, in place of one that was prepared before.
   *
   * @return the prepared key
   * @throws AuthorityException if it cannot be made
   */
  Status prepare();

  /**
   * Makes the prepared key sign. Whoever has not seen it in the bundle yet refuses what it signs.
   *
   * @return the active key
   * @throws AuthorityException if none is prepared
   */
  Status activate();

  /**
   * Marks the key that signed before in the bundle: what it signed is still trusted, and agents
   * replace it at once instead of in time. To be used when that key may have leaked, or to see all
   * SVIDs renewed.
   *
   * @param authorityId which key; the old one and no other
   * @return the old key
   * @throws AuthorityException if that is not the old key
   */
  Status taint(String authorityId);

  /** What a key is there for. */
  enum State {
    /** It is in the bundle, and signs from its activation on. */
    PREPARED,
    /** It signs. */
    ACTIVE,
    /** It signed before, and is in the bundle until what it signed has expired. */
    OLD
  }

  /**
   * One key.
   *
   * @param authorityId the hexadecimal subject key ID of an X.509 authority, the key ID of a JWT
   *     authority
   * @param state what it is there for
   * @param expiresAt when it ends
   */
  record Status(String authorityId, State state, Instant expiresAt) {}
}
