package org.coexhub.platform.graph;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.time.Duration;

class GraphSettingsTest {

    /** As from a file that ends with a line break; every call would fail at its header. */
    @ParameterizedTest
    @ValueSource(strings = {"EAAG-secret\n", "EAAG secret", "EAAG-sécret"})
    void aTokenThatNoHeaderCanCarryIsRefusedAtTheStartAndNotShown(String token) {
        assertThatThrownBy(
                        () ->
                                new GraphSettings(
                                        token,
                                        URI.create("https://graph.facebook.com"),
                                        "v24.0",
                                        Duration.ofSeconds(30)))
                .hasMessageContaining(
                        "HUB_META_ACCESS_TOKEN (hub.meta.access-token) must be printable ASCII"
                                + " without spaces")
                .hasMessageNotContaining(token);
    }
}
