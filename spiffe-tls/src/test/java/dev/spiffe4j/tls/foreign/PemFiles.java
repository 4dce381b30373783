package dev.spiffe4j.tls.foreign;

import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Svid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An SVID and a bundle in the files that other programs read. */
record PemFiles(Path directory) {
  Path certificate() {
    return directory.resolve("svid.pem");
  }

  Path key() {
    return directory.resolve("svid_key.pem");
  }

  /** The certificate and its key in one file. */
  Path both() {
    return directory.resolve("both.pem");
  }

  Path bundle() {
    return directory.resolve("bundle.pem");
  }

  void write(X509Svid svid, X509Bundle trusted) throws IOException {
    Files.write(certificate(), svid.toPem());
    Files.write(key(), svid.privateKeyToPem());
    Files.writeString(both(), Files.readString(certificate()) + Files.readString(key()));
    Files.write(bundle(), trusted.toPem());
  }
}
