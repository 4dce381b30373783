package dev.spiffe4j.examples.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.VerifiedPeer;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.examples.checks.Refusals;
import dev.spiffe4j.testing.FakeWorkloadApi;
import dev.spiffe4j.testing.MutableX509Source;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.TlsTrace;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a Kafka broker that was configured by names alone")
class OrdersTest {
  private static final int ROTATIONS = 20;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final TestTrustDomain DOMAIN = TestTrustDomain.of("example.org");
  private static final TestTrustDomain OTHER = TestTrustDomain.of("other.org");

  private static FakeWorkloadApi workloadApi;
  private static Broker broker;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    workloadApi = FakeWorkloadApi.start();
    workloadApi.update(DOMAIN.context(DOMAIN.issue("/kafka")));
    broker = Broker.start(directory, workloadApi.address(), "spiffe://example.org/*");
    try (Admin admin = admin()) {
      while (broker.isAlive() && !isUp(admin)) {
        Thread.onSpinWait();
      }
      admin.createTopics(List.of(new NewTopic(Orders.TOPIC, 1, (short) 1))).all().get();
      admin
          .createAcls(
              List.of(
                  allow("/shop", ResourceType.TOPIC, AclOperation.WRITE),
                  allow("/stock", ResourceType.TOPIC, AclOperation.READ),
                  allow("/stock", ResourceType.GROUP, AclOperation.READ)))
          .all()
          .get();
    }
  }

  private static Admin admin() {
    return Admin.create(config("/admin"));
  }

  private static Map<String, Object> config(String path) {
    return Orders.config(new Client(path).tls(), broker.bootstrap());
  }

  private static boolean isUp(Admin admin) {
    return catchThrowable(() -> admin.describeCluster().nodes().get()) == null;
  }

  private static AclBinding allow(String path, ResourceType type, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, Orders.TOPIC, PatternType.LITERAL),
        new AccessControlEntry("User:" + DOMAIN.id(path), "*", operation, AclPermissionType.ALLOW));
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
    workloadApi.close();
  }

  /** A client that remembers whom it has met, and what it has shown. */
  private static final class Client implements TlsTrace {
    private final MutableX509Source source;
    private final Queue<BigInteger> met = new ConcurrentLinkedQueue<>();
    private final Queue<BigInteger> shown = new ConcurrentLinkedQueue<>();

    private Client(String path) {
      this(DOMAIN.context(DOMAIN.issue(path)));
    }

    private Client(X509Context context) {
      this.source = MutableX509Source.of(context);
    }

    private SpiffeTls tls() {
      return SpiffeTls.builder(source, Authorizer.exactly(DOMAIN.id("/kafka"))).trace(this).build();
    }

    private Producer<String, String> producer() {
      return Orders.producer(tls(), broker.bootstrap());
    }

    @Override
    public void presented(X509Svid svid) {
      shown.add(svid.leaf().getSerialNumber());
    }

    @Override
    public void accepted(VerifiedPeer peer) {
      met.add(peer.chain().get(0).getSerialNumber());
    }
  }

  private static List<String> read(int count) {
    List<String> orders = new ArrayList<>();
    try (Consumer<String, String> consumer =
        Orders.consumer(new Client("/stock").tls(), broker.bootstrap())) {
      consumer.subscribe(List.of(Orders.TOPIC));
      while (orders.size() < count) {
        consumer.poll(PATIENCE).forEach(order -> orders.add(order.value()));
      }
    }
    return orders;
  }

  @Test
  @DisplayName("rotates 20 times while orders are sent: none fails, and all arrive")
  void followsRotation() throws Exception {
    Client shop = new Client("/shop");
    List<String> sent = new ArrayList<>();
    try (Producer<String, String> kept = shop.producer()) {
      for (int i = 0; i < ROTATIONS; i++) {
        if (i % 5 == 4) {
          DOMAIN.rotateAuthority();
        }
        X509Svid next = DOMAIN.issue("/kafka");
        // Whoever verifies knows an authority before it is met.
        shop.source.set(
            X509Context.of(shop.source.x509Context().svids(), List.of(DOMAIN.bundle())));
        workloadApi.update(DOMAIN.context(next));
        // The broker hears of its SVID by itself, and who connects then meets it.
        do {
          sent.add(send(kept, i));
          sent.add(sendAnew(shop, i));
        } while (!shop.met.contains(next.leaf().getSerialNumber()));

        X509Svid svid = DOMAIN.issue("/shop");
        shop.source.set(DOMAIN.context(svid));
        sent.add(sendAnew(shop, i));
        assertThat(shop.shown).contains(svid.leaf().getSerialNumber());
      }
    }
    assertThat(read(sent.size())).containsAll(sent);
  }

  private static String sendAnew(Client client, int rotation) throws Exception {
    try (Producer<String, String> producer = client.producer()) {
      return send(producer, rotation);
    }
  }

  private static String send(Producer<String, String> producer, int rotation) throws Exception {
    String order = "order " + UUID.randomUUID() + " of rotation " + rotation;
    Orders.send(producer, order);
    return order;
  }

  @Test
  @DisplayName("a connection ends with its SVID, and the producer connects anew without a failure")
  void aConnectionEndsWithItsSvid() throws Exception {
    InstantSource clock = InstantSource.system();
    X509Svid brief = DOMAIN.svid("/shop").lifetime(Duration.ofSeconds(5)).build();
    Client client = new Client(DOMAIN.context(brief));
    try (Producer<String, String> producer = client.producer()) {
      Orders.send(producer, "early");
      assertThat(client.shown).containsOnly(brief.leaf().getSerialNumber());
      X509Svid next = DOMAIN.issue("/shop");
      client.source.set(DOMAIN.context(next));
      while (!clock.instant().isAfter(brief.expiresAt())) {
        Orders.send(producer, "in between");
      }
      Orders.send(producer, "late");
      assertThat(client.shown).contains(next.leaf().getSerialNumber());
    }
  }

  @Test
  @DisplayName("the principal is the SPIFFE ID: whom no ACL names is not authorized")
  void aclsNameSpiffeIds() throws Exception {
    try (Producer<String, String> shop = new Client("/shop").producer()) {
      Orders.send(shop, "mine");
    }
    try (Producer<String, String> stranger = new Client("/shop/stranger").producer()) {
      assertThat(catchThrowable(() -> Orders.send(stranger, "not mine")))
          .cause()
          .isInstanceOf(TopicAuthorizationException.class);
    }
  }

  @Test
  void aClientOfAnotherTrustDomainIsRefused() {
    Client client =
        new Client(X509Context.of(List.of(OTHER.issue("/shop")), List.of(DOMAIN.bundle())));
    try (Producer<String, String> producer = client.producer()) {
      assertThat(catchThrowable(() -> Orders.send(producer, "nobody's")))
          .cause()
          .isInstanceOf(SslAuthenticationException.class);
    }
  }

  @Test
  void aClientRefusesABrokerOfAnotherTrustDomain() {
    Client client = new Client(OTHER.context(OTHER.issue("/shop")));
    try (Producer<String, String> producer = client.producer()) {
      Throwable failure = catchThrowable(() -> Orders.send(producer, "for somebody else"));

      assertThat(failure).cause().isInstanceOf(SslAuthenticationException.class);
      assertThat(Refusals.reasonIn(failure)).isEqualTo(Reason.NO_BUNDLE);
    }
  }
}
