package dev.spiffe4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.XZInputStream;

/**
 * Runs x509-limbo (with its BetterTLS cases) from a folder that the system property {@code
 * spiffe4j.vectors} names. A SPIFFE verifier is no Web PKI verifier: each case agrees, or {@code
 * limbo-triage.tsv} says in a line why it does not.
 */
class LimboTest {
  private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("limbo.test");

  static Stream<SignatureProvider> providers() {
    return Stream.of(SignatureProvider.platform(), SignatureProvider.fastest());
  }

  @ParameterizedTest
  @MethodSource("providers")
  @DisplayName("x509-limbo: every case agrees or is explained, and nothing is explained in vain")
  void limbo(SignatureProvider signatures) throws IOException {
    @Nullable String folder = System.getProperty("spiffe4j.vectors");
    assumeTrue(folder != null, "spiffe4j.vectors is not set: x509-limbo is not run");
    Limbo limbo = read(Path.of(folder, "limbo.json.xz"));
    assertThat(limbo.testcases()).hasSizeGreaterThan(9_000);

    Map<String, String> disagreements = new TreeMap<>();
    for (Case one : limbo.testcases()) {
      Optional<String> refusal = refusal(one, new SignatureCheck(signatures));
      if (refusal.isPresent() == one.expected().equals("SUCCESS")) {
        disagreements.put(one.id(), refusal.orElse("accepted"));
      }
    }
    assertThat(disagreements.keySet())
        .as("disagreements: %s", disagreements)
        .containsExactlyInAnyOrderElementsOf(triage().keySet());
  }

  private static Limbo read(Path file) throws IOException {
    try (InputStream in = new XZInputStream(Files.newInputStream(file));
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return new Gson().fromJson(reader, Limbo.class);
    }
  }

  private static Map<String, String> triage() throws IOException {
    Map<String, String> reasons = new TreeMap<>();
    try (InputStream in = LimboTest.class.getResourceAsStream("/limbo-triage.tsv")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(l -> !l.startsWith("#")).toList()) {
        String[] columns = line.split("\t", -1);
        assertThat(columns).as(line).hasSize(3);
        assertThat(columns[2]).as(line).isNotBlank();
        assertThat(reasons.put(columns[0], columns[2])).as(line).isNull();
      }
    }
    return reasons;
  }

  /** Why a case is refused, if it is. */
  private static Optional<String> refusal(Case one, SignatureCheck signatures) {
    try {
      List<X509Certificate> presented = new ArrayList<>(certificates(one.peer()));
      one.intermediates().forEach(pem -> presented.addAll(certificates(pem)));
      X509SvidVerifier.checkLimits(presented);
      X509Certificate leaf = presented.get(0);
      X509Profile.checkLeafUsage(leaf);
      X509Path path = new X509PathBuilder(presented, anchors(one, signatures), one.time()).build();
      revocation(one, signatures).check(path);
      return one.peerName() == null || names(leaf, one.peerName())
          ? Optional.empty()
          : Optional.of("another host");
    } catch (SpiffeException e) {
      return Optional.of(e.reason() + ": " + e.getMessage());
    }
  }

  private static TrustAnchors anchors(Case one, SignatureCheck signatures) {
    List<X509Certificate> trusted = new ArrayList<>();
    one.trusted().forEach(pem -> trusted.addAll(certificates(pem)));
    return new TrustAnchors(X509Bundle.of(TRUST_DOMAIN, trusted), signatures);
  }

  private static RevocationCheck revocation(Case one, SignatureCheck signatures) {
    List<byte[]> lists = one.crls().stream().map(pem -> der(pem, "X509 CRL")).toList();
    return new RevocationCheck(RevocationLists.parse(lists), one.time(), signatures);
  }

  private static List<X509Certificate> certificates(String pem) {
    return Certificates.parseDer(der(pem, "CERTIFICATE"), 1);
  }

  private static byte[] der(String pem, String label) {
    String begin = "-----BEGIN " + label + "-----";
    int from = pem.indexOf(begin) + begin.length();
    return Base64.getMimeDecoder()
        .decode(pem.substring(from, pem.indexOf("-----END " + label + "-----")));
  }

  /** What a Web PKI client would do on top, so that the cases about names mean something. */
  private static boolean names(X509Certificate leaf, PeerName peer) {
    return GeneralName.subjectAlternatives(leaf).stream()
        .anyMatch(
            name ->
                switch (peer.kind()) {
                  case "DNS" ->
                      name.kind() == GeneralName.Kind.DNS && matches(name.text(), peer.value());
                  case "IP" ->
                      name.kind() == GeneralName.Kind.IP
                          && Arrays.equals(name.content(), address(peer.value()));
                  case "RFC822" ->
                      name.kind() == GeneralName.Kind.EMAIL && name.text().equals(peer.value());
                  default -> throw new AssertionError("unknown kind of name: " + peer.kind());
                });
  }

  private static boolean matches(String pattern, String host) {
    String lower = pattern.toLowerCase(Locale.ROOT);
    int dot = host.indexOf('.');
    return lower.equals(host)
        || (lower.startsWith("*.") && dot > 0 && host.substring(dot).equals(lower.substring(1)));
  }

  private static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new AssertionError("an address of the vectors is a literal", e);
    }
  }

  private record Limbo(List<Case> testcases) {}

  private record PeerName(String kind, String value) {}

  private record Case(
      String id,
      @SerializedName("trusted_certs") List<String> trusted,
      @SerializedName("untrusted_intermediates") List<String> intermediates,
      @SerializedName("peer_certificate") String peer,
      @SerializedName("validation_time") @Nullable String validationTime,
      @SerializedName("expected_result") String expected,
      @SerializedName("expected_peer_name") @Nullable PeerName peerName,
      List<String> crls) {
    Instant time() {
      return validationTime == null
          ? Instant.parse("2026-01-01T00:00:00Z")
          : OffsetDateTime.parse(validationTime).toInstant();
    }
  }
}
