package dev.spiffe4j;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.InvalidDocumentException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An X.509-SVID and its bundles as PEM files in a directory, for programs that read files.
 *
 * <p>A save replaces all files at once: a program sees either the old set or the new one, also
 * after a crash, if it reads the files through the directory's link {@code ..data} as it was at one
 * moment. The layout is that of Kubernetes volumes. Files have mode 0600 and directories 0700 from
 * their creation on; links and files of others are refused and never followed. Whoever else may
 * write to the directory itself can still replace what is in it. Bundles of other trust domains are
 * files {@code federated/<trust domain>.pem}, so that no reader takes one trust domain's
 * authorities for another's.
 *
 * <p>Saving needs a file system with POSIX permissions, and one writer at a time. Immutable and
 * thread-safe.
 */
public final class SvidFiles {
  private static final String FEDERATED = "federated";
  private static final String PEM = ".pem";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  private static final int MAX_READS = 10;

  private final AtomicDirectory directory;
  private final String certificates;
  private final String privateKey;
  private final String bundle;

  private SvidFiles(Builder builder) {
    this.directory = new AtomicDirectory(builder.directory, builder.steps);
    this.certificates = builder.certificates;
    this.privateKey = builder.privateKey;
    this.bundle = builder.bundle;
  }

  /**
   * The files of a directory, with their usual names.
   *
   * @param directory the directory; a save creates it if its parent exists
   * @return its files {@code svid.pem}, {@code svid_key.pem} and {@code bundle.pem}
   */
  public static SvidFiles of(Path directory) {
    return builder(directory).build();
  }

  /**
   * Begins files with other names.
   *
   * @param directory the directory; a save creates it if its parent exists
   * @return a builder
   */
  public static Builder builder(Path directory) {
    return new Builder(requireNonNull(directory, "directory"));
  }

  /**
   * Options of {@link SvidFiles}. The names in volumes of cert-manager are {@code tls.crt}, {@code
   * tls.key} and {@code ca.crt}. Not thread-safe.
   */
  public static final class Builder {
    private final Path directory;
    private String certificates = "svid.pem";
    private String privateKey = "svid_key.pem";
    private String bundle = "bundle.pem";
    private AtomicDirectory.Steps steps = AtomicDirectory.Steps.IGNORED;

    private Builder(Path directory) {
      this.directory = directory;
    }

    /**
     * Names the file of the SVID's certificates; {@code svid.pem} unless set.
     *
     * @param name a name without folders
     * @return this builder
     */
    public Builder certificates(String name) {
      this.certificates = requireName(name);
      return this;
    }

    /**
     * Names the file of the SVID's private key; {@code svid_key.pem} unless set.
     *
     * @param name a name without folders
     * @return this builder
     */
    public Builder privateKey(String name) {
      this.privateKey = requireName(name);
      return this;
    }

    /**
     * Names the file of the bundle of the SVID's own trust domain; {@code bundle.pem} unless set.
     *
     * @param name a name without folders
     * @return this builder
     */
    public Builder bundle(String name) {
      this.bundle = requireName(name);
      return this;
    }

    Builder steps(AtomicDirectory.Steps steps) {
      this.steps = steps;
      return this;
    }

    /**
     * Makes the files' description; nothing is written.
     *
     * @return the files
     * @throws IllegalArgumentException if two names are the same
     */
    public SvidFiles build() {
      if (new HashSet<>(List.of(certificates, privateKey, bundle)).size() < 3) {
        throw new IllegalArgumentException("two files have the same name");
      }
      return new SvidFiles(this);
    }
  }

  private static String requireName(String name) {
    if (!NAME.matcher(name).matches() || name.equals(FEDERATED)) {
      throw new IllegalArgumentException("name of a file: not one, or not free");
    }
    return name;
  }

  /**
   * Saves the default SVID, with its private key, and all bundles.
   *
   * @param context what to save; without a bundle of the SVID's trust domain, an empty one is saved
   * @throws SvidVerificationException if the context has no SVID
   * @throws InvalidDocumentException if the files could not be written, and the old ones are still
   *     there; with {@link Reason#UNSAFE_FILE} if others could read or redirect them
   */
  public void save(X509Context context) {
    save(context, Map.of());
  }

