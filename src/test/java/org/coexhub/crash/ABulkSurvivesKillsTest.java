package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.testing.HubProcess;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The hub is killed while it sends to many: nobody hears twice, and every row has an outcome. */
@Tag("crash")
class ABulkSurvivesKillsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ROWS = 400;
    private static final int KILLS = 2;

    @TempDir Path folder;

    private final ObjectMapper json = new ObjectMapper();

    @Test
    void nobodyIsWrittenToTwiceAndNoRowIsLost() throws Exception {
        try (var graph = new FakeGraph();
                var hub =
                        HubProcess.in(folder.resolve("hub"))
                                .quick("512m")
                                .with("HUB_META_GRAPH_URL", graph.url().toString())
                                .with("HUB_META_ACCESS_TOKEN", "token")) {
            hub.start();
            hub.awaitReady(PATIENCE);
            String bulk = submit(hub);
            for (int kill = 1; kill <= KILLS; kill++) {
                int enough = kill * ROWS / (KILLS + 2);
                await().atMost(PATIENCE).until(() -> graph.received().size() >= enough);
                hub.kill();
                hub.start();
                hub.awaitReady(PATIENCE);
            }
            await().atMost(PATIENCE).until(() -> progress(hub, bulk).has("closedAt"));

            List<String> arrived =
                    graph.received().stream().map(r -> r.body().path("to").asText()).toList();
            assertThat(arrived).doesNotHaveDuplicates();
            assertThat(silent(report(hub, bulk), new HashSet<>(arrived)))
                    .as("rows that did not reach Meta though nothing says their outcome is unknown")
                    .isEmpty();
        }
    }

    /** A call that the kill cut off may or may not have reached Meta; the hub says so and sends it no second time. */
    private static List<JsonNode> silent(List<JsonNode> report, HashSet<String> arrived) {
        assertThat(report).hasSize(ROWS);
        assertThat(report)
                .extracting(row -> row.path("commandId").asText())
                .doesNotHaveDuplicates();
        return report.stream()
                .filter(row -> !arrived.contains(row.path("to").asText()))
                .filter(row -> !row.path("state").asText().equals("unresolved"))
                .toList();
    }

    private String submit(HubProcess hub) throws Exception {
        String rows =
                IntStream.range(0, ROWS)
                        .mapToObj(i -> "{\"to\":\"4915100%06d\"}".formatted(i))
                        .collect(Collectors.joining("\n"));
        String lines =
                """
                {"message":{"from":"106","type":"template","template":{"name":"hello","language":{"code":"en"}}}}
                %s
                """
                        .formatted(rows);
        HttpResponse<String> answer =
                HttpClient.newHttpClient()
                        .send(
                                HttpRequest.newBuilder(hub.uri("/api/v1/bulk"))
                                        .header("Authorization", "Bearer " + HubProcess.API_TOKEN)
                                        .header("Content-Type", "application/x-ndjson")
                                        .header("Idempotency-Key", "bulk")
                                        .POST(HttpRequest.BodyPublishers.ofString(lines))
                                        .build(),
                                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(202);
        return json.readTree(answer.body()).path("bulkId").asText();
    }

    private JsonNode progress(HubProcess hub, String bulk) throws IOException {
        return json.readTree(hub.get(hub.uri("/api/v1/bulk/" + bulk)).body());
    }

    private List<JsonNode> report(HubProcess hub, String bulk) throws IOException {
        var rows = new ArrayList<JsonNode>();
        for (String line :
                hub.get(hub.uri("/api/v1/bulk/" + bulk + "/report")).body().lines().toList()) {
            rows.add(json.readTree(line));
        }
        return rows;
    }
}
