package dev.spiffe4j.testing;

import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.SvidVerificationException;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.VerifiedJwtSvid;
import dev.spiffe4j.jwt.wit.WitSvid;
import dev.spiffe4j.workloadapi.JwtValidation;
import dev.spiffe4j.workloadapi.Subscription;
import dev.spiffe4j.workloadapi.WorkloadApiException;
import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import dev.spiffe4j.workloadapi.server.Caller;
import dev.spiffe4j.workloadapi.server.Updates;
import dev.spiffe4j.workloadapi.server.WorkloadApiHandler;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The script of a {@link FakeWorkloadApi}. Its lock is held while updates go out, in order; to the
 * streams in the order in which they were opened, which has those of one connection together.
 */
final class FakeHandler implements WorkloadApiHandler {
  private final InstantSource clock;
  private final FakeJwtIssuer issuer;
  private final FakeWitIssuer witIssuer;
  private final Object lock = new Object();

  // Arrays: a collection of garbage lays the streams out in their order, and an update to thousands
  // reads memory as it lies. In the order of a hash table that took a fifth longer.
  private final Set<Updates<X509Context>> x509Streams = new CopyOnWriteArraySet<>();
  private final Set<Updates<Collection<JwtBundle>>> jwtStreams = new CopyOnWriteArraySet<>();
  private final Map<Updates<List<WitSvid>>, Optional<SpiffeId>> witStreams = new HashMap<>();
  private final Set<Updates<Collection<WitBundle>>> witBundleStreams = new CopyOnWriteArraySet<>();
  private @Nullable X509Context context;
  private List<SpiffeId> identities = List.of();
  private List<WitSvid> witSvids = List.of();
  private boolean hasWitProfile;
  private Reason refusal = Reason.NO_IDENTITY;

  FakeHandler(InstantSource clock) {
    this.clock = clock;
    this.issuer = new FakeJwtIssuer(clock);
    this.witIssuer = new FakeWitIssuer(clock);
  }

  void update(X509Context latest) {
    synchronized (lock) {
      context = latest;
      x509Streams.forEach(stream -> stream.send(latest));
    }
  }

  void jwt(List<SpiffeId> latest) {
    synchronized (lock) {
      identities = latest;
      Collection<JwtBundle> bundles = jwtBundles();
      jwtStreams.forEach(stream -> stream.send(bundles));
    }
  }

  void wit(List<SpiffeId> identities) {
    synchronized (lock) {
      hasWitProfile = true;
      witSvids = identities.stream().map(witIssuer::issue).toList();
      Map.copyOf(witStreams).forEach(this::sendWit);
      Collection<WitBundle> bundles = witBundles();
      witBundleStreams.forEach(stream -> stream.send(bundles));
    }
  }

  void refuse(Reason reason) {
    synchronized (lock) {
      refusal = reason;
      context = null;
      identities = List.of();
      witSvids = List.of();
      WorkloadApiException why = new WorkloadApiException(reason, "refused by the test");
      x509Streams.forEach(stream -> stream.end(why));
      jwtStreams.forEach(stream -> stream.end(why));
      List.copyOf(witStreams.keySet()).forEach(stream -> stream.end(why));
      witBundleStreams.forEach(stream -> stream.end(why));
      x509Streams.clear();
      jwtStreams.clear();
      witStreams.clear();
      witBundleStreams.clear();
    }
  }

  int openStreams() {
    synchronized (lock) {
      return x509Streams.size() + jwtStreams.size() + witStreams.size() + witBundleStreams.size();
    }
  }

  JwtBundle jwtBundle(TrustDomain trustDomain) {
    return issuer.bundle(trustDomain);
  }

  private WorkloadApiException refused() {
    return new WorkloadApiException(refusal, "refused by the test");
  }

  @Override
  public Subscription watchX509Context(Caller caller, Updates<X509Context> updates) {
    synchronized (lock) {
      if (context == null) {
        throw refused();
      }
      return open(x509Streams, updates, context);
    }
  }

  @Override
  public Subscription watchX509Bundles(Caller caller, Updates<X509Context> updates) {
    return watchX509Context(caller, updates);
  }

  @Override
  public Subscription watchJwtBundles(Caller caller, Updates<Collection<JwtBundle>> updates) {
    synchronized (lock) {
      if (identities.isEmpty()) {
        throw refused();
      }
      return open(jwtStreams, updates, jwtBundles());
    }
  }

  private <T> Subscription open(Set<Updates<T>> streams, Updates<T> updates, T now) {
    streams.add(updates);
    updates.send(now);
    Consumer<Updates<T>> remove =
        ended -> {
          synchronized (lock) {
            streams.remove(ended);
          }
        };
    return () -> remove.accept(updates);
  }

  /** One bundle for each trust domain that tokens are issued of. */
  private List<JwtBundle> jwtBundles() {
    return identities.stream().map(SpiffeId::trustDomain).distinct().map(issuer::bundle).toList();
  }

  @Override
  public List<JwtSvid> fetchJwtSvids(
      Caller caller, List<String> audience, @Nullable SpiffeId spiffeId) {
    synchronized (lock) {
      List<JwtSvid> svids = new ArrayList<>();
      for (SpiffeId identity : identities) {
        if (spiffeId == null || spiffeId.equals(identity)) {
          svids.add(issuer.issue(identity, audience));
        }
      }
      if (svids.isEmpty()) {
        throw refused();
      }
      return svids;
    }
  }

  @Override
  public Subscription watchWitSvids(
      Caller caller, @Nullable SpiffeId spiffeId, Updates<List<WitSvid>> updates) {
    synchronized (lock) {
      Optional<SpiffeId> wanted = Optional.ofNullable(spiffeId);
      if (witSvids(wanted).isEmpty()) {
        throw refused();
      }
      witStreams.put(updates, wanted);
      sendWit(updates, wanted);
      return () -> {
        synchronized (lock) {
          witStreams.remove(updates);
        }
      };
    }
  }

  @Override
  public Subscription watchWitBundles(Caller caller, Updates<Collection<WitBundle>> updates) {
    synchronized (lock) {
      if (witSvids(Optional.empty()).isEmpty()) {
        throw refused();
      }
      return open(witBundleStreams, updates, witBundles());
    }
  }

  private List<WitSvid> witSvids(Optional<SpiffeId> wanted) {
    if (!hasWitProfile) {
      throw new WorkloadApiException(Reason.UNIMPLEMENTED, "no WIT profile");
    }
    return witSvids.stream()
        .filter(svid -> wanted.isEmpty() || wanted.get().equals(svid.spiffeId()))
        .toList();
  }

  private void sendWit(Updates<List<WitSvid>> updates, Optional<SpiffeId> wanted) {
    List<WitSvid> svids = witSvids(wanted);
    if (svids.isEmpty()) {
      updates.end(refused());
    } else {
      updates.send(svids);
    }
  }

  private Collection<WitBundle> witBundles() {
    return witSvids.stream()
        .map(svid -> svid.spiffeId().trustDomain())
        .distinct()
        .map(witIssuer::bundle)
        .toList();
  }

  @Override
  public JwtValidation validateJwtSvid(Caller caller, String audience, String token) {
    try {
      VerifiedJwtSvid verified =
          JwtSvidVerifier.builder(issuer, audience).clock(clock).build().verify(token);
      return new JwtValidation(verified.spiffeId(), verified.claims());
    } catch (SvidVerificationException e) {
      throw new WorkloadApiException(
          Reason.INVALID_ARGUMENT, "token is not valid: " + e.reason(), e);
    }
  }
}
