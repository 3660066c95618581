package org.coexhub.connector.kafka;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.regex.Pattern;

/**
 * Settings of the connection to Kafka, if there is one. How to enter it (TLS, SASL) is left to Camel's own settings
 * {@code camel.component.kafka.*}.
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
    private static final String NAME = "must be the name of a topic";

    public KafkaSettings {
        SettingRules.of("hub.kafka")
                .require(
                        brokers.isEmpty() || BROKERS.matcher(brokers).matches(),
                        "brokers",
                        "must be host:port, several with commas between",
                        "kafka1:9092,kafka2:9092")
                .require(TOPIC.matcher(topic).matches(), "topic", NAME, "whatsapp-events")
                .eventTypes("events", events)
                .require(
                        commandTopic.isEmpty() || TOPIC.matcher(commandTopic).matches(),
                        "command-topic",
                        NAME,
                        "whatsapp-commands")
                .require(
                        !commandTopic.equals(topic),
                        "command-topic",
                        "must be another topic than hub.kafka.topic, or each event would be taken"
                                + " for a command",
                        "whatsapp-commands")
                .check();
    }
}
