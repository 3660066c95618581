package org.coexhub.outbound.send.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.time.Duration;
import java.util.Map;

class ProvenanceSettingsTest {

    @Test
    void hasDefaults() {
        assertThat(bound(Map.of())).isEqualTo(new ProvenanceSettings(2, Duration.ofSeconds(60)));
    }

    @Test
    void takesWhatIsGiven() {
        assertThat(bound(Map.of("hub.command.max-hops", "0", "hub.command.circle-within", "0s")))
                .isEqualTo(new ProvenanceSettings(0, Duration.ZERO));
    }

    @Test
    void saysWhatIsWrong() {
        assertThatThrownBy(() -> bound(Map.of("hub.command.max-hops", "-1")))
                .rootCause()
                .hasMessageContaining("(hub.command.max-hops) must be at least 0, e.g. 2");
        assertThatThrownBy(() -> bound(Map.of("hub.command.circle-within", "-1s")))
                .rootCause()
                .hasMessageContaining("(hub.command.circle-within) must not be less than nothing");
    }

    private static ProvenanceSettings bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("hub.command", ProvenanceSettings.class);
    }
}
