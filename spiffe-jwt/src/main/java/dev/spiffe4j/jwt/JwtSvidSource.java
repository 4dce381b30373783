package dev.spiffe4j.jwt;

import dev.spiffe4j.SpiffeException;

/**
 * Where one's own JWT-SVIDs come from. Implementations are thread-safe; they may block while they
 * fetch, for a bounded time.
 */
@FunctionalInterface
public interface JwtSvidSource {
  /**
   * A token to present now.
   *
   * @param request which one
   * @return a token that has not expired
   * @throws SpiffeException if there is none
   */
  JwtSvid jwtSvid(JwtSvidRequest request);

  /**
   * A token of the default identity.
   *
   * @param audience for whom it will be
   * @param more for whom else
   * @return a token that has not expired
   * @throws SpiffeException if there is none
   */
  default JwtSvid jwtSvid(String audience, String... more) {
    return jwtSvid(JwtSvidRequest.of(audience, more));
  }
}
