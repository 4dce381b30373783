package dev.spiffe4j.attest.workload;

import static java.util.Objects.requireNonNull;

import dev.spiffe4j.attest.AttestationException;
import dev.spiffe4j.attest.AttestationException.Reason;
import dev.spiffe4j.attest.Selector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds out whom a process acts for and, if asked to, what program it runs: {@code uid}, {@code
 * user}, {@code gid}, {@code group}, {@code supplementary_gid}, {@code supplementary_group}, {@code
 * path} and {@code sha256}, all of type {@code unix}. Thread-safe.
 *
 * <p>IDs are the effective ones. Names are those of the account files that this process sees; what
 * has no name there gets no {@code user} or {@code group}.
 */
public final class UnixWorkloadAttestor implements WorkloadAttestor {
  private static final String TYPE = "unix";
  private static final int BUFFER_BYTES = 64 * 1024;

  private final AccountNames users;
  private final AccountNames groups;
  private final boolean discoverPath;
  private final long sizeLimit;

  private UnixWorkloadAttestor(Builder builder) {
    this.users = new AccountNames(builder.passwdFile);
    this.groups = new AccountNames(builder.groupFile);
    this.discoverPath = builder.discoverPath;
    this.sizeLimit = builder.sizeLimit;
  }

  /**
   * Makes an attestor of users and groups.
   *
   * @return the attestor
   */
  public static UnixWorkloadAttestor create() {
    return builder().build();
  }

  /**
   * Starts an attestor with options.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public Set<Selector> attest(TrackedProcess process) {
    try {
      ProcessStatus status = process.status();
      Set<Selector> selectors = new TreeSet<>();
      addAccounts(selectors, status);
      if (discoverPath) {
        addProgram(selectors, process, status);
      }
      return selectors;
    } catch (IOException e) {
      Reason reason = process.isAlive() ? Reason.UNAVAILABLE : Reason.CALLER_GONE;
      throw new AttestationException(reason, TYPE, "the process cannot be looked at", e);
    }
  }

  private void addAccounts(Set<Selector> selectors, ProcessStatus status) {
    add(selectors, "uid", status.uid());
    users.name(status.uid()).ifPresent(name -> add(selectors, "user", name));
    add(selectors, "gid", status.gid());
    groups.name(status.gid()).ifPresent(name -> add(selectors, "group", name));
    for (long gid : status.groups()) {
      add(selectors, "supplementary_gid", gid);
      groups.name(gid).ifPresent(name -> add(selectors, "supplementary_group", name));
    }
  }

  private void addProgram(Set<Selector> selectors, TrackedProcess process, ProcessStatus status)
      throws IOException {
    Object key = process.executableKey();
    Path path = process.executable();
    // Bytes that the platform cannot decode would make two paths look like one.
    if (path.equals(Path.of(path.toString()))) {
      add(selectors, "path", path);
    }
    if (sizeLimit >= 0) {
      add(selectors, "sha256", sha256(process));
    }
    // A process that ran another program meanwhile must not get the facts of both.
    if (!key.equals(process.executableKey())
        || !path.equals(process.executable())
        || !status.equals(process.status())) {
      throw new AttestationException(
          Reason.EVIDENCE_REFUSED, TYPE, "the process changed while it was looked at");
    }
  }

  private String sha256(TrackedProcess process) throws IOException {
    MessageDigest digest = newDigest();
    long total = 0;
    try (SeekableByteChannel program = process.open("exe")) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (program.read(buffer) >= 0) {
        total += buffer.position();
        requireWithinLimit(Math.max(total, program.size()));
        digest.update(buffer.flip());
        buffer.clear();
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private void requireWithinLimit(long size) {
    if (sizeLimit > 0 && size > sizeLimit) {
      throw new AttestationException(
          Reason.EVIDENCE_REFUSED,
          TYPE,
          "program of " + size + " bytes (limit: " + sizeLimit + ")");
    }
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private static void add(Set<Selector> selectors, String kind, Object value) {
    selectors.add(new Selector(TYPE, kind + ":" + value));
  }

  /** Puts an attestor together. Not thread-safe. */
  public static final class Builder {
    private Path passwdFile = Path.of("/etc/passwd");
    private Path groupFile = Path.of("/etc/group");
    private boolean discoverPath;
    private long sizeLimit;

    private Builder() {}

    /**
     * Sets whether the program is looked at, which needs the right to trace the process.
     *
     * @param discoverPath true for {@code path} and {@code sha256}
     * @return this
     */
    public Builder discoverPath(boolean discoverPath) {
      this.discoverPath = discoverPath;
      return this;
    }

    /**
     * Sets the size of the largest program that is hashed; a process with a larger one is not
     * attested.
     *
     * @param bytes the most bytes; 0, the default, for no limit; negative for no {@code sha256}
     * @return this
     */
    public Builder sizeLimit(long bytes) {
      this.sizeLimit = bytes;
      return this;
    }

    /**
     * Sets where the names of users are; {@code /etc/passwd} otherwise.
     *
     * @param file a file of that form
     * @return this
     */
    public Builder passwdFile(Path file) {
      this.passwdFile = requireNonNull(file, "file");
      return this;
    }

    /**
     * Sets where the names of groups are; {@code /etc/group} otherwise.
     *
     * @param file a file of that form
     * @return this
     */
    public Builder groupFile(Path file) {
      this.groupFile = requireNonNull(file, "file");
      return this;
    }

    /**
     * Makes the attestor.
     *
     * @return the attestor
     */
    public UnixWorkloadAttestor build() {
      return new UnixWorkloadAttestor(this);
    }
  }
}
