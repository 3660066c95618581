package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The metrics that dashboard and README speak of are there to be scraped. */
@WithRunningHub
class MetricsExistTest {

    private static final Pattern METRIC =
            Pattern.compile("\\b(?:hub|jvm|process|system|hikaricp)_[a-z_]+");

    @Test
    void everyMetricOfTheDashboardAndTheReadmeExists(RunningHub hub) {
        for (int i = 0; i < 2; i++) {
            hub.webhook("account_update", "{\"event\":\"TWICE\"}");
        }
        hub.call("POST", "/webhooks/whatsapp", "{}");
        hub.post("/sandbox/api/customers/jonas/messages", "{\"text\":\"When are you open?\"}");

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(scraped(hub)).containsAll(named()));
    }

    private static Set<String> named() throws IOException {
        var names = new TreeSet<String>();
        for (String file : Set.of("README.md", "docker/grafana/dashboards/hub.json")) {
            METRIC.matcher(Files.readString(Path.of(file)))
                    .results()
                    .forEach(found -> names.add(found.group()));
        }
        return names;
    }

    private static Set<String> scraped(RunningHub hub) {
        String metrics =
                new String(hub.management("/actuator/prometheus").body(), StandardCharsets.UTF_8);
        var names = new TreeSet<String>();
        for (String line : metrics.split("\n")) {
            if (!line.startsWith("#")) {
                names.add(line.split("[{ ]")[0]);
            }
        }
        return names;
    }
}
