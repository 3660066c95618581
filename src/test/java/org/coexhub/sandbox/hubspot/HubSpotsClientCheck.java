package org.coexhub.sandbox.hubspot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.File;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * Holds the simulated HubSpot against HubSpot's own client for Node.js. Needs node and npm, so it is not part of the build: {@code npm
 * install} in {@code src/test/hubspot-api-client}, then {@code mvn test -Dtest=HubSpotsClientCheck}.
 */
class HubSpotsClientCheck {

    @Test
    void hubSpotsClientFindsNothingOdd() throws Exception {
        try (var hubSpot = new SimulatedHubSpot("pat-checked", InstantSource.system(), 0)) {
            hubSpot.start().searchLag(Duration.ZERO);
            Process node =
                    new ProcessBuilder("node", "check.mjs", hubSpot.url(), "pat-checked")
                            .directory(new File("src/test/hubspot-api-client"))
                            .inheritIO()
                            .start();
            assertThat(node.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(node.exitValue()).isZero();
        }
    }
}
