package org.coexhub.connector.kafka;

import org.apache.camel.spi.HeaderFilterStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Creates the beans of the connection to Kafka and binds its settings. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaSettings.class)
class KafkaConfiguration {

    @Bean
    KafkaRecords kafkaRecords() {
        return new KafkaRecords();
    }

    @Bean
    HeaderFilterStrategy kafkaHeaders() {
        return new KafkaHeaders();
    }
}
