package org.coexhub.platform.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.coexhub.Hub;
import org.coexhub.testing.LogOfOneHub;
import org.coexhub.testing.StandalonePostgres;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.SpringApplication;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;

/** A setting that is missing or wrong stops the start with a line that names it. */
@Execution(ExecutionMode.SAME_THREAD)
class WrongSettingsStopTheStartTest {

    private static final List<String> COMPLETE =
            List.of(
                    "--hub.meta.app-secret=s3cret-of-the-app",
                    "--hub.meta.verify-token=v",
                    "--hub.api-token=" + "t".repeat(32));

    /** Others log in this JVM at the same time. */
    private final LogOfOneHub log = new LogOfOneHub();

    @TempDir Path data;

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void namesEverySettingThatIsMissing() {
        Throwable failure = start();

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_META_APP_SECRET is missing")
                .contains("HUB_META_VERIFY_TOKEN is missing")
                .contains("HUB_API_TOKEN is missing")
                .doesNotContain("\tat org.coexhub");
    }

    @Test
    void namesASpanThatIsNone() {
        Throwable failure = startComplete("--hub.handover.duration=soon");

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_HANDOVER_DURATION (hub.handover.duration) is not a usable time span")
                .contains("for example 30s, 12h or 180d")
                .doesNotContain("s3cret-of-the-app");
    }

    @Test
    void namesARoutesFolderThatIsNotThere() {
        Throwable failure = startComplete("--hub.routes-dir=" + data.resolve("nowhere"));

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_ROUTES_DIR (hub.routes-dir) must be the folder with the route files")
                .contains("nowhere")
                .contains("e.g. ./routes")
                .doesNotContain("\tat org.coexhub");
    }

