package dev.spiffe4j.tls.kafka;

import dev.spiffe4j.tls.ConfiguredTls;
import dev.spiffe4j.tls.SpiffeTls;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** Which TLS a configuration of Kafka means. */
final class KafkaTls {
  private KafkaTls() {}

  static SpiffeTls of(Map<String, ?> configs) {
    Object configured = configs.get(SpiffeSslEngineFactory.TLS);
    if (configured == null) {
      return ConfiguredTls.ofProcess().get();
    }
    if (configured instanceof SpiffeTls tls) {
      return tls;
    }
    throw new ConfigException(
        SpiffeSslEngineFactory.TLS,
        configured.getClass().getName(),
        "expected: an object of class SpiffeTls, or nothing");
  }
}
