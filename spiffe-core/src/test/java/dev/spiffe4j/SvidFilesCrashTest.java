package dev.spiffe4j;

import static dev.spiffe4j.TestPki.OTHER;
import static dev.spiffe4j.TestPki.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.AtomicDirectory.Step;
import dev.spiffe4j.AtomicDirectory.Steps;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("SvidFiles between two steps")
final class SvidFilesCrashTest {
  private static final TestPki.Signer ROOT = TestPki.authority();

  @TempDir private Path folder;

  /** Ends a save where it is, as the end of the process does: nothing is cleared away. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Lets a number of steps happen. */
  private static final class Limit implements Steps {
    private final boolean crash;
    private final List<Step> seen = new ArrayList<>();
    private final int count;

    Limit(int count, boolean crash) {
      this.count = count;
      this.crash = crash;
    }

    @Override
    public void before(Step step) throws IOException {
      if (seen.size() == count) {
        if (crash) {
          throw new Crash();
        }
        throw new IOException("disk full");
      }
      seen.add(step);
    }
  }

  /** Contexts that tell whether their parts belong together. */
  private static X509Context context(int number) {
    X509Bundle own = TestPki.bundle(TRUST_DOMAIN, ROOT);
    X509Bundle other = TestPki.bundle(OTHER, TestPki.authority());
    return X509Context.of(List.of(ROOT.svid("/web/" + number)), List.of(own, other));
  }

  private static boolean same(X509Context one, X509Context other) {
    return one.x509Svid().chain().equals(other.x509Svid().chain())
        && one.bundles().equals(other.bundles());
  }

  private static @Nullable X509Context load(SvidFiles files) {
    try {
      return files.load();
    } catch (InvalidDocumentException e) {
      assertThat(e.reason()).isEqualTo(Reason.IO_ERROR);
      return null;
    }
  }

  /** What a program sees that opens the files by their names: all of them, or none. */
  private static Optional<SpiffeId> seen(Path directory) {
    List<Path> names =
        Stream.of("svid.pem", "svid_key.pem", "bundle.pem", "federated/other.test.pem")
            .map(directory::resolve)
            .toList();
    if (names.stream().noneMatch(Files::exists)) {
      return Optional.empty();
    }
    assertThat(names).allMatch(Files::exists);
    X509Bundle.load(TRUST_DOMAIN, names.get(2));
    return Optional.of(X509Svid.load(names.get(0), names.get(1)).spiffeId());
  }

