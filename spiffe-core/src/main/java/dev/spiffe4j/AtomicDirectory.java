package dev.spiffe4j;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A directory whose files are replaced all at once, laid out as Kubernetes does it:
 *
 * <pre>
 * svid.pem -> ..data/svid.pem      what programs open
 * ..data   -> ..4f2c…              what is swapped, by a rename
 * ..4f2c…/svid.pem                 a set; never changed after the swap
 * </pre>
 *
 * <p>Whatever happens between two steps, {@code ..data} leads to a whole set or does not exist.
 * What a crash left behind goes with the next replacement.
 */
final class AtomicDirectory {
  /** What is about to happen; tests stop here. */
  enum Step {
    PREPARE,
    CREATE_SET,
    WRITE_FILE,
    SYNC_SET,
    LINK_FILE,
    LINK_SET,
    SWAP,
    SYNC_SWAP,
    REMOVE,
    READ_FILE
  }

  /** Is told each step before it is done. */
  @FunctionalInterface
  interface Steps {
    Steps IGNORED = step -> {};

    void before(Step step) throws IOException;
  }

  private static final Logger LOGGER = System.getLogger(AtomicDirectory.class.getName());

  private static final String DATA = "..data";
  private static final String LOCK = "..lock";
  private static final Pattern SET = Pattern.compile("\\.\\.[0-9a-f]{32}");
  private static final Pattern NEW_DATA = Pattern.compile("\\.\\.data_[0-9a-f]{32}");
  private static final LinkOption NO_LINKS = LinkOption.NOFOLLOW_LINKS;

  private final Path directory;
  private final Steps steps;
  private final SecureRandom random = new SecureRandom();

  AtomicDirectory(Path directory, Steps steps) {
    this.directory = directory;
    this.steps = steps;
  }

  /**
   * Replaces all files.
   *
   * @param files contents by name, such as {@code a} or {@code folder/b}
   */
  void replace(Map<String, byte[]> files) {
    PrivateFile.requirePermissions(directory);
    try {
      steps.before(Step.PREPARE);
      prepareDirectory();
      try (FileChannel lock = PrivateFile.openLock(directory.resolve(LOCK))) {
        requireLock(lock);
        replaceLocked(files);
      }
    } catch (IOException e) {
      throw new InvalidDocumentException(Reason.IO_ERROR, "cannot write to " + directory, e);
    }
  }

  private void prepareDirectory() throws IOException {
    if (Files.isDirectory(directory, NO_LINKS)) {
      return;
    }
    // Whoever owns a link decides where the key goes.
    if (Files.exists(directory, NO_LINKS)) {
      throw unsafe(directory + " is not a directory");
    }
    PrivateFile.createDirectory(directory);
  }

  /** Clearing away what others left is only safe while nobody else writes. */
  private static void requireLock(FileChannel channel) throws IOException {
    try {
      if (channel.tryLock() == null) {
        throw new IOException("another process writes to it");
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException("it is being written to", e);
    }
  }

  private void replaceLocked(Map<String, byte[]> files) throws IOException {
    Set<String> names = new TreeSet<>();
    files.keySet().forEach(file -> names.add(topName(file)));
    requireOwnLinks(names);
    try {
      String set = ".." + randomName();
      writeSet(set, files);
      for (String name : names) {
        linkFile(name);
      }
      swap(set);
    } catch (IOException | RuntimeException e) {
      removeLeftovers();
      throw e;
    }
    removeLeftovers();
  }

  private static String topName(String file) {
    int slash = file.indexOf('/');
    return slash < 0 ? file : file.substring(0, slash);
  }

  /** Nothing that is not ours is replaced, or written through. */
  private void requireOwnLinks(Set<String> names) throws IOException {
    Path data = directory.resolve(DATA);
    if (Files.exists(data, NO_LINKS)
        && !(Files.isSymbolicLink(data)
            && SET.matcher(Files.readSymbolicLink(data).toString()).matches())) {
      throw unsafe(data + " is not a link of ours");
    }
    for (String name : names) {
      Path link = directory.resolve(name);
      if (Files.exists(link, NO_LINKS) && !isOwnLink(link)) {
        throw unsafe(link + " is not a link of ours");
      }
    }
  }

  private static boolean isOwnLink(Path link) throws IOException {
    return Files.isSymbolicLink(link)
        && Files.readSymbolicLink(link).toString().equals(DATA + "/" + link.getFileName());
  }

  private void writeSet(String set, Map<String, byte[]> files) throws IOException {
    steps.before(Step.CREATE_SET);
    Path fresh = PrivateFile.createDirectory(directory.resolve(set));
    Set<Path> folders = new TreeSet<>(Set.of(fresh));
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      steps.before(Step.WRITE_FILE);
      Path path = fresh.resolve(file.getKey());
      Path folder = path.resolveSibling("");
      if (folders.add(folder)) {
        PrivateFile.createDirectory(folder);
      }
      PrivateFile.write(path, file.getValue());
    }
    steps.before(Step.SYNC_SET);
    for (Path folder : folders) {
      PrivateFile.syncDirectory(folder);
    }
    PrivateFile.syncDirectory(directory);
  }

