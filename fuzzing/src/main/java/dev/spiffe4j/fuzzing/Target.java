package dev.spiffe4j.fuzzing;

import dev.spiffe4j.InvalidDocumentException;
import dev.spiffe4j.JwtBundle;
import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.TrustDomain;
import dev.spiffe4j.WitBundle;
import dev.spiffe4j.X509Bundle;
import dev.spiffe4j.X509Svid;
import dev.spiffe4j.X509SvidVerifier;
import dev.spiffe4j.jwt.BundleMap;
import dev.spiffe4j.jwt.JwtBundles;
import dev.spiffe4j.jwt.JwtSvid;
import dev.spiffe4j.jwt.JwtSvidVerifier;
import dev.spiffe4j.jwt.SpiffeBundles;
import dev.spiffe4j.jwt.wit.WitBundles;
import dev.spiffe4j.workloadapi.WorkloadApiAddress;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is fuzzed: everything that reads what others wrote. An input may be taken or refused with a
 * {@link SpiffeException}, and nothing else. What was taken must print as what it was read from.
 */
public enum Target {
  /** Text that should be a SPIFFE ID. */
  SPIFFE_ID(
      data -> {
        String text = text(data);
        requireSame(text, SpiffeId.parse(text).toString());
      }),
  /** Text that should be the name of a trust domain. */
  TRUST_DOMAIN(
      data -> {
        String text = text(data);
        requireSame(text, TrustDomain.parse(text).toString());
      }),
  /** Text that should be the address of a Workload API. */
  WORKLOAD_API_ADDRESS(data -> WorkloadApiAddress.parse(text(data))),
  /** Concatenated DER certificates. */
  X509_BUNDLE(
      data -> {
        X509Bundle bundle = X509Bundle.parse(Fixture.TRUST_DOMAIN, data);
        requireSame(bundle, X509Bundle.parse(Fixture.TRUST_DOMAIN, bundle.encoded()));
      }),
  /** A key and a chain, the key's length in the first two bytes. */
  X509_SVID(
      data -> {
        if (data.length > 2) {
          int split = Math.min(data.length, 2 + (((data[0] & 0xff) << 8) | (data[1] & 0xff)));
          X509Svid.parse(
              Arrays.copyOfRange(data, split, data.length), Arrays.copyOfRange(data, 2, split));
        }
      }),
  /** A chain that a peer presents, and that holds its own anchors too. */
  X509_VERIFICATION(
      data -> {
        List<X509Certificate> presented = certificates(data);
        X509Bundle anchors = X509Bundle.of(Fixture.TRUST_DOMAIN, presented);
        X509SvidVerifier.of(trustDomain -> Optional.of(anchors), () -> Fixture.NOW)
            .verify(presented);
      }),
  /** A token. */
  JWT_SVID(
      data -> {
        String token = text(data);
        requireSame(token, JwtSvid.parse(token).token());
      }),
  /** A JWK Set in the first line, and the token that a peer presents in the second. */
  JWT_VERIFICATION(
      data -> {
        String text = text(data);
        int end = Math.max(0, text.indexOf('\n'));
        byte[] keys = text.substring(0, end).getBytes(StandardCharsets.UTF_8);
        JwtBundle bundle = JwtBundles.parse(Fixture.TRUST_DOMAIN, keys);
        JwtSvidVerifier.builder(trustDomain -> Optional.of(bundle), "fuzz")
            .clock(() -> Fixture.NOW)
            .build()
            .verify(text.substring(end).strip());
      }),
  /** A JWK Set. */
  JWT_BUNDLE(
      data -> {
        var bundle = JwtBundles.parse(Fixture.TRUST_DOMAIN, data);
        requireSame(bundle, JwtBundles.parse(Fixture.TRUST_DOMAIN, JwtBundles.toJson(bundle)));
      }),
  /** A SPIFFE bundle document. */
  SPIFFE_BUNDLE(
      data -> {
        var bundle = SpiffeBundles.parse(Fixture.TRUST_DOMAIN, data);
        requireSame(
            bundle, SpiffeBundles.parse(Fixture.TRUST_DOMAIN, SpiffeBundles.toJson(bundle)));
      }),
  /** A map of SPIFFE bundle documents. */
  BUNDLE_MAP(
      data -> {
        BundleMap map = BundleMap.parse(data);
        requireSame(map, BundleMap.parse(map.toJson()));
      }),
  /** PEM certificates. */
  X509_PEM(
      data -> {
        X509Bundle bundle = X509Bundle.parsePem(Fixture.TRUST_DOMAIN, data);
        requireSame(bundle, X509Bundle.parsePem(Fixture.TRUST_DOMAIN, bundle.toPem()));
      }),
  /** One revocation list in DER. */
  REVOCATION_LIST(data -> RevocationLists.parse(List.of(data))),
  /** A JWK Set of keys for WIT-SVIDs. */
  WIT_BUNDLE(
      data -> {
        WitBundle bundle = WitBundles.parse(Fixture.TRUST_DOMAIN, text(data));
        requireSame(bundle, WitBundles.parse(Fixture.TRUST_DOMAIN, WitBundles.toJson(bundle)));
      });

  @SuppressWarnings("ImmutableEnumChecker") // the readers hold nothing
  private final Consumer<byte[]> reader;

  Target(Consumer<byte[]> reader) {
    this.reader = reader;
  }

  /**
   * Reads one input.
   *
   * @param data the input
   * @return whether it was taken
   */
  public boolean accepts(byte[] data) {
    try {
      reader.accept(data);
      return true;
    } catch (SpiffeException e) {
      if (e.getMessage() == null || e.getMessage().length() > 4096) {
        throw new AssertionError("a refusal without words, or with all too many", e);
      }
      return false;
    }
  }

  /** By the JDK, as TLS does it. */
  private static List<X509Certificate> certificates(byte[] data) {
    try {
      List<X509Certificate> certificates = new ArrayList<>();
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(data))) {
        certificates.add((X509Certificate) certificate);
      }
      return certificates;
    } catch (CertificateException e) {
      throw new InvalidDocumentException(
          InvalidDocumentException.Reason.MALFORMED, "not certificates", e);
    }
  }

  private static String text(byte[] data) {
    return new String(data, StandardCharsets.UTF_8);
  }

  private static void requireSame(Object read, Object printed) {
    if (!read.equals(printed)) {
      throw new AssertionError(read + " became " + printed);
    }
  }

  private static final class Fixture {
    private static final TrustDomain TRUST_DOMAIN = TrustDomain.parse("example.org");
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
  }
}
