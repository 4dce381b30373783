package dev.spiffe4j.tls.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spiffe4j.SpiffeException;
import dev.spiffe4j.SpiffeId;
import dev.spiffe4j.tls.SpiffeTls;
import java.util.Map;
import javax.net.ssl.SSLSession;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.KafkaPrincipalBuilder;
import org.apache.kafka.common.security.auth.PlaintextAuthenticationContext;
import org.apache.kafka.common.security.auth.SslAuthenticationContext;
import org.jspecify.annotations.Nullable;

/**
 * The principal of a Kafka connection is the SPIFFE ID of its peer, such as {@code
 * User:spiffe://example.org/orders}: {@code
 * principal.builder.class=dev.spiffe4j.tls.kafka.SpiffePrincipalBuilder}. ACLs and {@code
 * super.users} name it so.
 *
 * <p>A broker asks for it at each request, and each time the peer is verified again, by the
 * bundles, the authorizer and the clock of then. So a connection ends with its next request once
 * its SVID has expired or trust was withdrawn; a client whose SVID was rotated meanwhile connects
 * anew by itself.
 *
 * <p>Peers of {@code PLAINTEXT} listeners are anonymous. SASL is refused, because whoever may
 * choose a name there could choose that of somebody else here. Configured like {@link
 * SpiffeSslEngineFactory}. Needs {@code org.apache.kafka:kafka-clients}, which this module does not
 * bring along. Thread-safe once configured.
 */
@SuppressWarnings("exports") // who uses this reads the module of Kafka anyway
public final class SpiffePrincipalBuilder implements KafkaPrincipalBuilder, Configurable {
  private static final String PREFIX = KafkaPrincipal.USER_TYPE + ":";

  private volatile @Nullable SpiffeTls tls;

  /** Makes a builder that has to be configured; Kafka calls it. */
  public SpiffePrincipalBuilder() {}

  @Override
  public void configure(Map<String, ?> configs) {
    tls = KafkaTls.of(configs);
  }

  /**
   * Who is on the other side.
   *
   * @param context the connection
   * @return its principal
   * @throws dev.spiffe4j.SvidVerificationException if the peer proves no identity now, or not one
   *     that may go on
   * @throws IllegalArgumentException if it is a connection of SASL
   */
  @Override
  public KafkaPrincipal build(AuthenticationContext context) {
    if (context instanceof SslAuthenticationContext ssl) {
      return principal(ssl.session());
    }
    if (context instanceof PlaintextAuthenticationContext) {
      return KafkaPrincipal.ANONYMOUS;
    }
    throw new IllegalArgumentException(
        context.securityProtocol() + " (expected: SSL, or PLAINTEXT)");
  }

  private KafkaPrincipal principal(SSLSession session) {
    SpiffeTls configured = tls;
    if (configured == null) {
      throw new IllegalStateException("not configured");
    }
    return principal(configured.peer(session).spiffeId());
  }

  private static KafkaPrincipal principal(SpiffeId id) {
    return new KafkaPrincipal(KafkaPrincipal.USER_TYPE, id.toString());
  }

  /** For the broker that a request is passed on to. */
  @Override
  public byte[] serialize(KafkaPrincipal principal) {
    return principal.toString().getBytes(UTF_8);
  }

  @Override
  public KafkaPrincipal deserialize(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    if (text.equals(KafkaPrincipal.ANONYMOUS.toString())) {
      return KafkaPrincipal.ANONYMOUS;
    }
    if (!text.startsWith(PREFIX)) {
      throw new SerializationException("a principal that is no user");
    }
    try {
      return principal(SpiffeId.parse(text.substring(PREFIX.length())));
    } catch (SpiffeException e) {
      throw new SerializationException("a principal that is no SPIFFE ID", e);
    }
  }
}
