package dev.spiffe4j;

import static dev.spiffe4j.TestPki.OTHER;
import static dev.spiffe4j.TestPki.TRUST_DOMAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("SvidFiles")
final class SvidFilesTest {
  private static final TestPki.Signer ROOT = TestPki.authority();
  private static final X509Bundle BUNDLE = TestPki.bundle(TRUST_DOMAIN, ROOT);
  private static final X509Bundle FEDERATED = TestPki.bundle(OTHER, TestPki.authority());

  @TempDir private Path folder;
  private Path directory = Path.of("");
  private SvidFiles files = SvidFiles.of(directory);

  @BeforeEach
  void chooseDirectory() {
    directory = folder.resolve("svid");
    files = SvidFiles.of(directory);
  }

  private static X509Context context(X509Bundle... more) {
    return X509Context.of(
        List.of(ROOT.svid("/web")), Stream.concat(Stream.of(BUNDLE), Stream.of(more)).toList());
  }

  private static void assertSame(X509Context actual, X509Context expected) {
    assertThat(actual.x509Svid().chain()).isEqualTo(expected.x509Svid().chain());
    assertThat(actual.x509Svid().encodedPrivateKey())
        .isEqualTo(expected.x509Svid().encodedPrivateKey());
    assertThat(actual.bundles()).isEqualTo(expected.bundles());
  }

  private static Reason refusal(ThrowingCallable action) {
    InvalidDocumentException refusal = catchThrowableOfType(InvalidDocumentException.class, action);
    assertThat(refusal).as("a refusal").isNotNull();
    return refusal.reason();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  private Path set() throws IOException {
    return directory.resolve(Files.readSymbolicLink(directory.resolve("..data")));
  }

  @Test
  @DisplayName("what is saved is loaded, by us and by programs that open the files")
  void savesAndLoads() {
    X509Context context = context(FEDERATED);
    files.save(context);
    assertSame(files.load(), context);
    assertThat(
            X509Svid.load(directory.resolve("svid.pem"), directory.resolve("svid_key.pem")).chain())
        .isEqualTo(context.x509Svid().chain());
    assertThat(X509Bundle.load(TRUST_DOMAIN, directory.resolve("bundle.pem"))).isEqualTo(BUNDLE);
    assertThat(X509Bundle.load(OTHER, directory.resolve("federated/other.test.pem")))
        .isEqualTo(FEDERATED);
  }

  @Test
  @DisplayName("the layout is that of Kubernetes: links to a link to a set")
  void laysFilesOutAsKubernetes() throws IOException {
    files.save(context(FEDERATED));
    String set = set().getFileName().toString();
    assertThat(names(directory))
        .containsExactlyInAnyOrder(
            "..data", "..lock", set, "bundle.pem", "federated", "svid.pem", "svid_key.pem");
    assertThat(names(set())).containsExactly("bundle.pem", "federated", "svid.pem", "svid_key.pem");
    for (String name : List.of("bundle.pem", "federated", "svid.pem", "svid_key.pem")) {
      assertThat(Files.readSymbolicLink(directory.resolve(name))).hasToString("..data/" + name);
    }
  }

  @Test
  @DisplayName("directories have mode 0700 and files 0600")
  void makesPrivateFiles() throws IOException {
    files.save(context(FEDERATED));
    for (Path path : List.of(directory, set(), set().resolve("federated"))) {
      assertThat(mode(path)).isEqualTo("rwx------");
    }
    for (String name :
        List.of("svid.pem", "svid_key.pem", "bundle.pem", "federated/other.test.pem")) {
      assertThat(mode(set().resolve(name))).isEqualTo("rw-------");
    }
    assertThat(mode(directory.resolve("..lock"))).isEqualTo("rw-------");
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  @DisplayName("a new set replaces the old one, which is removed with the files that are no more")
  void replacesSets() throws IOException {
    files.save(context(FEDERATED), Map.of("extra.p12", new byte[] {1}));
    Path old = set();
    assertThat(Files.readAllBytes(directory.resolve("extra.p12"))).containsExactly(1);

    X509Context next = context();
    files.save(next);
    assertThat(set()).isNotEqualTo(old);
    assertSame(files.load(), next);
    assertThat(names(directory))
        .containsExactlyInAnyOrder(
            "..data",
            "..lock",
            set().getFileName().toString(),
            "bundle.pem",
            "svid.pem",
            "svid_key.pem");
  }

  @Test
  @DisplayName("names can be chosen, such as those of cert-manager's volumes")
  void takesOtherNames() throws IOException {
    SvidFiles tls =
        SvidFiles.builder(directory)
            .certificates("tls.crt")
            .privateKey("tls.key")
            .bundle("ca.crt")
            .build();
    X509Context context = context();
    tls.save(context);
    assertSame(tls.load(), context);
    assertThat(names(set())).containsExactly("ca.crt", "tls.crt", "tls.key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "..data", "a/b", "/a", "a\0", "é", "federated", ".pem"})
  void refusesOtherNames(String name) {
    SvidFiles.builder(directory).bundle("a-B_1.pem");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SvidFiles.builder(directory).certificates(name));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.save(context(), Map.of(name, new byte[0])));
    assertThat(directory).doesNotExist();
  }

  @Test
  void refusesNamesTwice() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SvidFiles.builder(directory).bundle("svid.pem").build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> files.save(context(), Map.of("svid_key.pem", new byte[0])));
  }

