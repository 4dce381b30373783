package dev.spiffe4j.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spiffe4j.RevocationLists;
import dev.spiffe4j.SignatureProvider;
import dev.spiffe4j.SvidVerificationException.Reason;
import dev.spiffe4j.testing.MutableInstantSource;
import dev.spiffe4j.testing.TestTrustDomain;
import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX500NameUtil;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a TLS is told to verify its peers by. */
class PeerChecksTest {
  private static final TlsCase HOW = new TlsCase(Link.Transport.ENGINE, "TLSv1.3");

  private final MutableInstantSource clock =
      MutableInstantSource.of(Instant.parse("2030-01-01T00:00:00Z"));
  private final TestTrustDomain domain =
      TestTrustDomain.builder("example.org").clock(clock).build();
  private final Party client = new Party(clock, domain.context(domain.issue("/client")));
  private final Party server = new Party(clock, domain.context(domain.issue("/server")));

  private Outcome connectTo(SpiffeTls serverTls) {
    try (Link link = HOW.link(client.tls(), serverTls)) {
      return link.connect();
    }
  }

  @Test
  @DisplayName("the provider that was chosen checks signatures, and no other steps in for it")
  void signatureProvider() {
    SignatureProvider platform = SignatureProvider.platform();
    connectTo(server.builder().signatureProvider(platform).build()).assertEstablished();

    SignatureProvider useless = SignatureProvider.of(new Useless());
    Outcome outcome = connectTo(server.builder().signatureProvider(useless).build());
    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.UNSUPPORTED_ALGORITHM);
  }

  @Test
  @DisplayName("X509-59 revocation lists are asked for at each handshake, and a forged one refuses")
  void revocationLists() throws Exception {
    RevocationLists forged = RevocationLists.parse(List.of(forgedList()));
    RevocationLists[] now = {RevocationLists.none()};
    SpiffeTls serverTls = server.builder().revocationLists(() -> now[0]).build();
    connectTo(serverTls).assertEstablished();

    now[0] = forged;
    Outcome outcome = connectTo(serverTls);
    outcome.assertRefused();
    assertThat(outcome.server().reason()).isEqualTo(Reason.REVOCATION_UNKNOWN);
  }

  /** A list in the name of the authority, by a key of somebody else. */
  private byte[] forgedList() throws Exception {
    Instant from = clock.instant();
    X509v2CRLBuilder list =
        new X509v2CRLBuilder(JcaX500NameUtil.getSubject(domain.authority()), Date.from(from));
    list.setNextUpdate(Date.from(from.plusSeconds(600)));
    list.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.ONE));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return list.build(
            new JcaContentSignerBuilder("SHA256withECDSA")
                .build(generator.generateKeyPair().getPrivate()))
        .getEncoded();
  }

  private static final class Useless extends Provider {
    private static final long serialVersionUID = 1L;

    Useless() {
      super("Useless", "1", "");
    }
  }
}
