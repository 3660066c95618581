package org.coexhub.kafka;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.regex.Pattern;

/**
 * Which Kafka, if any. How to enter it (TLS, SASL) is left to Camel's own settings {@code camel.component.kafka.*}.
 *
 * @param brokers where the first brokers are found, {@code host:port,…}; empty: no Kafka
 * @param topic of the events
 * @param events type patterns
 * @param commandTopic of the commands; empty: none are taken
 * @param group consumer group that takes commands; the same on every node
 */
@ConfigurationProperties("hub.kafka")
public record KafkaSettings(
        @DefaultValue("") String brokers,
        @DefaultValue("whatsapp-events") String topic,
        @DefaultValue("whatsapp.*") String events,
        @DefaultValue("") String commandTopic,
        @DefaultValue("coexistence-hub") String group) {

    private static final Pattern BROKERS =
            Pattern.compile("[^:,\\s]+:[0-9]{1,5}(,[^:,\\s]+:[0-9]{1,5})*");
    private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9._-]{1,249}");

    public KafkaSettings {
        if (!brokers.isEmpty() && !BROKERS.matcher(brokers).matches()) {
            throw new IllegalArgumentException(
                    "hub.kafka.brokers must be host:port, several with commas between, e.g."
                            + " kafka1:9092,kafka2:9092");
        }
        topic("hub.kafka.topic", topic);
        if (!commandTopic.isEmpty()) {
            topic("hub.kafka.command-topic", commandTopic);
            if (commandTopic.equals(topic)) {
                throw new IllegalArgumentException(
                        "hub.kafka.command-topic must be another topic than hub.kafka.topic, or"
                            + " each event would be taken for a command, e.g. whatsapp-commands");
            }
        }
    }

    private static void topic(String setting, String name) {
        if (!TOPIC.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    setting + " must be the name of a topic, e.g. whatsapp-events");
        }
    }
}
