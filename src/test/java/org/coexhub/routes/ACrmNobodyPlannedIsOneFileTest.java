package org.coexhub.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.routes.FakeDataverse.Next;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The example for Microsoft Dynamics: the file as it is shipped, copied to where destinations are. */
class ACrmNobodyPlannedIsOneFileTest {

    private static final String ANA = "447700900555";

    @Test
    void messagesBecomeRowsOfDynamicsEachOnceThoughAnswersAreLost() throws Exception {
        HubFolder folder = HubFolder.fresh();
        Files.copy(
                Path.of("docs/examples/dynamics.camel.yaml"), folder.destinationFile("dynamics"));
        try (var dataverse = new FakeDataverse();
                var hub =
                        StartedHub.on(
                                folder,
                                "dynamics.url=" + dataverse.url(),
                                "dynamics.token-url="
                                        + dataverse.url()
                                        + "/tenant/oauth2/v2.0/token",
                                "dynamics.client-id=" + FakeDataverse.CLIENT,
                                "dynamics.client-secret=" + FakeDataverse.SECRET,
                                "dynamics.scope=" + dataverse.url() + "/.default")) {
            dataverse.then(Next.LOST_AFTERWARDS);
            dataverse.then(Next.THROTTLED);
            hub.post(
                    messagesOf(
                            ANA,
                            "GB.555",
                            "Ana \\\"B\\\" Ribeiro",
                            text(
                                    ANA,
                                    "wamid.HBg/+==",
                                    1_790_000_000,
                                    "2 < 3, \\\"quoted\\\"\\nñ")));
            hub.post(messages(text(ANA, "wamid.two", 1_790_000_001, "two")));

            await().atMost(Duration.ofSeconds(20)).until(() -> dataverse.rows().size() == 2);
            await().until(
                            () ->
                                    !hub.get("/api/v1/destinations/dynamics")
                                            .body()
                                            .contains("\"queued\":1"));
            assertThat(dataverse.rows()).hasSize(2);
            JsonNode row =
                    dataverse.rows().values().stream()
                            .filter(r -> r.path("coex_text").asText().startsWith("2 <"))
                            .findFirst()
                            .orElseThrow();
            Map.of(
                            "coex_name", "Ana \"B\" Ribeiro",
                            "coex_phone", ANA,
                            "coex_text", "2 < 3, \"quoted\"\nñ",
                            "coex_type", "text",
                            "coex_origin", "customer",
                            "coex_time", "2026-09-21T14:13:20Z")
                    .forEach((name, value) -> assertThat(row.path(name).asText()).isEqualTo(value));
            // Kept for as long as they are valid; consumers that begin together ask side by side.
            assertThat(dataverse.tokens()).isLessThanOrEqualTo(2);
            assertThat(dataverse.upserts()).isEqualTo(4);
            assertThat(hub.get("/api/v1/dead-letters").body()).doesNotContain("dynamics");
        }
    }
}