  /**
   * Saves the default SVID, with its private key, all bundles, and whatever else belongs to them,
   * such as a key store.
   *
   * @param context what to save; without a bundle of the SVID's trust domain, an empty one is saved
   * @param more contents of further files by name
   * @throws SvidVerificationException if the context has no SVID
   * @throws InvalidDocumentException if the files could not be written, and the old ones are still
   *     there; with {@link Reason#UNSAFE_FILE} if others could read or redirect them
   * @throws IllegalArgumentException if a name is no name, or that of another file
   */
  public void save(X509Context context, Map<String, byte[]> more) {
    X509Svid svid = context.x509Svid();
    Map<String, byte[]> files = publicFiles(context, svid);
    byte[] key = svid.privateKeyToPem();
    try {
      files.put(privateKey, key);
      more.forEach(
          (name, content) -> {
            if (files.putIfAbsent(requireName(name), content) != null) {
              throw new IllegalArgumentException("two files have the same name");
            }
          });
      directory.replace(files);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private Map<String, byte[]> publicFiles(X509Context context, X509Svid svid) {
    TrustDomain own = svid.spiffeId().trustDomain();
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(certificates, svid.toPem());
    files.put(bundle, context.x509Bundle(own).map(X509Bundle::toPem).orElse(new byte[0]));
    context.bundles().values().stream()
        .filter(other -> !other.trustDomain().equals(own))
        .forEach(other -> files.put(FEDERATED + "/" + other.trustDomain() + PEM, other.toPem()));
    return files;
  }

  /**
   * Loads a set: all files are of one save. Directories that are not laid out in sets are read too,
   * such as those of spiffe-helper; whoever writes them can replace them while they are read.
   *
   * @return the SVID and the bundles
   * @throws InvalidDocumentException if the files cannot be read, with {@link Reason#IO_ERROR}, are
   *     links, with {@link Reason#UNSAFE_FILE}, or are not what they should be
   */
  public X509Context load() {
    for (int read = 0; read < MAX_READS; read++) {
      Path set = directory.current();
      try {
        X509Context context = load(set);
        if (set.equals(directory.current())) {
          return context;
        }
      } catch (InvalidDocumentException e) {
        if (set.equals(directory.current())) {
          throw e;
        }
      }
      // It was replaced, and perhaps removed, while it was read.
    }
    throw new InvalidDocumentException(
        Reason.IO_ERROR, "the files are replaced faster than they can be read");
  }

  private X509Context load(Path set) {
    byte[] key = directory.read(set, privateKey);
    try {
      X509Svid svid = X509Svid.parsePem(directory.read(set, certificates), key);
      TrustDomain own = svid.spiffeId().trustDomain();
      List<X509Bundle> bundles = new ArrayList<>();
      bundles.add(X509Bundle.parsePem(own, directory.read(set, bundle)));
      bundles.addAll(loadFederated(set, own));
      return X509Context.of(List.of(svid), bundles);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private List<X509Bundle> loadFederated(Path set, TrustDomain own) {
    Path folder = set.resolve(FEDERATED);
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw new InvalidDocumentException(Reason.UNSAFE_FILE, folder + " is not a directory");
    }
    List<X509Bundle> bundles = new ArrayList<>();
    try {
      for (Path file : PrivateFile.list(folder)) {
        TrustDomain trustDomain = trustDomain(file.getFileName().toString());
        if (trustDomain.equals(own)) {
          // A federated bundle never stands in for the own one.
          throw new InvalidDocumentException(
              Reason.BAD_PROFILE, "a federated bundle of the own trust domain");
        }
        bundles.add(
            X509Bundle.parsePem(
                trustDomain, directory.read(folder, file.getFileName().toString())));
      }
    } catch (IOException e) {
      throw new InvalidDocumentException(Reason.IO_ERROR, "cannot read " + folder, e);
    }
    return bundles;
  }

  private static TrustDomain trustDomain(String fileName) {
    try {
      if (fileName.endsWith(PEM)) {
        return TrustDomain.parse(fileName.substring(0, fileName.length() - PEM.length()));
      }
    } catch (InvalidSpiffeIdException e) {
      throw new InvalidDocumentException(
          Reason.BAD_SPIFFE_ID, "a federated bundle's file has no trust domain's name", e);
    }
    throw new InvalidDocumentException(
        Reason.BAD_SPIFFE_ID, "a federated bundle's file has no trust domain's name");
  }
}