  @Test
  @DisplayName("a context without an own bundle has an empty one, without an SVID nothing to save")
  void savesWhatThereIs() {
    X509Svid svid = ROOT.svid("/web");
    files.save(X509Context.of(List.of(svid), List.of()));
    assertThat(files.load().bundles())
        .isEqualTo(Map.of(TRUST_DOMAIN, X509Bundle.of(TRUST_DOMAIN, List.of())));
    assertThatExceptionOfType(SvidVerificationException.class)
        .isThrownBy(() -> files.save(X509Context.of(List.of(), List.of(BUNDLE))))
        .matches(e -> e.reason() == SvidVerificationException.Reason.NO_SVID);
  }

  @Test
  @DisplayName("trust domains that look like paths stay in the directory")
  void namesFilesOfOddTrustDomains() throws IOException {
    for (String name : List.of(".", "..", "-", "a".repeat(251))) {
      X509Context context = context(TestPki.bundle(TrustDomain.parse(name), ROOT));
      files.save(context);
      assertSame(files.load(), context);
      assertThat(names(set().resolve("federated"))).containsExactly(name + ".pem");
    }
  }

  @Test
  @DisplayName("a directory that is a link is refused, also a dangling one")
  void refusesLinkedDirectories() throws IOException {
    Path target = Files.createDirectory(folder.resolve("target"));
    Files.createSymbolicLink(directory, target);
    assertThat(refusal(() -> files.save(context()))).isEqualTo(Reason.UNSAFE_FILE);
    assertThat(names(target)).isEmpty();
    Files.delete(target);
    assertThat(refusal(() -> files.save(context()))).isEqualTo(Reason.UNSAFE_FILE);
    Files.delete(directory);
    Files.createFile(directory);
    assertThat(refusal(() -> files.save(context()))).isEqualTo(Reason.UNSAFE_FILE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"svid.pem", "svid_key.pem", "bundle.pem", "..data", "..lock"})
  @DisplayName("links and files of others are neither followed nor replaced")
  void refusesForeignEntries(String name) throws IOException {
    files.save(context());
    Path entry = directory.resolve(name);
    Path target = Files.createDirectory(folder.resolve("target"));
    Path victim = Files.writeString(target.resolve("victim"), "untouched");
    for (Path foreign : List.of(victim, target, folder.resolve("none"))) {
      Files.delete(entry);
      Files.createSymbolicLink(entry, foreign);
      assertThat(refusal(() -> files.save(context()))).isEqualTo(Reason.UNSAFE_FILE);
      assertThat(Files.readSymbolicLink(entry)).isEqualTo(foreign);
    }
    assertThat(victim).hasContent("untouched");
    assertThat(names(target)).containsExactly("victim");
    if (!name.equals("..lock")) {
      Files.delete(entry);
      Files.writeString(entry, "a file");
      assertThat(refusal(() -> files.save(context()))).isEqualTo(Reason.UNSAFE_FILE);
      assertThat(entry).hasContent("a file");
    }
  }

