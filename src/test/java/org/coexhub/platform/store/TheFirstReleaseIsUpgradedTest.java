package org.coexhub.platform.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.testing.FirstRelease;
import org.coexhub.testing.MetaBodies;
import org.coexhub.testing.StandalonePostgres;
import org.coexhub.testing.TestDatabase;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.stream.StreamSupport;

import javax.sql.DataSource;

/**
 * A database of the first release keeps its rows through all migrations, and this version reads them. A migration that
 * changes rows on purpose says so here; one that renames a column, in {@link FirstRelease}.
 */
class TheFirstReleaseIsUpgradedTest {

    /** As the first release was shipped. Another number means that its migration was edited, and every hub would refuse it. */
    private static final int CHECKSUM = 366294046;

    private static final String CONVERSATION = MetaBodies.NUMBER + ":15550100001";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ObjectMapper json = new ObjectMapper();

    @TempDir Path later;

    @Test
    void itsMigrationIsNeverEdited() {
        assertThat(
                        new JdbcTemplate(TestDatabase.postgres())
                                .queryForMap(
                                        "SELECT script, checksum FROM flyway_schema_history WHERE"
                                                + " version = '1'"))
                .containsEntry("script", "V1__first_release.sql")
                .containsEntry("checksum", CHECKSUM);
    }

    @Test
    void noColumnOfItIsWithoutAnExample() throws Exception {
        try (var server = new StandalonePostgres()) {
            DataSource database = database(server);
            FirstRelease.into(database);

            FirstRelease.tables(database)
                    .forEach(
                            (table, columns) -> {
                                for (String column : columns.split(", ")) {
                                    assertThat(
                                                    new JdbcTemplate(database)
                                                            .queryForObject(
                                                                    "SELECT count(%s) FROM %s"
                                                                            .formatted(
                                                                                    column, table),
                                                                    Long.class))
                                            .as(table + "." + column)
                                            .isPositive();
                                }
                            });
        }
    }

    @Test
    void aMigrationThatLosesARowIsNoticed() throws Exception {
        try (var server = new StandalonePostgres()) {
            DataSource database = database(server);
            FirstRelease.into(database);
            var tables = FirstRelease.tables(database);
            var before = FirstRelease.rows(database, tables);
            Files.writeString(
                    later.resolve("V1000__careless.sql"),
                    "DELETE FROM consent_decision WHERE cause = 'operator';");

            Flyway.configure()
                    .dataSource(database)
                    .locations("classpath:db/migration", "filesystem:" + later)
                    .load()
                    .migrate();

            assertThat(FirstRelease.rows(database, tables)).isNotEqualTo(before);
        }
    }

    @Test
    void itsRowsAreKeptAndRead() throws Exception {
        try (var server = new StandalonePostgres()) {
            DataSource database = database(server);
            FirstRelease.into(database);
            var tables = FirstRelease.tables(database);
            var before = FirstRelease.rows(database, tables);

            TestDatabase.migrate(database);

            assertThat(FirstRelease.rows(database, tables)).isEqualTo(before);
            try (var hub =
                    StartedHub.on(
                            HubFolder.fresh(),
                            "hub.db.url=" + server.url(),
                            "hub.db.user=" + server.user())) {
                eventsAreRead(hub);
                conversationsAreRead(hub);
                commandsAreRead(hub);
                theRestIsRead(hub);
            }
        }
    }

