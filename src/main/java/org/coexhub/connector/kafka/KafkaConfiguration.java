package org.coexhub.connector.kafka;

import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.kafka.clients.producer.Producer;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import java.util.Properties;

/** Creates the beans of the connection to Kafka and binds its settings. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaSettings.class)
class KafkaConfiguration {

    @Bean
    KafkaRecords kafkaRecords() {
        return new KafkaRecords();
    }

    @Bean
    KafkaClientFactory kafkaClientFactory() {
        return new DefaultKafkaClientFactory() {
            @Override
            public Producer<?, ?> getProducer(Properties settings) {
                return RenewedProducer.of(() -> super.getProducer(settings));
            }
        };
    }

    @Bean
    HeaderFilterStrategy kafkaHeaders() {
        return new KafkaHeaders();
    }
}
