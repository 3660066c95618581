package org.coexhub.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.testing.FreePorts;
import org.coexhub.testing.MailServer;
import org.coexhub.testing.StandalonePostgres;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** Promise 8, and what becomes of a destination whose file does not load. */
@Execution(ExecutionMode.SAME_THREAD)
@ExtendWith(OutputCaptureExtension.class)
class OneFileAddsADestinationTest {

    private static final HttpSink HTTP = new HttpSink();

    private final ObjectMapper json = new ObjectMapper();

    @Test
    void aFileAddsADestinationABrokenOneLosesNothingAndAPauseOutlivesARestart(CapturedOutput output)
            throws Exception {
        HubFolder folder = HubFolder.fresh().destination("crm", delivering("crm"));
        try (var hub = StartedHub.on(folder)) {
            assertThat(names(hub)).containsExactly("crm", "queue");
            hub.post(message(1));
            await().until(() -> texts("/crm").equals(List.of("n1")));
        }

        folder.destination("added", delivering("added"))
                .destination("crm", delivering("crm").replace("      steps:\n", "      steps: [\n"))
                .destination("mistaken", delivering("mistaken").replace("- to:", "- too:"))
                .destination(
                        "stranger",
                        delivering("stranger").replace("uri: \"http:", "uri: \"gopher-x:"))
                .destination(
                        "jarless", delivering("jarless").replace("uri: \"http:", "uri: \"jarless:"))
                .destination("copied", delivering("added"))
                .destination("nameless", delivering("nameless").replace("events:", "evnts:"))
                .destination("misspelt", delivering("misspelt").replace("received", "recieved"))
                .destination(
                        "strayed",
                        delivering("strayed").replace("received}", "*, origins: 'app,custmer'}"));
        try (var hub = StartedHub.on(folder)) {
            JsonNode listing = listing(hub);
            assertThat(listing.path("problems").findValuesAsText("file"))
                    .extracting(file -> file.substring(file.lastIndexOf('/') + 1))
                    .containsExactlyInAnyOrder(
                            "crm.camel.yaml",
                            "mistaken.camel.yaml",
                            "stranger.camel.yaml",
                            "jarless.camel.yaml",
                            "copied.camel.yaml",
                            "nameless.camel.yaml",
                            "misspelt.camel.yaml",
                            "strayed.camel.yaml");
            assertThat(listing.path("problems").findValuesAsText("fault"))
                    .anyMatch(
                            fault ->
                                    fault.contains(
                                            "'whatsapp.message.recieved', did you mean"
                                                    + " whatsapp.message.received?"))
                    .anyMatch(fault -> fault.contains("'custmer', did you mean customer?"))
                    .anyMatch(fault -> fault.contains("NoClassDefFoundError: com/example/Client"));
            for (JsonNode problem : listing.path("problems")) {
                boolean ofAClass = problem.path("fault").asText().contains("NoClassDefFoundError");
                assertThat(problem.path("line").asInt() > 0)
                        .as(problem.toString())
                        .isEqualTo(!ofAClass);
                assertThat(problem.path("fault").asText()).isNotBlank();
                assertThat(hub.management("/actuator/health").body())
                        .contains(problem.path("file").asText());
                assertThat(output.getOut())
                        .contains(
                                "Route file "
                                        + problem.path("file").asText()
                                        + " line "
                                        + problem.path("line").asInt()
                                        + " does not load");
            }
            assertThat(hub.management("/actuator/health/readiness").statusCode()).isEqualTo(200);
            assertThat(names(hub)).containsExactly("added", "crm", "queue");
            hub.post(message(2));
            await().until(() -> texts("/added").equals(List.of("n2")));
            await().until(() -> standing(hub, "crm").path("queued").asInt() == 1);
            assertThat(standing(hub, "crm").path("circuit").asText()).isEqualTo("broken");
            assertThat(texts("/crm")).containsExactly("n1");
            assertThat(hub.order("/api/v1/destinations/added/pause")).isEqualTo(200);
        }

        folder.destination("crm", delivering("crm"));
        try (var hub = StartedHub.on(folder)) {
            hub.post(message(3));
            await().until(() -> texts("/crm").equals(List.of("n1", "n2", "n3")));
            assertThat(standing(hub, "crm").path("routed").asInt()).isEqualTo(3);
            aPauseByAnOperatorHasOutlivedTheRestart(hub);
        }
    }

    /** Its sequence keeps count although each refusal takes its transaction back. */
    private static final String AWAY_TWICE =
            """
            CREATE SEQUENCE attempts;
            CREATE FUNCTION away() RETURNS trigger AS $$
            BEGIN
                IF NEW.name = 'patient' AND nextval('attempts') < 3 THEN
                    RAISE EXCEPTION 'going down' USING ERRCODE = '57P01';
                END IF;
                RETURN NEW;
            END $$ LANGUAGE plpgsql;
            CREATE TRIGGER away BEFORE INSERT ON destination FOR EACH ROW EXECUTE FUNCTION away()
            """;

    @Test
    void aStoreThatIsAwayWhileAFileLoadsIsNoFaultOfTheFile() throws Exception {
        try (var store = new StandalonePostgres()) {
            var database = new DriverManagerDataSource(store.url(), store.user(), "");
            TestDatabase.migrate(database);
            new JdbcTemplate(database).execute(AWAY_TWICE);
            HubFolder folder = HubFolder.fresh().destination("patient", delivering("patient"));
            try (var hub =
                    StartedHub.on(
                            folder, "hub.db.url=" + store.url(), "hub.db.user=" + store.user())) {
                assertThat(listing(hub).path("problems")).isEmpty();
                hub.post(message(1));
                await().until(() -> texts("/patient").equals(List.of("n1")));
            }
        }
    }

