package org.coexhub.connector.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.util.Map;

class KafkaSettingsTest {

    @Test
    void hasDefaults() {
        assertThat(bound(Map.of()))
                .isEqualTo(
                        new KafkaSettings(
                                "", "whatsapp-events", "whatsapp.*", "", "coexistence-hub"));
    }

    @Test
    void takesWhatIsGiven() {
        KafkaSettings settings =
                bound(
                        Map.of(
                                "hub.kafka.brokers",
                                "one:9092,two:9093",
                                "hub.kafka.command-topic",
                                "commands"));

        assertThat(settings.brokers()).isEqualTo("one:9092,two:9093");
        assertThat(settings.commandTopic()).isEqualTo("commands");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    hub.kafka.brokers       | one                   | host:port
                    hub.kafka.brokers       | one:9092, two:9092    | host:port
                    hub.kafka.topic         | a topic               | (hub.kafka.topic) must be the name
                    hub.kafka.command-topic | a/b                   | (hub.kafka.command-topic) must be the name
                    hub.kafka.command-topic | whatsapp-events       | must be another topic
                    """)
    void saysWhatIsWrong(String setting, String value, String complaint) {
        assertThatThrownBy(() -> bound(Map.of(setting, value)))
                .rootCause()
                .hasMessageContaining(complaint);
    }

    private static KafkaSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("hub.kafka", KafkaSettings.class);
    }
}