  /** Before the swap, so that new names appear with their files and together. */
  private void linkFile(String name) throws IOException {
    Path link = directory.resolve(name);
    if (!Files.isSymbolicLink(link)) {
      steps.before(Step.LINK_FILE);
      Files.createSymbolicLink(link, path(DATA + "/" + name));
    }
  }

  private void swap(String set) throws IOException {
    steps.before(Step.LINK_SET);
    Path link = directory.resolve(DATA + "_" + randomName());
    Files.createSymbolicLink(link, path(set));
    steps.before(Step.SWAP);
    Files.move(link, directory.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    steps.before(Step.SYNC_SWAP);
    PrivateFile.syncDirectory(directory);
  }

  private Path path(String name) {
    return directory.getFileSystem().getPath(name);
  }

  private String randomName() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Removes what the current set does not need. What cannot be removed waits for the next time. */
  private void removeLeftovers() {
    try {
      steps.before(Step.REMOVE);
      @Nullable String current = currentName();
      for (Path entry : PrivateFile.list(directory)) {
        String name = entry.getFileName().toString();
        if (isOldSet(entry, name, current)) {
          PrivateFile.deleteTree(entry);
        } else if (isOldLink(entry, name, current)) {
          Files.delete(entry);
        }
      }
    } catch (IOException e) {
      LOGGER.log(Level.WARNING, "old files in " + directory + " could not be removed", e);
    }
  }

  private static boolean isOldSet(Path entry, String name, @Nullable String current) {
    return SET.matcher(name).matches()
        && !name.equals(current)
        && Files.isDirectory(entry, NO_LINKS);
  }

  private boolean isOldLink(Path entry, String name, @Nullable String current) throws IOException {
    if (NEW_DATA.matcher(name).matches()) {
      return Files.isSymbolicLink(entry);
    }
    return isOwnLink(entry)
        && (current == null || !Files.exists(directory.resolve(current).resolve(name), NO_LINKS));
  }

  private @Nullable String currentName() throws IOException {
    Path data = directory.resolve(DATA);
    return Files.isSymbolicLink(data) ? Files.readSymbolicLink(data).toString() : null;
  }

  /**
   * Where the newest set is; the directory itself if it is not laid out in sets. As long as the
   * answer stays the same, nothing in there was replaced or removed.
   */
  Path current() {
    Path data = directory.resolve(DATA);
    try {
      if (!Files.exists(data, NO_LINKS)) {
        return directory;
      }
      @Nullable String name = currentName();
      // Also sets of others, such as a kubelet's, but none elsewhere.
      if (name == null || !name.startsWith("..") || name.length() < 3 || name.contains("/")) {
        throw unsafe(data + " does not lead to a set beside it");
      }
      Path set = directory.resolve(name);
      if (Files.isSymbolicLink(set)) {
        throw unsafe(set + " is a link");
      }
      return set;
    } catch (IOException e) {
      throw new InvalidDocumentException(Reason.IO_ERROR, "cannot read " + data, e);
    }
  }

  /** Reads a file of a set. */
  byte[] read(Path set, String name) {
    Path file = set.resolve(name);
    try {
      steps.before(Step.READ_FILE);
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, NO_LINKS);
      // A link that waits for the first set is as good as none.
      if (!attributes.isRegularFile() && !isOwnLink(file)) {
        throw unsafe(file + " is not a file");
      }
    } catch (IOException e) {
      throw new InvalidDocumentException(Reason.IO_ERROR, "cannot read " + file, e);
    }
    return DocumentFile.read(file, NO_LINKS);
  }

  private static InvalidDocumentException unsafe(String problem) {
    return new InvalidDocumentException(Reason.UNSAFE_FILE, problem);
  }
}
