package dev.spiffe4j.testing;

import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A running Workload API (Linux only) with a trust domain behind it, for a workload {@code
 * /workload} at first. Each change is served to open streams at once. Thread-safe.
 *
 * <pre>{@code
 * try (WorkloadApiFixture spiffe = WorkloadApiFixture.start("example.org");
 *     X509Source source = X509Source.connect(spiffe.address())) {
 *   spiffe.rotate();
 * }
 * }</pre>
 */
public final class WorkloadApiFixture implements AutoCloseable {
  private final MutableInstantSource clock =
      MutableInstantSource.of(InstantSource.system().instant());
  private final TestTrustDomain trustDomain;
  private final FakeWorkloadApi api;
  private final Object lock = new Object();
  private final Map<String, X509Bundle> federated = new LinkedHashMap<>();
  private List<String> paths = List.of();
  private List<X509Svid> svids = List.of();

  private WorkloadApiFixture(String name) {
    trustDomain = TestTrustDomain.builder(name).clock(clock).build();
    api = FakeWorkloadApi.start();
  }

  /**
   * Starts one that issues {@code /workload}.
   *
   * @param trustDomain such as {@code example.org}
   * @return the running fixture
   */
  public static WorkloadApiFixture start(String trustDomain) {
    WorkloadApiFixture fixture = new WorkloadApiFixture(trustDomain);
    fixture.issue("/workload");
    return fixture;
  }

  /**
   * Where clients find it; no environment variable is needed.
   *
   * @return its address
   */
  public WorkloadApiAddress address() {
    return api.address();
  }

  /**
   * The Workload API itself, for faults and for what else is to be scripted.
   *
   * @return the server
   */
  public FakeWorkloadApi api() {
    return api;
  }

  /**
   * The trust domain, for SVIDs of peers, good and bad.
   *
   * @return the trust domain
   */
  public TestTrustDomain trustDomain() {
    return trustDomain;
  }

  /**
   * The clock of issuing, which stands still at the time of the start until it is moved.
   *
   * @return the clock, to be given to a source too if a test moves it
   */
  public MutableInstantSource clock() {
    return clock;
  }

  /**
   * Issues other identities from now on, as X.509-SVIDs and as JWT-SVIDs.
   *
   * @param paths whom they name, such as {@code /web}, the default one first
   * @return the X.509-SVID of the first
   * @throws IllegalArgumentException if there is none
   */
  public X509Svid issue(String... paths) {
    if (paths.length == 0) {
      throw new IllegalArgumentException("paths: empty");
    }
    synchronized (lock) {
      this.paths = List.of(paths);
      api.jwt(this.paths.stream().map(trustDomain::id).toArray(SpiffeId[]::new));
      return rotate();
    }
  }

  /**
   * Serves new SVIDs of the same identities, with new keys.
   *
   * @return the first
   */
  public X509Svid rotate() {
    synchronized (lock) {
      return serve(paths.stream().map(trustDomain::issue).toList());
    }
  }

  /**
   * Begins to sign with a new authority, keeps the old one in the bundle, and rotates.
   *
   * @return the first SVID
   */
  public X509Svid rotateAuthority() {
    synchronized (lock) {
      trustDomain.rotateAuthority();
      return rotate();
    }
  }

  /** Takes all authorities out of the bundle but the one that signs now. */
  public void dropOldAuthorities() {
    synchronized (lock) {
      trustDomain.dropOldAuthorities();
      serve(svids);
    }
  }

  /**
   * Serves SVIDs that have ended a second ago, by this and by any later clock.
   *
   * @return the first
   */
  public X509Svid expire() {
    synchronized (lock) {
      return serve(paths.stream().map(this::expired).toList());
    }
  }

  private X509Svid expired(String path) {
    return trustDomain
        .svid(path)
        .notBefore(trustDomain.now().minusSeconds(5))
        .lifetime(Duration.ofSeconds(-1))
        .build();
  }

  /**
   * Serves the bundle of another trust domain, as it is now.
   *
   * @param other the other trust domain
   */
  public void federate(TestTrustDomain other) {
    synchronized (lock) {
      federated.put(other.trustDomain().name(), other.bundle());
      serve(svids);
    }
  }

  /**
   * Serves the bundle of another trust domain no longer.
   *
   * @param other the other trust domain
   */
  public void unfederate(TestTrustDomain other) {
    synchronized (lock) {
      federated.remove(other.trustDomain().name());
      serve(svids);
    }
  }

  private X509Svid serve(List<X509Svid> latest) {
    List<X509Bundle> bundles = new ArrayList<>(federated.values());
    bundles.add(trustDomain.bundle());
    svids = latest;
    api.update(X509Context.of(latest, bundles));
    return latest.get(0);
  }

  /** Takes every identity back, until something is issued again. */
  public void withdraw() {
    api.withdraw();
  }

  /** Goes away, and comes back on the same path, as another socket with the same answers. */
  public void restart() {
    api.restart();
  }

  /** Goes away for ever. Idempotent. */
  @Override
  public void close() {
    api.close();
  }

  @Override
  public String toString() {
    return "WorkloadApiFixture[" + trustDomain.trustDomain() + ", " + address() + "]";
  }
}
