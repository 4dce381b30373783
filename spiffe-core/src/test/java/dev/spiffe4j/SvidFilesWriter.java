package dev.spiffe4j;

import java.nio.file.Path;
import java.util.List;

/** A process that saves one set after the other, and says so, until it is killed. */
final class SvidFilesWriter {
  private SvidFilesWriter() {}

  public static void main(String[] args) {
    TestPki.Signer root = TestPki.authority();
    X509Bundle bundle = TestPki.bundle(TestPki.TRUST_DOMAIN, root);
    X509Bundle federated = TestPki.bundle(TestPki.OTHER, TestPki.authority());
    X509Context context = X509Context.of(List.of(root.svid("/web")), List.of(bundle, federated));
    SvidFiles files = SvidFiles.of(Path.of(args[0]));
    // Nobody is left to kill it once nobody reads.
    while (!System.out.checkError()) {
      files.save(context);
      System.out.println("saved");
    }
  }
}
