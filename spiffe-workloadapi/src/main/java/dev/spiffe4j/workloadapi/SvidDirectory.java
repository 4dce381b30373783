package dev.spiffe4j.workloadapi;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.SvidFiles;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Context;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of an SVID, and whether they are the same as a moment ago. Thread-safe. */
final class SvidDirectory {
  private static final String DATA = "..data";
  private static final String FEDERATED = "federated";
  private static final int MAX_FEDERATED = 10_000;

  /** What the file system says about the files, without what is in them. */
  record Stamp(boolean isSwapped, Map<String, String> files) {}

  private final Path directory;
  private final List<String> names;
  private final SvidFiles files;

  SvidDirectory(Path directory, String certificates, String privateKey, String bundle) {
    this.directory = directory;
    this.names = List.of(certificates, privateKey, bundle);
    this.files =
        SvidFiles.builder(directory)
            .certificates(certificates)
            .privateKey(privateKey)
            .bundle(bundle)
            .build();
  }

  Path path() {
    return directory;
  }

  /** Where changes are to be seen, if it is there. */
  Path federated() {
    return directory.resolve(FEDERATED);
  }

  /** Reads all files. */
  X509Context load() {
    try {
      return files.load();
    } catch (InvalidDocumentException e) {
      throw FileSourceException.of(e);
    }
  }

  /** An own bundle without authorities is that of a file that was just cut down to be rewritten. */
  static boolean isWhole(X509Context context) {
    return context
        .x509Bundle(context.x509Svid().spiffeId().trustDomain())
        .map(X509Bundle::authorities)
        .filter(authorities -> !authorities.isEmpty())
        .isPresent();
  }

  Stamp stamp() {
    Map<String, String> stamps = new TreeMap<>();
    names.forEach(name -> stamps.put(name, stamp(directory.resolve(name))));
    stampFederated(stamps);
    Path data = directory.resolve(DATA);
    boolean isSwapped = Files.isSymbolicLink(data);
    if (isSwapped) {
      stamps.put(DATA, target(data));
    }
    return new Stamp(isSwapped, stamps);
  }

  private void stampFederated(Map<String, String> stamps) {
    if (!Files.isDirectory(federated())) {
      return;
    }
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(federated())) {
      int count = 0;
      for (Path file : stream) {
        if (++count > MAX_FEDERATED) {
          return;
        }
        stamps.put(FEDERATED + "/" + file.getFileName(), stamp(file));
      }
    } catch (IOException | DirectoryIteratorException e) {
      stamps.put(FEDERATED, String.valueOf(e.getMessage()));
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "unreadable";
    }
  }

  /** A file that is rewritten in place keeps its number; its times tell, to the nanosecond. */
  private static String stamp(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.fileKey()
          + " "
          + attributes.size()
          + " "
          + attributes.lastModifiedTime()
          + " "
          + changeTime(file);
    } catch (IOException e) {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? "unreadable" : "missing";
    }
  }

  /** Which a writer cannot set back, where there is one. */
  private static Object changeTime(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? Files.getAttribute(file, "unix:ctime")
        : "";
  }
}
