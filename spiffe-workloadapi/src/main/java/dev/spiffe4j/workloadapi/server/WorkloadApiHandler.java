package dev.spiffe4j.workloadapi.server;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.JwtValidation;
import dev.spiffe4j.workloadapi.Subscription;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides what each caller of a Workload API gets. A method may block, and throws {@link
 * WorkloadApiException} to refuse; the server turns its reason into a status. The WIT profile,
 * which is incubating, is not there unless it is implemented. Implementations are thread-safe.
 */
public interface WorkloadApiHandler {
  /**
   * Serves the SVIDs of a caller and the bundles it may trust ({@code FetchX509SVID}): the state of
   * now at once, and then each change.
   *
   * @param caller who asks
   * @param updates where the answers go
   * @return closed by the server when the call has ended
   */
  Subscription watchX509Context(Caller caller, Updates<X509Context> updates);

  /**
   * Serves the X.509 bundles that a caller may trust ({@code FetchX509Bundles}). The context's
   * SVIDs are not looked at.
   *
   * @param caller who asks
   * @param updates where the answers go
   * @return closed by the server when the call has ended
   */
  Subscription watchX509Bundles(Caller caller, Updates<X509Context> updates);

  /**
   * Gives tokens ({@code FetchJWTSVID}).
   *
   * @param caller who asks
   * @param audience for whom; at least one, none empty
   * @param spiffeId for which identity; null for all that the caller has
   * @return at least one token, the default identity first
   */
  @SuppressWarnings("exports") // callers need no JSpecify
  List<JwtSvid> fetchJwtSvids(Caller caller, List<String> audience, @Nullable SpiffeId spiffeId);

  /**
   * Serves the JWT bundles that a caller may trust ({@code FetchJWTBundles}).
   *
   * @param caller who asks
   * @param updates where the answers go; at most one bundle for each trust domain
   * @return closed by the server when the call has ended
   */
  Subscription watchJwtBundles(Caller caller, Updates<Collection<JwtBundle>> updates);

  /**
   * Validates a token for a caller ({@code ValidateJWTSVID}).
   *
   * @param caller who asks
   * @param audience whom the caller takes itself for, not empty
   * @param token the token, not empty
   * @return what the token proves
   */
  JwtValidation validateJwtSvid(Caller caller, String audience, String token);

  /**
   * Incubating: serves the WIT-SVIDs of a caller with their keys ({@code FetchWITSVID}): the state
   * of now at once, and then each change.
   *
   * @param caller who asks
   * @param spiffeId of which identity; null for all that the caller has
   * @param updates where the answers go; at least one SVID each, the default identity first
   * @return closed by the server when the call has ended
   */
  @SuppressWarnings("exports") // callers need no JSpecify
  default Subscription watchWitSvids(
      Caller caller, @Nullable SpiffeId spiffeId, Updates<List<WitSvid>> updates) {
    throw noWitProfile();
  }

  /**
   * Incubating: serves the WIT bundles that a caller may trust ({@code FetchWITBundles}).
   *
   * @param caller who asks
   * @param updates where the answers go; at most one bundle for each trust domain
   * @return closed by the server when the call has ended
   */
  default Subscription watchWitBundles(Caller caller, Updates<Collection<WitBundle>> updates) {
    throw noWitProfile();
  }

  /** Workload API §7: a server without the profile says so. */
  private static WorkloadApiException noWitProfile() {
    return new WorkloadApiException(Reason.UNIMPLEMENTED, "no WIT profile");
  }
}