    private void aPauseByAnOperatorHasOutlivedTheRestart(StartedHub hub) throws Exception {
        await().until(() -> standing(hub, "added").path("queued").asInt() == 1);
        assertThat(standing(hub, "added").path("circuit").asText()).isEqualTo("paused");
        assertThat(texts("/added")).containsExactly("n2");
        assertThat(hub.order("/api/v1/destinations/added/resume")).isEqualTo(200);
        await().until(() -> texts("/added").equals(List.of("n2", "n3")));
    }

    @Test
    void theExamplesOfThePageWork() throws Exception {
        int port = FreePorts.next();
        HubFolder folder =
                HubFolder.fresh()
                        .destination("missed-messages", examplePutToWork(port))
                        .destination(
                                "notes",
                                exampleOfThePage("notes")
                                        .replace(
                                                "https://notes.example.com/api/notes",
                                                HTTP.url("/notes")));
        try (var hub = StartedHub.on(folder, "mail.user=hub", "mail.password=of-the-test")) {
            missedMessagesAreMailed(hub, port);
            notesAreJsonWhateverCustomersWriteAndNothingOfTheHubsGoesAlong(hub);
        }
    }

    private void missedMessagesAreMailed(StartedHub hub, int port) throws Exception {
        hub.post(messagesOf("4917061", "DE.1", "Müller", missed("4917061", 1)));
        hub.post(messages(missed("4917061", 2)));
        hub.post(messages(missed("4917062", 3)));
        hub.post(echoes(echo("4917062", "wamid.missed.answer", now(), "I am here")));
        await().until(
                        () ->
                                standing(hub, "missed-messages")
                                        .path("lastError")
                                        .asText()
                                        .contains("Connect"));

        try (var server = new MailServer(port)) {
            hub.post(messages(missed("4917063", 4)));
            await().atMost(30, TimeUnit.SECONDS).until(() -> server.mails().size() == 2);

            String first = server.mails().getFirst();
            assertThat(first).contains("To: shop@example.com", "Subject: A WhatsApp message waits");
            assertThat(words(first)).contains("Müller (700100200300:DE.1) wrote at 20", "line 1");
            assertThat(words(server.mails().getLast())).contains("line 4");
            assertThat(standing(hub, "missed-messages").path("deadLettered").asInt()).isZero();
        }
    }

    private void notesAreJsonWhateverCustomersWriteAndNothingOfTheHubsGoesAlong(StartedHub hub)
            throws Exception {
        String words = "\"Hi\", C:\\dir, 'x', ${body}, {a: [1]}\n\tbye)}";
        hub.post(
                messages(
                        text(
                                "4917064",
                                "wamid.notes.1",
                                now(),
                                new String(JsonStringEncoder.getInstance().quoteAsString(words)))));

        await().until(() -> HTTP.requests("/notes", "4917064").size() == 1);

        HttpSink.Request request = HTTP.requests("/notes", "4917064").getFirst();
        JsonNode note = json.readTree(request.body());
        assertThat(note.path("note").asText()).isEqualTo(words);
        assertThat(note.path("from").asText()).contains("4917064");
        assertThat(request.headers().keySet())
                .extracting(name -> name.toLowerCase(Locale.ROOT))
                .contains("idempotency-key")
                .noneMatch(name -> name.startsWith("hub") || name.startsWith("jms"));
    }

    /** The page's file, with an address, a user and a patience of our own. */
    private static String examplePutToWork(int port) throws Exception {
        return exampleOfThePage("missed-messages")
                .replace("delay: 15m", "delay: 2s")
                .replace("smtps:mail.example.com", "smtp:127.0.0.1:" + port)
                .replace("env:MAIL_USER", "mail.user")
                .replace("env:MAIL_PASSWORD", "mail.password");
    }

    private static String exampleOfThePage(String name) throws Exception {
        String page = Files.readString(Path.of("docs/how-to/add-a-destination.md"));
        String file = "# routes/destinations/" + name + ".camel.yaml";
        return page.substring(page.indexOf(file), page.indexOf("```", page.indexOf(file)));
    }

    private static String missed(String customer, int n) {
        return text(customer, "wamid.missed." + n, now(), "line " + n);
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static String words(String mail) throws Exception {
        var session = jakarta.mail.Session.getInstance(new Properties());
        var message =
                new jakarta.mail.internet.MimeMessage(
                        session, new ByteArrayInputStream(mail.getBytes(StandardCharsets.UTF_8)));
        return message.getContent().toString();
    }

    private static String delivering(String name) {
        return """
        - route:
            id: destination-%1$s
            from:
              uri: destination:%1$s
              parameters: {events: whatsapp.message.received}
              steps:
                - removeHeaders: {id: %1$s-clear, pattern: "*"}
                - to:
                    id: %1$s-deliver
                    uri: "%2$s"
                    parameters: {httpMethod: POST}
        """
                .formatted(name, HTTP.url("/" + name));
    }

    private static byte[] message(int n) {
        return messages(text("4917055", "wamid.one-file." + n, 1_790_000_000 + n, "n" + n));
    }

    private List<String> texts(String path) {
        return HTTP.requests(path, "4917055").stream()
                .map(
                        request -> {
                            try {
                                return json.readTree(request.body())
                                        .path("data")
                                        .path("text")
                                        .asText();
                            } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        })
                .toList();
    }

    private JsonNode listing(StartedHub hub) throws Exception {
        return json.readTree(hub.get("/api/v1/destinations").body());
    }

    private List<String> names(StartedHub hub) throws Exception {
        return listing(hub).path("destinations").findValuesAsText("name");
    }

    private JsonNode standing(StartedHub hub, String name) throws Exception {
        return json.readTree(hub.get("/api/v1/destinations/" + name).body());
    }
}
