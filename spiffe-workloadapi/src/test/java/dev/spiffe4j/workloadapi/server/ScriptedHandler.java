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
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers as a test tells it to, and keeps what it was asked. */
public final class ScriptedHandler implements WorkloadApiHandler {
  public final BlockingQueue<Updates<X509Context>> x509Streams = new LinkedBlockingQueue<>();
  public final BlockingQueue<Updates<X509Context>> bundleStreams = new LinkedBlockingQueue<>();
  public final BlockingQueue<Updates<Collection<JwtBundle>>> jwtBundleStreams =
      new LinkedBlockingQueue<>();
  public final BlockingQueue<Caller> callers = new LinkedBlockingQueue<>();
  public final BlockingQueue<List<String>> audiences = new LinkedBlockingQueue<>();
  public final AtomicInteger open = new AtomicInteger();
  public volatile Supplier<List<JwtSvid>> jwtSvids =
      () -> {
        throw new WorkloadApiException(WorkloadApiException.Reason.NO_IDENTITY, "none");
      };
  public volatile @Nullable X509Context x509Context;
  public volatile Collection<JwtBundle> jwtBundles = List.of();
  public volatile List<WitSvid> witSvids = List.of();
  public volatile Collection<WitBundle> witBundles = List.of();
  public final BlockingQueue<Updates<List<WitSvid>>> witStreams = new LinkedBlockingQueue<>();
  public final BlockingQueue<Updates<Collection<WitBundle>>> witBundleStreams =
      new LinkedBlockingQueue<>();
  public volatile Supplier<JwtValidation> validation =
      () -> new JwtValidation(SpiffeId.parse("spiffe://a/x"), Map.of("sub", "spiffe://a/x"));

  @Override
  public Subscription watchX509Context(Caller caller, Updates<X509Context> updates) {
    return open(caller, updates, x509Streams);
  }

  @Override
  public Subscription watchX509Bundles(Caller caller, Updates<X509Context> updates) {
    return open(caller, updates, bundleStreams);
  }

  private Subscription open(
      Caller caller, Updates<X509Context> updates, BlockingQueue<Updates<X509Context>> streams) {
    open.incrementAndGet();
    callers.add(caller);
    X509Context now = x509Context;
    if (now != null) {
      updates.send(now);
    }
    streams.add(updates);
    return open::decrementAndGet;
  }

  @Override
  public List<JwtSvid> fetchJwtSvids(
      Caller caller, List<String> audience, @Nullable SpiffeId spiffeId) {
    callers.add(caller);
    audiences.add(audience);
    return jwtSvids.get();
  }

  @Override
  public Subscription watchJwtBundles(Caller caller, Updates<Collection<JwtBundle>> updates) {
    open.incrementAndGet();
    callers.add(caller);
    if (!jwtBundles.isEmpty()) {
      updates.send(jwtBundles);
    }
    jwtBundleStreams.add(updates);
    return open::decrementAndGet;
  }

  @Override
  public Subscription watchWitSvids(
      Caller caller, @Nullable SpiffeId spiffeId, Updates<List<WitSvid>> updates) {
    if (witSvids.isEmpty()) {
      return WorkloadApiHandler.super.watchWitSvids(caller, spiffeId, updates);
    }
    updates.send(witSvids);
    witStreams.add(updates);
    return () -> {};
  }

  @Override
  public Subscription watchWitBundles(Caller caller, Updates<Collection<WitBundle>> updates) {
    if (witBundles.isEmpty()) {
      return WorkloadApiHandler.super.watchWitBundles(caller, updates);
    }
    updates.send(witBundles);
    witBundleStreams.add(updates);
    return () -> {};
  }

  @Override
  public JwtValidation validateJwtSvid(Caller caller, String audience, String token) {
    callers.add(caller);
    return validation.get();
  }
}
