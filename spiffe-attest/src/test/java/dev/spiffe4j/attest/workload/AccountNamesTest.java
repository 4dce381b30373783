package dev.spiffe4j.attest.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccountNamesTest {
  @TempDir Path directory;

  @Test
  void findsNamesByNumber() throws IOException {
    AccountNames names = names("root:x:0:0:root:/root:/bin/sh\nweb:x:1000:\n");

    assertThat(names.name(0)).contains("root");
    assertThat(names.name(1000)).contains("web");
    assertThat(names.name(1001)).isEmpty();
  }

  @Test
  void theFirstNameOfANumberCounts() throws IOException {
    assertThat(names("root:x:0:\ntoor:x:0:\n").name(0)).contains("root");
  }

  @Test
  void passesOverLinesThatAreNoAccounts() throws IOException {
    AccountNames names = names("# comment\n+::::\n\nbroken\n:x:1:\nx:x:one:\nweb:x:2:\n");

    assertThat(names.name(1)).isEmpty();
    assertThat(names.name(2)).contains("web");
  }

  @Test
  void readsAFileAgainThatWasReplaced() throws IOException {
    AccountNames names = names("web:x:1:\n");
    assertThat(names.name(1)).contains("web");

    Path other = Files.writeString(directory.resolve("other"), "api:x:1:\n");
    Files.move(
        other, directory.resolve("passwd"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    assertThat(names.name(1)).contains("api");
  }

  @Test
  void withoutAFileNobodyHasAName() {
    assertThat(new AccountNames(directory.resolve("missing")).name(0)).isEmpty();
  }

  @Test
  void aFileThatIsTooLargeNamesNobody() throws IOException {
    AccountNames names = names("root:x:0:\n");
    assertThat(names.name(0)).contains("root");

    try (RandomAccessFile file = new RandomAccessFile(directory.resolve("passwd").toFile(), "rw")) {
      file.setLength(AccountNames.MAX_BYTES + 1L);
    }
    assertThat(names.name(0)).isEmpty();
  }

  private AccountNames names(String content) throws IOException {
    return new AccountNames(Files.writeString(directory.resolve("passwd"), content));
  }
}