    @Test
    void namesAllFaultsAtOnceEachWithAnExample() {
        Throwable failure =
                startComplete(
                        "--hub.port=abc",
                        "--hub.management-port=99999",
                        "--hub.retention=soon",
                        "--hub.data-dir=pom.xml/data",
                        "--hub.db.url=postgres://db/hub",
                        "--hub.broker.url=broker:61616",
                        "--hub.broker.max-disk-usage=0",
                        "--hub.chatbot.url=bot.example.com",
                        "--hub.chatbot.dialect=openai",
                        "--hub.chatbot.tries=0",
                        "--hub.chatwoot.url=https://chat.example.com",
                        "--hub.handover.duration=0s",
                        "--hub.hubspot.create-contacts=sometimes",
                        "--hub.hubspot.daily-share=0",
                        "--hub.hubspot.country-code=UK",
                        "--hub.journal.writers=0",
                        "--hub.media.store=s3",
                        "--hub.meta.graph-url=graph.facebook.com",
                        "--hub.routes-dir=docs",
                        "--hub.send.sweep-period=often",
                        "--hub.webhook.url=crm.example.com/hook",
                        "--hub.webhook.secret=whsec_c2hvcnQ=");

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_PORT (hub.port) must be a port")
                .contains("HUB_MANAGEMENT_PORT (hub.management-port) must be a port")
                .contains("HUB_RETENTION (hub.retention) is not a usable time span")
                .contains("HUB_DATA_DIR (hub.data-dir) must be a folder")
                .contains("HUB_DB_URL (hub.db.url) must be the JDBC address of a PostgreSQL, e.g.")
                .contains("HUB_BROKER_URL (hub.broker.url) must be an address")
                .contains("HUB_BROKER_MAX_DISK_USAGE (hub.broker.max-disk-usage) must be from 1 to")
                .contains("HUB_CHATBOT_URL (hub.chatbot.url) must be an address that begins with")
                .contains("HUB_CHATBOT_PROMPT_FILE (hub.chatbot.prompt-file) is missing")
                .contains("HUB_CHATBOT_MODEL (hub.chatbot.model) is missing")
                .contains("HUB_CHATBOT_TRIES (hub.chatbot.tries) must be at least 1, e.g. 5")
                .contains("HUB_CHATWOOT_API_TOKEN (hub.chatwoot.api-token) is missing")
                .contains("HUB_CHATWOOT_INBOXES (hub.chatwoot.inboxes) is missing")
                .contains("HUB_HANDOVER_DURATION (hub.handover.duration) must be longer than")
                .contains("hub.hubspot.create-contacts) is not a usable choice; write one of never")
                .contains("HUB_JOURNAL_WRITERS (hub.journal.writers) must be from 1 to")
                .contains("HUB_MEDIA_S3_BUCKET (hub.media.s3.bucket) must name the bucket")
                .contains("HUB_META_GRAPH_URL (hub.meta.graph-url) must be an address")
                .contains("docs lacks errors.camel.yaml")
                .contains("HUB_SEND_SWEEP_PERIOD (hub.send.sweep-period) must be a number")
                .contains("HUB_WEBHOOK_URL (hub.webhook.url) must be an address")
                .contains("HUB_WEBHOOK_SECRET (hub.webhook.secret) must be whsec_ followed by 24")
                .doesNotContain("whsec_c2hvcnQ=")
                .doesNotContain("\tat org.");
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void refusesAnApiTokenThatCouldBeGuessedAndAReceiverWithoutSignature() {
        Throwable failure =
                start(
                        "--hub.meta.app-secret=s",
                        "--hub.meta.verify-token=v",
                        "--hub.api-token=" + "t".repeat(31),
                        "--hub.webhook.url=https://crm.example.com/hook");

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_API_TOKEN (hub.api-token) must have at least 32 characters")
                .contains("HUB_WEBHOOK_SECRET (hub.webhook.secret) is missing");
    }

    @Test
    void namesASettingThatIsNoneAndTheOneThatMayBeMeant() {
        Throwable failure =
                start(
                        "--HUB_META_APP_SECRTE=s3cret-of-the-app",
                        "--HUB_CHATBOT_ULR=https://bot.example.com",
                        "--HUB_NOTHING_OF_THE_KIND=1",
                        "--HUB_MEDIA_MAXSIZE=20MB",
                        "--HUB_PORT_8080_TCP_ADDR=10.0.0.7");

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_META_APP_SECRTE is not a setting; is HUB_META_APP_SECRET meant?")
                .contains("HUB_CHATBOT_ULR is not a setting; is HUB_CHATBOT_URL meant?")
                .contains("HUB_NOTHING_OF_THE_KIND is not a setting; docs/settings.md has all")
                .doesNotContain("HUB_MEDIA_MAXSIZE")
                .doesNotContain("HUB_PORT_8080_TCP_ADDR")
                .doesNotContain("s3cret-of-the-app");
    }

    @Test
    void refusesARealTokenInTheSandbox() {
        Throwable failure =
                startComplete(
                        "--spring.profiles.active=sandbox",
                        "--hub.meta.access-token=EAAG-a-real-token");

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_META_ACCESS_TOKEN")
                .doesNotContain("EAAG-a-real-token");
    }

    @Test
    void theSandboxRefusesRealSystemsBeforeAnythingIsTouched() {
        Throwable failure =
                start(
                        "--spring.profiles.active=sandbox",
                        "--hub.db.url=jdbc:postgresql://db.example.com/hub",
                        "--hub.broker.url=tcp://broker.example.com:61616",
                        "--hub.kafka.brokers=kafka.example.com:9092",
                        "--hub.webhook.url=https://crm.example.com/hook");

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_DB_URL (hub.db.url) is set")
                .contains("HUB_BROKER_URL (hub.broker.url) is set")
                .contains("HUB_KAFKA_BROKERS (hub.kafka.brokers) is set")
                .contains("HUB_WEBHOOK_URL (hub.webhook.url) leads away from this machine")
                .doesNotContain("\tat org.");
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void productionRefusesADataDirectoryOfTheSandbox() throws Exception {
        Files.writeString(data.resolve("purpose"), "sandbox");

        Throwable failure = startComplete();

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_DATA_DIR (hub.data-dir) is a folder of sandbox")
                .contains("this is production");
    }

    @Test
    void theSandboxRefusesADataDirectoryOfProductionMarkedOrNot() throws Exception {
        Files.createDirectory(data.resolve("postgres"));

        Throwable failure = start("--spring.profiles.active=sandbox");

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_DATA_DIR (hub.data-dir) is a folder of production")
                .contains("this is sandbox");
        assertThat(data).isDirectoryNotContaining("glob:**broker");
    }

    @Test
    void aDatabaseOfAnEarlierVersionIsNamedAndLeftAlone() throws Exception {
        Path old = Files.createDirectory(data.resolve("store")).resolve("hub.mv.db");
        Files.writeString(old, "H:2,blockSize:1000");

        Throwable failure = startComplete();

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_DATA_DIR (hub.data-dir): ")
                .contains("holds the database of an earlier version (store/hub.mv.db)")
                .doesNotContain("\tat org.");
        assertThat(old).hasContent("H:2,blockSize:1000");
        assertThat(data).isDirectoryNotContaining("glob:**/{broker,postgres,purpose}");
    }

    /** As Flyway left it: the first migration had another name and another checksum. */
    @Test
    void aDatabaseOfADevelopmentVersionIsNamedAndLeftAlone() throws Exception {
        try (var database = new StandalonePostgres();
                var connection = DriverManager.getConnection(database.url(), database.user(), "");
                var statement = connection.createStatement()) {
            TestDatabase.migrate(new SingleConnectionDataSource(connection, true));
            statement.execute(
                    "UPDATE flyway_schema_history SET description = 'events', script ="
                            + " 'V1__events.sql', checksum = 1");

            Throwable failure =
                    startComplete(
                            "--hub.db.url=" + database.url(), "--hub.db.user=" + database.user());

            assertThat(failure).isNotNull();
            assertThat(log.text())
                    .contains("HUB_DB_URL (hub.db.url): " + database.url())
                    .contains("is the database of a version before the first release")
                    .contains("e.g. by createdb hub2")
                    .doesNotContain("checksum mismatch")
                    .doesNotContain("\tat org.");
            try (var rows = statement.executeQuery("SELECT count(*) FROM store_purpose")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
        }
    }

    @Test
    void namesTheLineOfASalesforceMappingThatCannotBeUsed() throws Exception {
        Path mapping = data.resolve("own-mapping.yaml");
        String shipped =
                Files.readString(
                        Path.of(
                                "src/main/resources/org/coexhub/connector/salesforce/salesforce-mapping.yaml"));
        Files.writeString(mapping, shipped.replace("Body__c: text", "Body__c: words"));

        Throwable failure =
                startComplete(
                        "--hub.salesforce.login-url=http://127.0.0.1:9",
                        "--hub.salesforce.client-id=key",
                        "--hub.salesforce.client-secret=s3cret-of-salesforce",
                        "--hub.salesforce.mapping=" + mapping);

        assertThat(failure).isNotNull();
        assertThat(log.text())
                .contains("HUB_SALESFORCE_MAPPING (hub.salesforce.mapping) " + mapping + " line ")
                .contains("Body__c: no value 'words'; there are direction, origin")
                .doesNotContain("s3cret-of-salesforce")
                .doesNotContain("\tat org.coexhub");
    }

    private Throwable startComplete(String... more) {
        var arguments = new ArrayList<>(COMPLETE);
        arguments.addAll(List.of(more));
        return start(arguments.toArray(String[]::new));
    }

    private Throwable start(String... settings) {
        var arguments = new ArrayList<>(List.of(settings));
        if (arguments.stream().noneMatch(a -> a.startsWith("--hub.data-dir="))) {
            arguments.add("--hub.data-dir=" + data);
        }
        arguments.add("--server.port=0");
        arguments.add("--management.server.port=0");
        return catchThrowable(
                () -> {
                    try (var context =
                            log.of(
                                    () ->
                                            new SpringApplication(Hub.class)
                                                    .run(arguments.toArray(String[]::new)))) {
                        assertThat(context.isRunning()).as("the hub started").isFalse();
                    }
                });
    }
}
