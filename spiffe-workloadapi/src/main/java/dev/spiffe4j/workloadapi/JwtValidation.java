package dev.spiffe4j.workloadapi;

import dev.spiffe4j.SpiffeId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a Workload API says of a JWT-SVID that it has validated (Workload API §6.2.3).
 *
 * @param spiffeId whom the token names
 * @param claims its claims, as far as the server gives them: strings, booleans, numbers, lists,
 *     maps; whole numbers above 2<sup>53</sup> have lost digits on the wire
 */
public record JwtValidation(SpiffeId spiffeId, Map<String, Object> claims) {
  /**
   * Makes a value of a copy.
   *
   * @param spiffeId whom the token names
   * @param claims its claims, as far as the server gives them: strings, booleans, numbers, lists,
   *     maps; whole numbers above 2<sup>53</sup> have lost digits on the wire
   */
  public JwtValidation {
    claims = Collections.unmodifiableMap(new LinkedHashMap<>(claims));
  }
}