    /** A copy of a known message is a duplicate still, and a known customer's new one belongs to the known conversation. */
    private void eventsAreRead(StartedHub hub) throws Exception {
        long now = Instant.now().getEpochSecond();
        hub.post(
                MetaBodies.messagesOf(
                        null,
                        "US.first",
                        "Ada",
                        MetaBodies.text("15550100001", "wamid.question", now, "Ist die Lampe da?"),
                        MetaBodies.scopedText("US.first", "wamid.news", now, "Hallo?")));

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ids(hub)).contains("message:wamid.news"));
        assertThat(ids(hub))
                .containsSubsequence(
                        "message:wamid.question", "message:wamid.answer", "message:wamid.news");
        assertThat(Collections.frequency(ids(hub), "message:wamid.question")).isOne();
        JsonNode events = get(hub, "/api/v1/events?limit=100&conversation=" + CONVERSATION);
        assertThat(events.path("events").findValuesAsText("subject")).contains(CONVERSATION);
        assertThat(events.toString()).contains("Ist die Lampe da? 💡").contains("wamid.news");
    }

    private List<String> ids(StartedHub hub) throws Exception {
        return StreamSupport.stream(
                        get(hub, "/api/v1/events?limit=100").path("events").spliterator(), false)
                .map(event -> event.path("id").asText())
                .toList();
    }

    private void conversationsAreRead(StartedHub hub) throws Exception {
        JsonNode shown = get(hub, "/api/v1/conversations/" + CONVERSATION);
        assertThat(shown.at("/customer/contactName").asText()).isEqualTo("Ada from the fair");
        assertThat(shown.at("/bot/on").asBoolean(true)).isFalse();
        assertThat(shown.at("/bot/cause").asText()).isEqualTo("app_reply");
        assertThat(shown.at("/window/open").asBoolean()).isTrue();
        JsonNode messages = get(hub, "/api/v1/conversations/" + CONVERSATION + "/messages");
        assertThat(messages.toString()).contains("wamid.question").contains("wamid.answer");
        JsonNode consent = get(hub, "/api/v1/conversations/" + CONVERSATION + "/consent");
        assertThat(consent.path("marketing").asText()).isEqualTo("stopped");
        assertThat(consent.path("decisions")).hasSize(2);
        assertThat(consent.toString()).contains("asked for it at the counter");
    }

    /** Among them one whose template Meta has rejected, as only the store knows. */
    private void commandsAreRead(StartedHub hub) throws Exception {
        JsonNode read = get(hub, "/api/v1/messages/00000000-0000-4000-8000-0000000000c1");
        assertThat(read.path("state").asText()).isEqualTo("read");
        assertThat(read.path("wamid").asText()).isEqualTo("wamid.answer");
        assertThat(read.path("transitions")).hasSize(3);
        CommandStore commands = hub.bean(CommandStore.class);
        assertThat(
                        commands.find(new CommandId("00000000-0000-4000-8000-0000000000c3"))
                                .orElseThrow()
                                .command()
                                .message()
                                .at("/text/body")
                                .asText())
                .isEqualTo("Grüße");
        assertThat(hub.command("order-1", text("another body"))).isEqualTo(409);
        JsonNode bulk = get(hub, "/api/v1/bulk/00000000-0000-4000-8000-0000000000b1");
        assertThat(bulk.path("state").asText()).isEqualTo("cancelled");
        assertThat(bulk.at("/states/failed").asInt()).isOne();
        assertThat(bulk.at("/states/refused").asInt()).isOne();

        assertThat(hub.command("order-2", template())).isEqualTo(202);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                new JdbcTemplate(hub.bean(DataSource.class))
                                                        .queryForList(
                                                                "SELECT c.reason FROM command c"
                                                                    + " JOIN command_key k ON"
                                                                    + " k.command_id = c.id WHERE"
                                                                    + " k.idempotency_key ="
                                                                    + " 'order-2'",
                                                                String.class))
                                        .containsExactly("template_unavailable"));
    }

    private static String text(String words) {
        return new String(
                TestCommands.json(
                        "{'from':'%s','to':'15550100001','type':'text','text':{'body':'%s'}}"
                                .formatted(MetaBodies.NUMBER, words)),
                StandardCharsets.UTF_8);
    }

    private static String template() {
        return """
        {"from":"%s","to":"15550100001","type":"template","template":{"name":"offer","language":{"code":"en"}}}
        """
                .formatted(MetaBodies.NUMBER);
    }

    private void theRestIsRead(StartedHub hub) throws Exception {
        assertThat(hub.get("/api/v1/media/4001").body()).contains("deleted after HUB_RETENTION");
        JsonNode crm = get(hub, "/api/v1/destinations/crm");
        assertThat(crm.toString()).contains("1234").contains("paused");
        assertThat(get(hub, "/api/v1/numbers/" + MetaBodies.NUMBER).toString())
                .contains("TIER_2K")
                .contains("\"progress\":100");
        assertThat(get(hub, "/api/v1/operations/00000000-0000-4000-8000-0000000000a1").toString())
                .contains("the destination is gone");
        assertThat(get(hub, "/api/v1/costs").toString()).contains("takeover");
    }

    private JsonNode get(StartedHub hub, String path) throws Exception {
        var answer = hub.get(path);
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private static DataSource database(StandalonePostgres server) {
        return new DriverManagerDataSource(server.url(), server.user(), "");
    }
}
