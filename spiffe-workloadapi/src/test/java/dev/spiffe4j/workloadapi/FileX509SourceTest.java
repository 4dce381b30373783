package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.SvidFiles;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.workloadapi.FileSourceException.Reason;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FileX509SourceTest {
  private static final TestAuthority OWN = new TestAuthority("example.org");
  private static final TestAuthority FOREIGN = new TestAuthority("foreign.test");
  private static final X509Svid FIRST = OWN.svid("first");
  private static final X509Svid SECOND = OWN.svid("second");
  private static final Duration NEVER = Duration.ofDays(1);

  @TempDir Path folder;

  private final HandClock clock = new HandClock();

  private Path directory() {
    return folder.resolve("svid");
  }

  /** Only the system tells of changes. */
  private FileX509Source.Builder watching() {
    return FileX509Source.builder(directory()).clock(clock).pollInterval(NEVER);
  }

  private FileX509Source.Builder polling() {
    return FileX509Source.builder(directory())
        .clock(clock)
        .pollingOnly()
        .pollInterval(Duration.ofMillis(20));
  }

  private static X509Context context(X509Svid svid) {
    return X509Context.of(List.of(svid), List.of(OWN.bundle(), FOREIGN.bundle()));
  }

  /** As spiffe-helper does it: in place, one file after the other. */
  private void writeInPlace(X509Svid svid) throws IOException {
    Files.createDirectories(directory());
    Files.write(directory().resolve("svid.pem"), svid.toPem());
    Files.write(directory().resolve("svid_key.pem"), svid.privateKeyToPem());
    Files.write(directory().resolve("bundle.pem"), OWN.bundle().toPem());
  }

  private static void assertServes(X509Svid svid, FileX509Source source) {
    assertThat(source.x509Svid().chain()).isEqualTo(svid.chain());
    assertThat(source.x509Bundle(OWN.trustDomain())).contains(OWN.bundle());
    assertThat(source.isReady()).isTrue();
    assertThat(source.lastError()).isEmpty();
  }

  private static boolean serves(X509Svid svid, FileX509Source source) {
    return source.x509Svid().chain().equals(svid.chain()) && source.lastError().isEmpty();
  }

  private static boolean complains(Reason reason, FileX509Source source) {
    return source.lastError().filter(error -> error.reason() == reason).isPresent();
  }

  private static void assertFails(Reason reason, FileX509Source.Builder builder) {
    assertThatThrownBy(() -> builder.initialTimeout(Duration.ofMillis(400)).connect())
        .isInstanceOfSatisfying(
            FileSourceException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @Test
  @DisplayName("files of SvidFiles are followed as the system tells, swap by swap, all or nothing")
  void followsSwaps() throws Exception {
    SvidFiles files = SvidFiles.of(directory());
    files.save(context(FIRST));
    try (FileX509Source source = watching().connect()) {
      assertServes(FIRST, source);
      assertThat(source.x509Bundle(FOREIGN.trustDomain())).contains(FOREIGN.bundle());
      X509Context before = source.x509Context();
      assertThat(source.x509Context()).isSameAs(before);
      files.save(context(SECOND));
      Await.until(() -> serves(SECOND, source));
      assertServes(SECOND, source);
      assertThat(source.stats().updates()).isEqualTo(2);
      assertThat(source.stats().expiresAt()).contains(SECOND.expiresAt());
    }
  }

  @Test
  @DisplayName("files are followed by polling where the system tells nothing")
  void polls() throws Exception {
    SvidFiles.of(directory()).save(context(FIRST));
    try (FileX509Source source = polling().connect()) {
      assertServes(FIRST, source);
      SvidFiles.of(directory()).save(context(SECOND));
      Await.until(() -> serves(SECOND, source));
    }
  }

  @Test
  @DisplayName("a poll is due on the scheduler that was given, however quiet the system is")
  void pollsOnScheduler() throws Exception {
    SvidFiles.of(directory()).save(context(FIRST));
    HandScheduler scheduler = new HandScheduler();
    try (FileX509Source source =
        FileX509Source.builder(directory())
            .clock(clock)
            .pollingOnly()
            .scheduler(scheduler)
            .connect()) {
      HandScheduler.Task poll = scheduler.next();
      assertThat(poll.delay()).isEqualTo(Duration.ofSeconds(10));
      SvidFiles.of(directory()).save(context(SECOND));
      assertServes(FIRST, source);
      poll.work().run();
      Await.until(() -> serves(SECOND, source));
    }
    assertThat(scheduler.isShutdown()).isFalse();
    scheduler.shutdownNow();
  }

  @Test
  @DisplayName("spiffe-helper's files, written in place, are followed")
  void followsInPlace() throws Exception {
    writeInPlace(FIRST);
    try (FileX509Source source = watching().connect()) {
      assertServes(FIRST, source);
      writeInPlace(SECOND);
      Await.until(() -> serves(SECOND, source));
    }
  }

  @Test
  @DisplayName("a key that is not yet the certificate's is reported, and the last good pair served")
  void keepsGoodPair() throws Exception {
    writeInPlace(FIRST);
    try (FileX509Source source = watching().connect()) {
      Files.write(directory().resolve("svid.pem"), SECOND.toPem());
      Await.until(() -> complains(Reason.KEY_MISMATCH, source));
      assertThat(source.x509Svid().chain()).isEqualTo(FIRST.chain());
      assertThat(source.isReady()).isTrue();
      assertThat(source.stats().badMessages()).isPositive();
      Files.write(directory().resolve("svid_key.pem"), SECOND.privateKeyToPem());
      Await.until(() -> serves(SECOND, source));
    }
  }

  @Test
  @DisplayName("a file that is cut down, empty, garbage, too large or gone is told apart")
  void reportsBadFiles() throws Exception {
    writeInPlace(FIRST);
    try (FileX509Source source = watching().connect()) {
      byte[] pem = FIRST.toPem();
      assertReports(source, "svid.pem", Arrays.copyOf(pem, pem.length / 2), Reason.INVALID_FILE);
      assertReports(source, "svid.pem", new byte[0], Reason.INVALID_FILE);
      assertReports(source, "svid_key.pem", new byte[] {0, 1, 2}, Reason.INVALID_FILE);
      assertReports(source, "bundle.pem", new byte[0], Reason.INVALID_FILE);
      assertReports(source, "bundle.pem", new byte[32 << 20], Reason.TOO_LARGE);
      Files.delete(directory().resolve("svid_key.pem"));
      Await.until(() -> complains(Reason.FILE_MISSING, source));
      assertThat(source.x509Svid().chain()).isEqualTo(FIRST.chain());
    }
  }

  private void assertReports(FileX509Source source, String name, byte[] content, Reason reason)
      throws Exception {
    Files.write(directory().resolve(name), content);
    Await.until(() -> complains(reason, source));
    assertThat(source.x509Svid().chain()).isEqualTo(FIRST.chain());
    writeInPlace(FIRST);
    Await.until(() -> source.lastError().isEmpty());
  }

  @Test
  @DisplayName("csi-driver-spiffe's volume, a kubelet's swap of ..data by a process, is followed")
  void followsVolume() throws Exception {
    writeVolume("..2026_01_01", FIRST);
    sh(
        "ln -s ..2026_01_01 ..data",
        "ln -s ..data/tls.crt tls.crt",
        "ln -s ..data/tls.key tls.key",
        "ln -s ..data/ca.crt ca.crt");
    try (FileX509Source source = watching().certManagerNames().connect()) {
      assertServes(FIRST, source);
      writeVolume("..2026_01_02", SECOND);
      sh("ln -s ..2026_01_02 ..data_tmp", "mv -T ..data_tmp ..data", "rm -r ..2026_01_01");
      Await.until(() -> serves(SECOND, source));
    }
  }

  private void writeVolume(String set, X509Svid svid) throws IOException {
    Path path = Files.createDirectories(directory().resolve(set));
    Files.write(path.resolve("tls.crt"), svid.toPem());
    Files.write(path.resolve("tls.key"), svid.privateKeyToPem());
    Files.write(path.resolve("ca.crt"), OWN.bundle().toPem());
  }

  private void sh(String... commands) throws Exception {
    Process shell =
        new ProcessBuilder("sh", "-ec", String.join("\n", commands))
            .directory(directory().toFile())
            .inheritIO()
            .start();
    assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).isZero();
  }

  @Test
  @DisplayName("a directory that is replaced as a whole, or behind a link, is followed")
  void followsDirectory() throws Exception {
    Path one = Files.createDirectory(folder.resolve("one"));
    Path two = Files.createDirectory(folder.resolve("two"));
    SvidFiles.of(one).save(context(FIRST));
    SvidFiles.of(two).save(context(SECOND));
    Files.createSymbolicLink(directory(), one);
    try (FileX509Source source = watching().connect()) {
      assertServes(FIRST, source);
      Path link = Files.createSymbolicLink(folder.resolve("next"), two);
      Files.move(link, directory(), StandardCopyOption.ATOMIC_MOVE);
      Await.until(() -> serves(SECOND, source));
      // The new directory is watched too.
      SvidFiles.of(two).save(context(FIRST));
      Await.until(() -> serves(FIRST, source));
    }
  }

  @Test
  @DisplayName("files that appear later, with their directory, are waited for")
  void waits() throws Exception {
    try (FileX509Source source = watching().start()) {
      assertThat(source.isReady()).isFalse();
      Await.until(() -> complains(Reason.FILE_MISSING, source));
      assertThatThrownBy(source::x509Context)
          .isInstanceOfSatisfying(
              FileSourceException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.FILE_MISSING));
      assertThat(source.whenReady()).isNotDone();
      SvidFiles.of(directory()).save(context(FIRST));
      source.whenReady().get(60, TimeUnit.SECONDS);
      assertServes(FIRST, source);
    }
  }

  @Test
  @DisplayName("connect says what is wrong")
  void connectFails() throws Exception {
    assertFails(Reason.FILE_MISSING, watching());
    writeInPlace(FIRST);
    watching().connect().close();
    Files.write(directory().resolve("svid_key.pem"), SECOND.privateKeyToPem());
    assertFails(Reason.KEY_MISMATCH, watching());
    Files.delete(directory().resolve("svid_key.pem"));
    Files.createSymbolicLink(directory().resolve("svid_key.pem"), folder.resolve("elsewhere"));
    assertFails(Reason.UNSAFE_FILE, watching());
    Files.delete(directory().resolve("svid_key.pem"));
    writeInPlace(FIRST);
    clock.advance(Duration.ofHours(2));
    assertFails(Reason.EXPIRED, watching());
  }

  @Test
  @DisplayName("an SVID that expires is served no longer, and its bundles are")
  void expires() throws Exception {
    SvidFiles.of(directory()).save(context(FIRST));
    try (FileX509Source source = watching().connect()) {
      assertServes(FIRST, source);
      clock.advance(Duration.ofHours(2));
      assertThat(source.isReady()).isFalse();
      assertThat(complains(Reason.EXPIRED, source)).isTrue();
      assertThatThrownBy(source::x509Svid)
          .isInstanceOfSatisfying(
              FileSourceException.class, e -> assertThat(e.reason()).isEqualTo(Reason.EXPIRED));
      assertThat(source.x509Bundle(OWN.trustDomain())).contains(OWN.bundle());
      X509Svid later = OWN.svid(clock.instant().plusSeconds(60), "later");
      SvidFiles.of(directory()).save(context(later));
      Await.until(source::isReady);
      assertServes(later, source);
    }
  }

  @Test
  @DisplayName("subscribers hear of what there is and of what comes; whoever is slow harms nobody")
  void tells() throws Exception {
    SvidFiles.of(directory()).save(context(FIRST));
    BlockingQueue<X509Context> heard = new LinkedBlockingQueue<>();
    try (FileX509Source source = watching().connect()) {
      source.subscribe(
          context -> {
            throw new IllegalStateException("a subscriber of a test");
          });
      Subscription subscription = source.subscribe(heard::add);
      assertThat(heard.poll(60, TimeUnit.SECONDS)).isSameAs(source.x509Context());
      SvidFiles.of(directory()).save(context(SECOND));
      X509Context second = heard.poll(60, TimeUnit.SECONDS);
      assertThat(second).isNotNull();
      assertThat(second.x509Svid().chain()).isEqualTo(SECOND.chain());
      subscription.close();
      SvidFiles.of(directory()).save(context(FIRST));
      Await.until(() -> serves(FIRST, source));
      assertThat(heard).isEmpty();
      assertThat(source.stats().subscriberFailures()).isPositive();
    }
  }

  @Test
  @DisplayName("the same content in new files is nothing new")
  void keepsInstance() throws Exception {
    SvidFiles.of(directory()).save(context(FIRST));
    try (FileX509Source source = watching().connect()) {
      X509Context before = source.x509Context();
      SvidFiles.of(directory()).save(context(FIRST));
      Await.until(() -> source.stats().messages() == 2);
      assertThat(source.x509Context()).isSameAs(before);
      assertThat(source.stats().updates()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("a federated bundle of the own trust domain does not replace the own one")
  void refusesOwnFederated() throws Exception {
    writeInPlace(FIRST);
    Path federated = Files.createDirectory(directory().resolve("federated"));
    X509Bundle wrong = X509Bundle.of(OWN.trustDomain(), FOREIGN.bundle().authorities());
    try (FileX509Source source = watching().connect()) {
      Files.write(federated.resolve("foreign.test.pem"), FOREIGN.bundle().toPem());
      Await.until(() -> source.x509Bundle(FOREIGN.trustDomain()).isPresent());
      Files.write(federated.resolve("example.org.pem"), wrong.toPem());
      Await.until(() -> complains(Reason.INVALID_FILE, source));
      assertServesStill(source);
    }
  }

  private static void assertServesStill(FileX509Source source) {
    assertThat(source.x509Bundle(OWN.trustDomain())).contains(OWN.bundle());
    assertThat(source.isReady()).isTrue();
  }

  @Test
  @DisplayName("nothing is left after close, and a closed source says so")
  void closes() throws Exception {
    // Starts the threads of the platform's own that stay.
    FileSystems.getDefault().newWatchService().close();
    SvidFiles.of(directory()).save(context(FIRST));
    FileX509Source source = watching().connect();
    source.close();
    source.close();
    assertThatIllegalStateException().isThrownBy(source::x509Context);
    assertThat(source.isReady()).isFalse();
    Leaks before = Leaks.now();
    for (int i = 0; i < 20; i++) {
      watching().connect().close();
      FileX509Source none = FileX509Source.builder(folder.resolve("none")).start();
      none.close();
      assertThat(none.whenReady()).isCompletedExceptionally();
    }
    before.awaitNone("spiffe-file");
  }
}
