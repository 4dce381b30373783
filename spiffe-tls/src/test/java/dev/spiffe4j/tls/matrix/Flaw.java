package dev.spiffe4j.tls.matrix;

import dev.spiffe4j.testing.BadX509Svid;
import dev.spiffe4j.testing.TestSvidBuilder;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.testing.UncheckedSvid;
import java.time.Duration;
import java.time.InstantSource;

/** What is wrong with a peer, in trust domain {@code example.org} that knows {@code other.org}. */
enum Flaw {
  NONE(world -> world.domain.svid(World.PEER).buildUnchecked()),
  /** Its bundle is there, and the authorizer wants another trust domain. */
  OTHER_TRUST_DOMAIN(world -> world.other.svid(World.PEER).buildUnchecked()),
  NO_BUNDLE(world -> world.unknown.svid(World.PEER).buildUnchecked()),
  /** {@code other.org}, which is known, speaks for {@code example.org}. */
  ISSUED_BY_OTHER_TRUST_DOMAIN(
      world -> world.other.svid(world.domain.id(World.PEER)).buildUnchecked()),
  UNKNOWN_AUTHORITY(
      world -> BadX509Svid.UNTRUSTED_AUTHORITY.issue(world.domain, World.PEER),
      world -> world.website(world.unknown).buildUnchecked()),
  EXPIRED(
      world -> BadX509Svid.EXPIRED.issue(world.domain, World.PEER),
      world ->
          world
              .website(world.web)
              .notBefore(world.clock.instant().minusSeconds(9))
              .lifetime(Duration.ofSeconds(-1))
              .buildUnchecked()),
  NOT_YET_VALID(
      world -> BadX509Svid.NOT_YET_VALID.issue(world.domain, World.PEER),
      world ->
          world
              .website(world.web)
              .notBefore(world.clock.instant().plusSeconds(600))
              .buildUnchecked()),
  UNAUTHORIZED(
      world -> world.domain.svid("/another").buildUnchecked(),
      world -> world.web.svid("/web").dnsNames("elsewhere.example").buildUnchecked()),
  ROOT_PATH(world -> BadX509Svid.TRUST_DOMAIN_ID.issue(world.domain, World.PEER)),
  TWO_URIS(world -> BadX509Svid.TWO_SPIFFE_IDS.issue(world.domain, World.PEER)),
  CA_LEAF(world -> BadX509Svid.AUTHORITY.issue(world.domain, World.PEER));

  @FunctionalInterface
  private interface Recipe {
    UncheckedSvid make(World world);
  }

  @SuppressWarnings("ImmutableEnumChecker") // without state
  private final Recipe svid;

  @SuppressWarnings("ImmutableEnumChecker") // without state
  private final Recipe website;

  Flaw(Recipe svid) {
    this(svid, svid);
  }

  Flaw(Recipe svid, Recipe website) {
    this.svid = svid;
    this.website = website;
  }

  UncheckedSvid svid(World world) {
    return svid.make(world);
  }

  /** Of a server of the Web PKI; where a flaw is of SVIDs only, it is one that presents an SVID. */
  UncheckedSvid website(World world) {
    return this == NONE ? world.website(world.web).buildUnchecked() : website.make(world);
  }

  /** All trust domains that there are. */
  static final class World {
    static final String PEER = "/peer";

    // The Web PKI goes by the clock of the machine.
    final InstantSource clock = InstantSource.system();
    final TestTrustDomain domain = TestTrustDomain.of("example.org");
    final TestTrustDomain other = TestTrustDomain.of("other.org");
    final TestTrustDomain unknown = TestTrustDomain.of("unknown.org");

    /** Stands for the authorities of the Web PKI. */
    final TestTrustDomain web = TestTrustDomain.of("web.example");

    private TestSvidBuilder website(TestTrustDomain authority) {
      return authority.svid("/web").dnsNames("localhost");
    }
  }
}
