package dev.spiffe4j.workloadapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spiffe4j.workloadapi.WorkloadApiException.Reason;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkloadApiAddressTest {
  @ParameterizedTest
  @DisplayName("EP-11, -12, -13, -14: unix: with an absolute path")
  @CsvSource({
    "unix:///run/api.sock, /run/api.sock",
    "unix:/run/api.sock, /run/api.sock",
    "UNIX:///run/api.sock, /run/api.sock",
    "unix:///a%20b/%C3%BC.sock, /a b/ü.sock",
    "unix:///run/a@b:c=d.sock, /run/a@b:c=d.sock",
  })
  void parsesUnix(String uri, String path) {
    WorkloadApiAddress address = WorkloadApiAddress.parse(uri);
    assertThat(address.socketPath()).contains(Path.of(path));
    assertThat(address).isEqualTo(WorkloadApiAddress.of(Path.of(path)));
    assertThat(WorkloadApiAddress.parse(address.toString())).isEqualTo(address);
  }

  @ParameterizedTest
  @DisplayName("EP-16, -17: tcp: with an IP address and a port")
  @CsvSource({
    "tcp://127.0.0.1:1, 127.0.0.1, 1",
    "tcp://1.2.3.4:65535, 1.2.3.4, 65535",
    "tcp://[::1]:8000, ::1, 8000",
    "TCP://[2001:DB8::1]:80, 2001:db8::1, 80",
  })
  void parsesTcp(String uri, String ip, int port) {
    WorkloadApiAddress address = WorkloadApiAddress.parse(uri);
    assertThat(address.socketAddress()).isEqualTo(new InetSocketAddress(ip, port));
    assertThat(address.socketPath()).isEmpty();
    assertThat(WorkloadApiAddress.parse(address.toString())).isEqualTo(address);
  }

  @ParameterizedTest
  @DisplayName("EP-11, -12: anything but a URI of unix or tcp is refused")
  @ValueSource(
      strings = {
        "",
        " ",
        "\t",
        "blah",
        "/run/x.sock",
        "http://127.0.0.1:1",
        "spiffe://example.org/x",
        "other:///path",
        "npipe:name",
        ":///run/x.sock",
        "uni\u017f:///run/x.sock",
        "unix:///run/x.sock\n",
        " unix:///run/x.sock",
        "unix:///run/a b.sock",
        "unix:///run/\u00fc.sock",
        "unixx:///run/x.sock",
      })
  void refusesOtherTexts(String uri) {
    assertBad(() -> WorkloadApiAddress.parse(uri));
  }

  @ParameterizedTest
  @DisplayName(
      "EP-13, -14, -15, -36: unix: without an authority, with nothing but an absolute path")
  @ValueSource(
      strings = {
        "unix:",
        "unix:p.sock",
        "unix:tmp/p.sock",
        "unix:@abstract",
        "unix://",
        "unix:///",
        "unix:/",
        "unix://foo",
        "unix://tmp/agent.sock",
        "unix://authority:8000/p",
        "unix://user:secret@foo/p",
        "unix://@/p",
        "unix:///p?q",
        "unix:///p#f",
        "unix:///p?",
        "unix:///p#",
        "unix:///dir/",
        "unix:///p%",
        "unix:///p%2",
        "unix:///p%zz",
        "unix:///p%00q",
        "unix:///p%ff",
      })
  void refusesOtherUnix(String uri) {
    assertBad(() -> WorkloadApiAddress.parse(uri));
  }

  @ParameterizedTest
  @DisplayName("EP-16, -17, -18, -36: tcp: with nothing but an IP address and a port")
  @ValueSource(
      strings = {
        "tcp:",
        "tcp:opaque",
        "tcp:127.0.0.1:80",
        "tcp://",
        "tcp://:80",
        "tcp://localhost:1",
        "tcp://foo",
        "tcp://127.0.0.1",
        "tcp://127.0.0.1:",
        "tcp://127.0.0.1:0",
        "tcp://127.0.0.1:65536",
        "tcp://127.0.0.1:+80",
        "tcp://127.0.0.1:080",
        "tcp://127.0.0.1:8a",
        "tcp://127.0.0.1:99999999999",
        "tcp://127.0.0.1:80/",
        "tcp://127.0.0.1:80/foo",
        "tcp://127.0.0.1:80?q",
        "tcp://127.0.0.1:80#f",
        "tcp://u@127.0.0.1:80",
        "tcp://u:p@127.0.0.1:80",
        "tcp://127.1:80",
        "tcp://0127.0.0.1:80",
        "tcp://256.0.0.1:80",
        "tcp://1.2.3.4.5:80",
        "tcp://::1:80",
        "tcp://[::1]",
        "tcp://[::1:80",
        "tcp://[127.0.0.1]:80",
        "tcp://[:::1]:80",
        "tcp://[fe80::1%25eth0]:80",
        "tcp://[]:80",
      })
  void refusesOtherTcp(String uri) {
    assertBad(() -> WorkloadApiAddress.parse(uri));
  }

  @Test
  void showsNoPassword() {
    for (String scheme : new String[] {"tcp", "unix"}) {
      assertThatThrownBy(() -> WorkloadApiAddress.parse(scheme + "://u:secret@1.2.3.4:80"))
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  @DisplayName("a path that does not fit in sun_path is refused with a word")
  void refusesLongPath() {
    Path longest = Path.of("/" + "a".repeat(105));
    assertThat(WorkloadApiAddress.of(longest).socketPath()).contains(longest);
    assertBad(() -> WorkloadApiAddress.of(Path.of("/" + "a".repeat(106))));
    assertBad(() -> WorkloadApiAddress.of(Path.of("/" + "ü".repeat(53))));
  }

  @Test
  @DisplayName("EP-10: the environment says where, and only if it says it")
  void readsEnvironment() {
    assertThat(
            WorkloadApiAddress.fromEnvironment(
                Map.of("SPIFFE_ENDPOINT_SOCKET", "unix:///run/x.sock")::get))
        .hasToString("unix:///run/x.sock");
    assertReason(
        Reason.NO_ADDRESS, () -> WorkloadApiAddress.fromEnvironment(Map.<String, String>of()::get));
    assertReason(
        Reason.NO_ADDRESS,
        () -> WorkloadApiAddress.fromEnvironment(Map.of("SPIFFE_ENDPOINT_SOCKET", "")::get));
    assertReason(
        Reason.BAD_ADDRESS,
        () -> WorkloadApiAddress.fromEnvironment(Map.of("SPIFFE_ENDPOINT_SOCKET", " ")::get));
  }

  private static void assertBad(ThrowingCallable call) {
    assertReason(Reason.BAD_ADDRESS, call);
  }

  private static void assertReason(Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            WorkloadApiException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