  private static void assertNothingLeftOver(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      assertThat(entries.map(entry -> entry.getFileName().toString()))
          .filteredOn(name -> name.startsWith(".."))
          .hasSize(3);
    }
  }

  @Test
  @DisplayName(
      "a crash before any step leaves the old set, the new one, or none, and the next save works")
  void survivesCrashes() throws IOException {
    X509Context first = context(1);
    X509Context second = context(2);
    X509Context third = context(3);
    for (boolean replacing : new boolean[] {false, true}) {
      boolean completed = false;
      for (int count = 0; !completed; count++) {
        Path directory = folder.resolve(replacing + "-" + count);
        SvidFiles files = SvidFiles.of(directory);
        if (replacing) {
          files.save(first);
        }
        Limit limit = new Limit(count, true);
        try {
          SvidFiles.builder(directory).steps(limit).build().save(second);
          completed = true;
        } catch (Crash e) {
          // As intended.
        }
        boolean swapped = limit.seen.contains(Step.SWAP);
        X509Context loaded = load(files);
        if (swapped) {
          assertThat(loaded).isNotNull().matches(context -> same(context, second));
        } else if (replacing) {
          assertThat(loaded).isNotNull().matches(context -> same(context, first));
        } else {
          assertThat(loaded).isNull();
        }
        assertThat(seen(directory))
            .isEqualTo(Optional.ofNullable(loaded).map(c -> c.x509Svid().spiffeId()));

        files.save(third);
        assertThat(files.load()).matches(context -> same(context, third));
        assertNothingLeftOver(directory);
      }
    }
  }

  @Test
  @DisplayName("a failure before the swap leaves the old set as it was, and nothing of the new one")
  void undoesFailures() throws IOException {
    X509Context first = context(1);
    X509Context second = context(2);
    boolean completed = false;
    for (int count = 0; !completed; count++) {
      Path directory = folder.resolve("failure-" + count);
      SvidFiles files = SvidFiles.of(directory);
      files.save(first);
      Limit limit = new Limit(count, false);
      InvalidDocumentException failure =
          catchThrowableOfType(
              InvalidDocumentException.class,
              () ->
                  SvidFiles.builder(directory)
                      .steps(
                          step -> {
                            if (step != Step.REMOVE) {
                              limit.before(step);
                            }
                          })
                      .build()
                      .save(second, Map.of("more", new byte[0])));
      boolean swapped = limit.seen.contains(Step.SWAP);
      completed = failure == null;
      assertThat(completed || failure.reason() == Reason.IO_ERROR).isTrue();
      assertThat(files.load()).matches(context -> same(context, swapped ? second : first));
      assertThat(seen(directory)).isPresent();
      assertThat(Files.exists(directory.resolve("more"))).isEqualTo(swapped);
      assertNothingLeftOver(directory);
    }
  }

  @Test
  @DisplayName("what cannot be removed is no failure, and goes with the next save")
  void leavesWhatCannotBeRemoved() throws IOException {
    Path directory = folder.resolve("svid");
    SvidFiles files = SvidFiles.of(directory);
    files.save(context(1));
    X509Context second = context(2);
    SvidFiles.builder(directory)
        .steps(
            step -> {
              if (step == Step.REMOVE) {
                throw new IOException("busy");
              }
            })
        .build()
        .save(second);
    assertThat(files.load()).matches(context -> same(context, second));
    files.save(context(3));
    assertNothingLeftOver(directory);
  }

  @Test
  @DisplayName("a set that is replaced while it is read is read again")
  void readsAgain() {
    Path directory = folder.resolve("svid");
    SvidFiles writer = SvidFiles.of(directory);
    X509Context first = context(1);
    X509Context second = context(2);
    // Before each of the files of a set is read, once.
    for (int read = 0; read < 4; read++) {
      int when = read;
      writer.save(first);
      int[] reads = {0};
      SvidFiles reader =
          SvidFiles.builder(directory)
              .steps(
                  step -> {
                    if (reads[0]++ == when) {
                      writer.save(second);
                    }
                  })
              .build();
      assertThat(reader.load()).matches(context -> same(context, second));
    }
  }

  @Test
  @DisplayName("reading ends when the files never rest")
  void givesUpReading() {
    Path directory = folder.resolve("svid");
    SvidFiles writer = SvidFiles.of(directory);
    X509Context context = context(1);
    writer.save(context);
    SvidFiles reader = SvidFiles.builder(directory).steps(step -> writer.save(context)).build();
    assertThatExceptionOfType(InvalidDocumentException.class)
        .isThrownBy(reader::load)
        .matches(e -> e.reason() == Reason.IO_ERROR);
  }

  @Test
  @DisplayName("a reader beside a writer never sees parts of two sets")
  void readsWholeSets() throws InterruptedException, ExecutionException {
    Path directory = folder.resolve("svid");
    SvidFiles files = SvidFiles.of(directory);
    List<X509Context> contexts = List.of(context(0), context(1), context(2), context(3));
    files.save(contexts.get(0));
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Future<?> writing =
          writer.submit(
              () -> {
                for (int i = 0; i < 100; i++) {
                  files.save(contexts.get(i % contexts.size()));
                }
                done.set(true);
              });
      int loads = 0;
      while (!writing.isDone() || loads == 0) {
        X509Context loaded = load(files);
        if (loaded != null) {
          loads++;
          assertThat(contexts).anyMatch(context -> same(context, loaded));
        }
      }
      writing.get();
    } finally {
      writer.shutdown();
    }
    assertThat(done).isTrue();
  }

  @Test
  @DisplayName("two writers at a time: one is refused")
  void refusesASecondWriter() throws IOException {
    Path directory = folder.resolve("svid");
    SvidFiles files = SvidFiles.of(directory);
    X509Context first = context(1);
    files.save(first);
    try (FileChannel lock =
        FileChannel.open(directory.resolve("..lock"), StandardOpenOption.WRITE)) {
      assertThat(lock.tryLock()).isNotNull();
      assertThatExceptionOfType(InvalidDocumentException.class)
          .isThrownBy(() -> files.save(context(2)))
          .matches(e -> e.reason() == Reason.IO_ERROR);
    }
    assertThat(files.load()).matches(context -> same(context, first));
    files.save(context(2));
  }
}
