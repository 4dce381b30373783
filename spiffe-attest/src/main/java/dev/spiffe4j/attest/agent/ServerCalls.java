package dev.spiffe4j.attest.agent;

import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.jwt.JwtSvid;
import java.util.List;

/** What callers make the agent ask the server for. */
interface ServerCalls {
  /** Gets the X.509-SVIDs of entries that are not there yet, as far as they can be had. */
  void prepare(List<RegistrationEntry> entries);

  /**
   * Gets a token.
   *
   * @throws NodeApiException if there is none, and the server gives none
   */
  JwtSvid token(RegistrationEntry entry, List<String> audience);
}
