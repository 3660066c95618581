package org.coexhub.platform.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.apache.camel.CamelContext;
import org.coexhub.outbound.send.SendHold;
import org.coexhub.platform.broker.Queues;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.testing.MetaBodies;
import org.coexhub.testing.StandalonePostgres;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

/** The broker and all else of a data directory stay where they are, and the database is another one from then on. */
class AHubGoesOnWithAnImportedDatabaseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String QUEUE = "wa.out.shelf";

    private final HubFolder folder =
            HubFolder.fresh().gatheringDestination("shelf", "whatsapp.message.received");
    private final byte[] first = customer("wamid.first");
    private final byte[] unread = customer("wamid.unread");

    @TempDir Path elsewhere;

    @Test
    void fromItsOwnToAnExternalOneAndBack() throws Exception {
        try (var hub = StartedHub.on(folder)) {
            assertThat(hub.post(first)).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> depth(hub, QUEUE) == 1);
            assertThat(
                            hub.command(
                                    "order-1",
                                    "{\"from\":\"%s\",\"to\":\"15550100001\",\"type\":\"text\",\"text\":{\"body\":\"hi\"}}"
                                            .formatted(MetaBodies.NUMBER)))
                    .isEqualTo(202);
            hub.bean(CamelContext.class).getRouteController().stopRoute("events-live");
            assertThat(hub.post(unread)).as("stays in the journal").isEqualTo(200);
        }
        assertThat(command("export", elsewhere.resolve("of-own"))).isZero();
        moveTheOwnDatabaseAway("first");
        try (var server = new StandalonePostgres()) {
            List<String> external =
                    List.of("hub.db.url=" + server.url(), "hub.db.user=" + server.user());
            assertThat(command("import", elsewhere.resolve("of-own"), external)).isZero();
            try (var hub = StartedHub.on(folder, external.toArray(String[]::new))) {
                goesOn(hub);
                assertThat(command("export", elsewhere.resolve("of-a-live-one"), external))
                        .as("of a hub that runs")
                        .isOne();
            }
            assertThat(command("export", elsewhere.resolve("of-external"), external)).isZero();
        }
        assertThat(command("import", elsewhere.resolve("of-external"))).isZero();
        try (var hub = StartedHub.on(folder)) {
            goesOn(hub);
            assertThat(hub.post(customer("wamid.new"))).isEqualTo(200);
            await().atMost(PATIENCE).until(() -> depth(hub, QUEUE) == 3);
            hub.bean(SendHold.class).release();
            assertThat(hub.get("/api/v1/sending").body()).contains("flowing");
        }
    }

    /** What was known is known, what lay in the journal is the hub's own, and what waits is not sent. */
    private void goesOn(StartedHub hub) throws Exception {
        assertThat(hub.post(first)).as("Meta repeats it").isEqualTo(200);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(depth(hub, QUEUE)).isEqualTo(2);
                            assertThat(depth(hub, "wa.in")).isZero();
                        });
        assertThat(depth(hub, "wa.dlq.in")).as("marks that do not verify").isZero();
        var jdbc = new JdbcTemplate(hub.bean(DataSource.class));
        assertThat(
                        jdbc.queryForList(
                                "SELECT id FROM event_log WHERE type = 'whatsapp.message.received'"
                                        + " ORDER BY batch",
                                String.class))
                .containsExactly("message:wamid.first", "message:wamid.unread");
        assertThat(jdbc.queryForList("SELECT id FROM journal_key")).hasSize(1);
        assertThat(hub.get("/api/v1/sending").body())
                .contains("\"state\":\"restored\"")
                .contains("\"commands\":1");
    }

    private static long depth(StartedHub hub, String queue) {
        return hub.bean(Queues.class).depth(queue);
    }

    private static byte[] customer(String wamid) {
        return messages(text("15550100001", wamid, Instant.now().getEpochSecond(), "hello"));
    }

    private void moveTheOwnDatabaseAway(String to) throws Exception {
        Files.move(folder.data().resolve("postgres"), folder.path().resolve(to));
    }

    private int command(String word, Path export) {
        return command(word, export, List.of());
    }

    private int command(String word, Path export, List<String> settings) {
        var arguments =
                new ArrayList<>(
                        List.of(word, export.toString(), "--hub.data-dir=" + folder.data()));
        settings.forEach(setting -> arguments.add("--" + setting));
        return ExportCommand.run(arguments.toArray(String[]::new));
    }
}
