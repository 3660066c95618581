package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.platform.graph.GraphSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.net.URI;
import java.time.Duration;
import java.util.Map;

class SendSettingsTest {

    @Test
    void hasDefaults() {
        GraphSettings graph = graph(Map.of());
        assertThat(graph.graphUrl()).isEqualTo(URI.create("https://graph.facebook.com"));
        assertThat(graph.graphVersion()).isEqualTo("v24.0");
        assertThat(graph.timeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(graph.hasToken()).isFalse();

        SendSettings send = send(Map.of());
        assertThat(send.giveUpAfter()).isEqualTo(Duration.ofHours(24));
        assertThat(send.keyLife()).isGreaterThanOrEqualTo(Duration.ofDays(7));
    }

    @Test
    void takesWhatIsGiven() {
        GraphSettings graph =
                graph(
                        Map.of(
                                "access-token",
                                "t",
                                "graph-url",
                                "http://127.0.0.1:9",
                                "timeout",
                                "3s"));

        assertThat(graph.hasToken()).isTrue();
        assertThat(graph.graphUrl().getPort()).isEqualTo(9);
        assertThat(graph.timeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(graph.toString()).doesNotContain("accessToken");
    }

    @ParameterizedTest
    @CsvSource({"timeout,0s", "timeout,-1s", "graph-url,nowhere", "graph-version,24"})
    void refusesWhatCannotWork(String name, String value) {
        assertThatThrownBy(() -> graph(Map.of(name, value)))
                .rootCause()
                .hasMessageContaining("hub.meta." + name);
    }

    @ParameterizedTest
    @CsvSource({"key-life,6d", "sweep-batch,0"})
    void refusesToForgetKeysTooEarlyOrToSweepNothing(String name, String value) {
        assertThatThrownBy(() -> send(Map.of(name, value)))
                .rootCause()
                .hasMessageContaining("hub.send." + name);
    }

    private static GraphSettings graph(Map<String, String> given) {
        return new Binder(new MapConfigurationPropertySource(prefixed("hub.meta.", given)))
                .bindOrCreate("hub.meta", GraphSettings.class);
    }

    private static SendSettings send(Map<String, String> given) {
        return new Binder(new MapConfigurationPropertySource(prefixed("hub.send.", given)))
                .bindOrCreate("hub.send", SendSettings.class);
    }

    private static Map<String, String> prefixed(String prefix, Map<String, String> given) {
        var all = new java.util.HashMap<String, String>();
        given.forEach((name, value) -> all.put(prefix + name, value));
        return all;
    }
}