  @Test
  @DisplayName("sets are loaded from beside the link only, and only from files")
  void loadsNoForeignSets() throws IOException {
    files.save(context());
    Path data = directory.resolve("..data");
    Path set = set();
    Path elsewhere = folder.resolve("..elsewhere");
    Files.move(set, elsewhere);
    for (Path target :
        List.of(elsewhere, Path.of("../..elsewhere"), Path.of(".."), Path.of("svid.pem"))) {
      Files.delete(data);
      Files.createSymbolicLink(data, target);
      assertThat(refusal(files::load)).isEqualTo(Reason.UNSAFE_FILE);
    }
    Files.delete(data);
    Files.createSymbolicLink(data, set.getFileName());
    Files.createSymbolicLink(set, elsewhere);
    assertThat(refusal(files::load)).isEqualTo(Reason.UNSAFE_FILE);

    Files.delete(set);
    Files.move(elsewhere, set);
    files.load();
    Files.move(set.resolve("svid_key.pem"), folder.resolve("key"));
    Files.createSymbolicLink(set.resolve("svid_key.pem"), folder.resolve("key"));
    assertThat(refusal(files::load)).isEqualTo(Reason.UNSAFE_FILE);
  }

  @Test
  @DisplayName("volumes of a kubelet and plain directories are loaded too")
  void loadsOtherLayouts() throws IOException {
    X509Context context = context(FEDERATED);
    files.save(context);
    Path kubernetes = directory.resolve("..2026_01_01_00_00_00.123456");
    Files.move(set(), kubernetes);
    Files.delete(directory.resolve("..data"));
    Files.createSymbolicLink(directory.resolve("..data"), kubernetes.getFileName());
    assertSame(files.load(), context);
    // It is the kubelet's to write there.
    assertThat(refusal(() -> files.save(context))).isEqualTo(Reason.UNSAFE_FILE);
    assertSame(SvidFiles.of(kubernetes).load(), context);
  }

  @Test
  @DisplayName("a plain directory is not written over")
  void refusesToSaveOverPlainFiles() throws IOException {
    Files.createDirectory(directory);
    Files.writeString(directory.resolve("svid.pem"), "mine");
    assertThat(refusal(() -> files.save(context()))).isEqualTo(Reason.UNSAFE_FILE);
    assertThat(names(directory)).containsExactlyInAnyOrder("..lock", "svid.pem");
  }

  @Test
  @DisplayName("files of different SVIDs, missing ones and other names are refused")
  void refusesBadSets() throws IOException {
    files.save(context(FEDERATED));
    Path set = set();
    X509Svid other = ROOT.svid("/other");
    Path key = set.resolve("svid_key.pem");
    byte[] own = Files.readAllBytes(key);
    Files.write(key, other.privateKeyToPem());
    assertThat(refusal(files::load)).isEqualTo(Reason.KEY_MISMATCH);
    Files.delete(key);
    assertThat(refusal(files::load)).isEqualTo(Reason.IO_ERROR);
    Files.write(key, own);
    files.load();

    Path federated = set.resolve("federated");
    Path odd = Files.write(federated.resolve("TD.pem"), BUNDLE.toPem());
    assertThat(refusal(files::load)).isEqualTo(Reason.BAD_SPIFFE_ID);
    Files.move(odd, federated.resolve("td.txt"));
    assertThat(refusal(files::load)).isEqualTo(Reason.BAD_SPIFFE_ID);
    Files.move(federated.resolve("td.txt"), federated.resolve("example.org.pem"));
    assertThat(refusal(files::load)).isEqualTo(Reason.BAD_PROFILE);
  }

  @Test
  @DisplayName("nothing saved is nothing to load")
  void failsToLoadNothing() throws IOException {
    assertThat(refusal(files::load)).isEqualTo(Reason.IO_ERROR);
    Files.createDirectory(directory);
    assertThat(refusal(files::load)).isEqualTo(Reason.IO_ERROR);
    assertThat(refusal(() -> SvidFiles.of(folder.resolve("no/such")).save(context())))
        .isEqualTo(Reason.IO_ERROR);
  }

  @Test
  @DisplayName("a file system without permissions is refused")
  void refusesFileSystemsWithoutPermissions() throws IOException {
    try (FileSystem zip =
        FileSystems.newFileSystem(folder.resolve("a.zip"), Map.of("create", "true"))) {
      SvidFiles inZip = SvidFiles.of(zip.getPath("/svid"));
      assertThat(refusal(() -> inZip.save(context()))).isEqualTo(Reason.UNSAFE_FILE);
      assertThat(Files.exists(zip.getPath("/svid"))).isFalse();
    }
  }
}
