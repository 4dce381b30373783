package dev.spiffe4j.jwt.jose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("RFC 9110 §5 header fields")
class HttpFieldsTest {
  @Test
  @DisplayName("are one in any case of their ASCII letters")
  void foldsAscii() {
    HttpFields fields = HttpFields.of(Map.of("Workload-Proof-ToKEN", List.of("a", "b")));
    assertThat(fields.values("workload-PROOF-token")).containsExactly("a", "b");
    assertThat(HttpFields.lowerCase("AZaz@[`{09-")).isEqualTo("azaz@[`{09-");
  }

  @Test
  @DisplayName("are not one with letters that Java folds to ASCII: a proxy would not remove those")
  void doesNotFoldMore() {
    HttpFields fields = HttpFields.of(Map.of("Txn-To\u212Aen", List.of("a")));
    assertThat(fields.values("Txn-Token")).isEmpty();
  }

  @Test
  @DisplayName("lose spaces and tabs around their values, and nothing else")
  void trims() {
    HttpFields fields = HttpFields.of(Map.of("a", List.of("\t  x y \t", "\u2003z\n", " \t")));
    assertThat(fields.values("a")).containsExactly("x y", "\u2003z\n", "");
    assertThat(fields.values("b")).isEmpty();
  }
}
