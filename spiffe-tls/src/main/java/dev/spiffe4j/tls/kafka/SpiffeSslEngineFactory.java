package dev.spiffe4j.tls.kafka;

import dev.spiffe4j.tls.SpiffeTls;
import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS of Kafka's clients and brokers by {@link SpiffeTls}: {@code
 * ssl.engine.factory.class=dev.spiffe4j.tls.kafka.SpiffeSslEngineFactory}.
 *
 * <p>Each new connection takes what the source has at that moment, so there is nothing to
 * reconfigure when an SVID or an authority changes. Which TLS it is, says the configuration {@value
 * #TLS}, an object of class {@link SpiffeTls} in a client's map; where only text can be written, it
 * is configured by properties or the environment of the process as {@link
 * dev.spiffe4j.tls.SpiffeProvider} says.
 *
 * <p>Kafka's settings about key stores, trust stores, {@code ssl.client.auth} and {@code
 * ssl.endpoint.identification.algorithm} are without effect: clients must present an SVID unless
 * the {@code SpiffeTls} says otherwise, and a host name is not the identity of a broker. Brokers
 * talk to themselves and to each other, so their own SPIFFE ID must be among those they accept.
 *
 * <p>Needs {@code org.apache.kafka:kafka-clients}, which this module does not bring along.
 * Thread-safe once configured.
 */
@SuppressWarnings("exports") // who uses this reads the module of Kafka anyway
public final class SpiffeSslEngineFactory implements SslEngineFactory {
  /** The name of the setting that holds a {@link SpiffeTls}. */
  public static final String TLS = "spiffe4j.tls";

  private volatile @Nullable SpiffeTls tls;

  /** Makes a factory that has to be configured; Kafka calls it. */
  public SpiffeSslEngineFactory() {}

  @Override
  public void configure(Map<String, ?> configs) {
    tls = KafkaTls.of(configs);
  }

  private SSLEngine engine(String host, int port, boolean client) {
    SpiffeTls configured = tls;
    if (configured == null) {
      throw new IllegalStateException("not configured");
    }
    SSLEngine engine = configured.sslContext().createSSLEngine(host, port);
    engine.setUseClientMode(client);
    return engine;
  }

  /**
   * Makes the engine of a connection to a broker.
   *
   * @param peerHost the broker's host, which is not its identity
   * @param peerPort its port
   * @param endpointIdentification without effect
   * @return the engine
   */
  @Override
  public SSLEngine createClientSslEngine(
      String peerHost, int peerPort, @Nullable String endpointIdentification) {
    return engine(peerHost, peerPort, true);
  }

  @Override
  public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
    return engine(peerHost, peerPort, false);
  }

  /** Returns false: what changes is in the source, and not in a configuration. */
  @Override
  public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
    return false;
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return Set.of();
  }

  /** Returns null, as Kafka wants it of who has no store: one would be a copy that ages. */
  @Override
  public @Nullable KeyStore keystore() {
    return null;
  }

  /** Returns null: a list of authorities cannot say which trust domain each one speaks for. */
  @Override
  public @Nullable KeyStore truststore() {
    return null;
  }

  /** Closes nothing; the source belongs to somebody else. */
  @Override
  public void close() {}
}
