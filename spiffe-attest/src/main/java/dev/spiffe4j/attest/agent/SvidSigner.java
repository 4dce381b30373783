package dev.spiffe4j.attest.agent;

import dev.spiffe4j.X509Svid;
import dev.spiffe4j.attest.AgentApi;
import dev.spiffe4j.attest.AgentApi.X509SvidRequest;
import dev.spiffe4j.attest.AgentApi.X509SvidResult;
import dev.spiffe4j.attest.NodeApiException;
import dev.spiffe4j.attest.NodeApiException.Reason;
import dev.spiffe4j.attest.RegistrationEntry;
import dev.spiffe4j.attest.agent.HeldSvid.Need;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Makes keys for entries and has the server sign them, many in one call. Not thread-safe. */
final class SvidSigner {
  private static final Logger LOGGER = System.getLogger(SvidSigner.class.getName());

  private static final int MAX_BATCH = 500;

  private final AgentApi api;
  private final SvidKeyType keyType;
  private final InstantSource clock;
  private final SecureRandom random;
  private final RetryTimes retries;
  private int batchSize = MAX_BATCH;

  SvidSigner(AgentApi api, SvidKeyType keyType, InstantSource clock, SecureRandom random) {
    this.api = api;
    this.keyType = keyType;
    this.clock = clock;
    this.random = random;
    this.retries = new RetryTimes(random);
  }

  /** Whether an entry is not waiting for its next attempt. */
  boolean mayTry(RegistrationEntry entry) {
    return retries.mayTry(entry, clock.instant());
  }

  /** How many entries go into the next call. */
  int batchSize() {
    return batchSize;
  }

  void retain(Set<String> entryIds) {
    retries.retain(entryIds);
  }

  /**
   * Has SVIDs signed.
   *
   * @param entries at most {@link #batchSize}
   * @param bundle judges the chains
   * @return the SVIDs of those entries that succeeded; the others wait
   * @throws NodeApiException if the whole call fails
   */
  List<HeldSvid> sign(List<RegistrationEntry> entries, HeldBundle bundle) {
    List<SvidKey> keys = entries.stream().map(entry -> SvidKey.generate(keyType, random)).toList();
    List<X509SvidResult> results = call(entries, keys);
    List<HeldSvid> signed = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        signed.add(held(entries.get(i), keys.get(i), results.get(i), bundle));
        retries.succeeded(entries.get(i));
      } catch (NodeApiException e) {
        failed(entries.get(i), e);
      }
    }
    return signed;
  }

  private List<X509SvidResult> call(List<RegistrationEntry> entries, List<SvidKey> keys) {
    List<X509SvidRequest> requests = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      requests.add(X509SvidRequest.of(entries.get(i).id(), keys.get(i).csr()));
    }
    try {
      List<X509SvidResult> results = api.newX509Svids(requests);
      if (results.size() != requests.size()) {
        throw new NodeApiException(
            Reason.INVALID_RESPONSE,
            results.size() + " results (expected: " + requests.size() + ")");
      }
      batchSize = Math.min(MAX_BATCH, 2 * batchSize);
      return results;
    } catch (NodeApiException e) {
      // Too much at once, perhaps.
      batchSize = Math.max(1, batchSize / 2);
      throw e;
    }
  }

  private HeldSvid held(
      RegistrationEntry entry, SvidKey key, X509SvidResult result, HeldBundle bundle) {
    NodeApiException failure = result.failure();
    if (failure != null) {
      throw failure;
    }
    X509Svid svid = key.svid(result.chain(), entry.spiffeId());
    Instant renewAt = HalfLife.renewAt(svid.notBefore(), svid.expiresAt(), random);
    HeldSvid held = new HeldSvid(entry, svid, renewAt, bundle.trust(svid.chain()));
    if (held.need(entry, clock.instant()) == Need.MISSING) {
      throw new NodeApiException(
          Reason.INVALID_RESPONSE, "signed by no authority of the bundle, or expired already");
    }
    return held;
  }

  private void failed(RegistrationEntry entry, NodeApiException why) {
    if (retries.failed(entry, clock.instant())) {
      LOGGER.log(
          Level.WARNING,
          "no X.509-SVID for entry {0} ({1}): {2}",
          entry.id(),
          entry.spiffeId(),
          why.getMessage());
    }
  }
}
