package dev.spiffe4j.examples.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.examples.checks.Refusals;
import dev.spiffe4j.testing.TestTrustDomain;
import dev.spiffe4j.tls.SpiffeSocketFactory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a PostgreSQL server that reads SVID files, and a driver that knows a class name")
class PostgresqlTest {
  private static final int ROTATIONS = 20;

  private static final TestTrustDomain DOMAIN = TestTrustDomain.of("example.org");
  private static final TestTrustDomain OTHER = TestTrustDomain.of("other.org");

  @TempDir private static Path directory;
  private static Path files;
  private static Path data;
  private static PostgresServer server;

  @BeforeAll
  static void start() throws Exception {
    files = directory.resolve("svid");
    data = directory.resolve("data");
    update(DOMAIN.context(DOMAIN.issue("/postgresql")));
    server = PostgresServer.start(directory, files, data);
    ClientSource.SOURCE.set(DOMAIN.context(DOMAIN.issue("/app")));
    while (server.isAlive() && catchThrowable(PostgresqlTest::connect) != null) {
      Thread.onSpinWait();
    }
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void everybodyIsWell() throws Exception {
    X509Svid svid = DOMAIN.issue("/postgresql");
    update(DOMAIN.context(svid));
    ClientSource.SOURCE.set(DOMAIN.context(DOMAIN.issue("/app")));
    while (catchThrowable(PostgresqlTest::connect) != null || !isMet(svid)) {
      assertThat(server.isAlive()).isTrue();
    }
  }

  private static void update(X509Context context) {
    Postgresql.update(context, files, data);
  }

  private static String connect() throws SQLException {
    return Postgresql.askHow(server.url(ObservedFactory.class));
  }

  private static boolean isMet(X509Svid svid) throws Exception {
    return ObservedFactory.serverSerial().equals(svid.leaf().getSerialNumber());
  }

  @Test
  void theServerSeesTheSvidOfTheDriver() throws Exception {
    X509Svid svid = DOMAIN.issue("/app");
    ClientSource.SOURCE.set(DOMAIN.context(svid));

    assertThat(Postgresql.askHow(server.url(SpiffeSocketFactory.class)))
        .isEqualTo("TLSv1.3, client's serial " + svid.leaf().getSerialNumber());
  }

  @Test
  @DisplayName("both sides rotate 20 times without a restart, and no connection fails")
  void followsRotation() throws Exception {
    for (int i = 0; i < ROTATIONS; i++) {
      if (i % 5 == 4) {
        DOMAIN.rotateAuthority();
      }
      X509Svid next = DOMAIN.issue("/postgresql");
      // Whoever verifies knows an authority before it is met.
      ClientSource.SOURCE.set(
          X509Context.of(ClientSource.SOURCE.x509Context().svids(), List.of(DOMAIN.bundle())));
      update(DOMAIN.context(next));
      do {
        connect();
      } while (!isMet(next));

      X509Svid svid = DOMAIN.issue("/app");
      ClientSource.SOURCE.set(DOMAIN.context(svid));
      assertThat(connect()).endsWith(svid.leaf().getSerialNumber().toString());
    }
  }

  @Test
  void aServerOfAnotherTrustDomainIsRefused() {
    update(OTHER.context(OTHER.issue("/postgresql")));

    assertThat(Refusals.reasonIn(nextFailure())).isEqualTo(Reason.NO_BUNDLE);
  }

  @Test
  void aServerOfAnotherNameIsNotAuthorized() {
    update(DOMAIN.context(DOMAIN.issue("/mysql")));

    assertThat(Refusals.reasonIn(nextFailure())).isEqualTo(Reason.NOT_AUTHORIZED);
  }

  /** The server reads its files a moment after it was told. */
  private static Throwable nextFailure() {
    while (true) {
      Throwable failure = catchThrowable(PostgresqlTest::connect);
      if (failure != null) {
        return failure;
      }
    }
  }

  @Test
  @DisplayName("sslmode=verify-full looks for a host name, which an SVID has not")
  void aHostNameIsNoIdentity() {
    String url = server.url(SpiffeSocketFactory.class).replace("verify-ca", "verify-full");

    assertThatThrownBy(() -> Postgresql.askHow(url)).isInstanceOf(SQLException.class);
  }

  @Test
  @DisplayName(
      "the server refuses a driver whose SVID is of another trust domain, or that has none")
  void theServerRefusesOtherDrivers() {
    for (List<X509Svid> wrong : List.of(List.of(OTHER.issue("/app")), List.<X509Svid>of())) {
      ClientSource.SOURCE.set(X509Context.of(wrong, List.of(DOMAIN.bundle())));
      assertThatThrownBy(PostgresqlTest::connect).isInstanceOf(SQLException.class);
    }
  }
}
