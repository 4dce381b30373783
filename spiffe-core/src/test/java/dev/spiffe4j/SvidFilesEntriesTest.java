package dev.spiffe4j;

import static dev.spiffe4j.TestPki.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.AtomicDirectory.Step;
import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("SvidFiles beside entries of others")
final class SvidFilesEntriesTest {
  private static final TestPki.Signer ROOT = TestPki.authority();
  private static final String HEX = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  private static X509Context context() {
    return X509Context.of(List.of(ROOT.svid("/web")), List.of(TestPki.bundle(TRUST_DOMAIN, ROOT)));
  }

  @Test
  @DisplayName("a save goes through every step that tests stop at, in order")
  void goesThroughEveryStep() {
    List<Step> steps = new ArrayList<>();
    SvidFiles files = SvidFiles.builder(folder.resolve("svid")).steps(steps::add).build();
    files.save(context());
    assertThat(steps)
        .containsExactly(
            Step.PREPARE,
            Step.CREATE_SET,
            Step.WRITE_FILE,
            Step.WRITE_FILE,
            Step.WRITE_FILE,
            Step.SYNC_SET,
            Step.LINK_FILE,
            Step.LINK_FILE,
            Step.LINK_FILE,
            Step.LINK_SET,
            Step.SWAP,
            Step.SYNC_SWAP,
            Step.REMOVE);
    steps.clear();
    files.load();
    assertThat(steps).isNotEmpty().containsOnly(Step.READ_FILE);
  }

  @Test
  @DisplayName("what others left in the directory stays, even if its name is like one of ours")
  void leavesEntriesOfOthers() throws IOException {
    SvidFiles files = SvidFiles.of(folder);
    files.save(context());
    List<Path> others = new ArrayList<>();
    others.add(Files.createDirectory(folder.resolve("folder")));
    others.add(Files.createDirectory(folder.resolve(".." + HEX + "0")));
    others.add(Files.createFile(folder.resolve(".." + HEX)));
    others.add(Files.createFile(folder.resolve("..data_" + HEX)));
    others.add(Files.createSymbolicLink(folder.resolve("link"), Path.of("elsewhere")));
    others.add(Files.createSymbolicLink(folder.resolve("..data_x"), Path.of("elsewhere")));
    others.add(Files.createSymbolicLink(folder.resolve("alias"), Path.of("..data/svid.pem")));
    // These are ours, of a save that was interrupted.
    Path oldSet = Files.createDirectory(folder.resolve("..f" + HEX.substring(1)));
    Path oldLink = Files.createSymbolicLink(folder.resolve("..data_f" + HEX.substring(1)), oldSet);
    Path oldFile = Files.createSymbolicLink(folder.resolve("old"), Path.of("..data/old"));

    files.save(context());
    assertThat(others).allMatch(other -> Files.exists(other, LinkOption.NOFOLLOW_LINKS));
    assertThat(List.of(oldSet, oldLink, oldFile))
        .noneMatch(old -> Files.exists(old, LinkOption.NOFOLLOW_LINKS));
    assertThat(files.load().svids()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../set", "..a/b", "set", ".set", "/", "..data/..data"})
  @DisplayName("a set is beside the link that leads to it, or it is not loaded")
  void loadsNoSetElsewhere(String target) throws IOException {
    Files.createSymbolicLink(folder.resolve("..data"), Path.of(target));
    assertThat(refusal(SvidFiles.of(folder))).isEqualTo(Reason.UNSAFE_FILE);
  }

  @Test
  @DisplayName("what should be a link and is a file is refused")
  void refusesFilesForLinks() throws IOException {
    Files.createFile(folder.resolve("..data"));
    assertThat(refusal(SvidFiles.of(folder))).isEqualTo(Reason.UNSAFE_FILE);
  }

  @Test
  @DisplayName("a name of three characters is a set's")
  void takesShortNames() throws IOException {
    Path set = Files.createDirectory(folder.resolve("..a"));
    Files.createSymbolicLink(folder.resolve("..data"), Path.of("..a"));
    X509Context context = context();
    Files.write(set.resolve("svid.pem"), context.x509Svid().toPem());
    Files.write(set.resolve("svid_key.pem"), context.x509Svid().privateKeyToPem());
    Files.write(set.resolve("bundle.pem"), TestPki.bundle(TRUST_DOMAIN, ROOT).toPem());
    assertThat(SvidFiles.of(folder).load().x509Svid().chain())
        .isEqualTo(context.x509Svid().chain());
  }

  private static Reason refusal(SvidFiles files) {
    InvalidDocumentException refusal =
        catchThrowableOfType(InvalidDocumentException.class, files::load);
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }
}
