package dev.spiffe4j.examples.kafka;

import dev.spiffe4j.Authorizer;
import dev.spiffe4j.tls.SpiffeTls;
import dev.spiffe4j.tls.kafka.SpiffeSslEngineFactory;
import dev.spiffe4j.workloadapi.X509Source;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends an order, or reads orders. */
final class Orders {
  static final String TOPIC = "orders";

  private Orders() {}

  /** What every client has to say, also one of the administrator's. */
  static Map<String, Object> config(SpiffeTls tls, String broker) {
    Map<String, Object> config = new HashMap<>();
    config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, broker);
    config.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, "SSL");
    config.put(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG, SpiffeSslEngineFactory.class);
    config.put(SpiffeSslEngineFactory.TLS, tls);
    return config;
  }

  static Producer<String, String> producer(SpiffeTls tls, String broker) {
    return new KafkaProducer<>(config(tls, broker), new StringSerializer(), new StringSerializer());
  }

  static Consumer<String, String> consumer(SpiffeTls tls, String broker) {
    Map<String, Object> config = config(tls, broker);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, TOPIC);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  static void send(Producer<String, String> producer, String order)
      throws InterruptedException, ExecutionException {
    producer.send(new ProducerRecord<>(TOPIC, order)).get();
  }

  public static void main(String[] arguments) throws Exception {
    String broker = arguments[1];
    try (X509Source source = X509Source.connect()) {
      Authorizer colleagues = Authorizer.memberOf(source.x509Svid().spiffeId().trustDomain());
      SpiffeTls tls = SpiffeTls.builder(source, colleagues).build();
      if (arguments[0].equals("send")) {
        try (Producer<String, String> producer = producer(tls, broker)) {
          send(producer, arguments[2]);
        }
        return;
      }
      try (Consumer<String, String> consumer = consumer(tls, broker)) {
        consumer.subscribe(List.of(TOPIC));
        while (true) {
          consumer.poll(Duration.ofSeconds(1)).forEach(order -> System.out.println(order.value()));
        }
      }
    }
  }
}
