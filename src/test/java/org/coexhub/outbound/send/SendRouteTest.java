package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.MeterRegistry;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;

import org.apache.camel.CamelContext;
import org.coexhub.inbound.journal.SliceFrame;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.KnownNumbers;
import org.coexhub.outbound.command.RepeatListener;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.outbound.send.reconcile.KnownMessages;
import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.platform.settings.HubSettings;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.core.MessageCreator;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

/** The routes as they are shipped, on the real embedded broker, from REST and JMS to a Graph over HTTP. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "camel.main.routes-include-pattern=file:routes/send.camel.yaml,file:routes/commands/jms.camel.yaml",
            "management.endpoint.health.validate-group-membership=false",
            "hub.send.sweep-period=100",
            "hub.meta.app-secret=secret",
            "hub.meta.verify-token=verify",
            "hub.api-token=api-token-with-its-32-characters",
            "management.server.port=0"
        })
class SendRouteTest {

    private static final FakeGraph META = new FakeGraph();

    @SpringBootConfiguration
    @EnableAutoConfiguration(exclude = FlywayAutoConfiguration.class)
    @EnableConfigurationProperties(HubSettings.class)
    @ComponentScan(
            basePackages = {
                "org.coexhub.platform.broker",
                "org.coexhub.inbound.journal",
                "org.coexhub.outbound.command",
                "org.coexhub.outbound.send"
            },
            useDefaultFilters = false,
            includeFilters = @Filter(Configuration.class),
            excludeFilters = {
                @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = SendAdapters.class),
                @Filter(
                        type = FilterType.REGEX,
                        pattern = "org.coexhub.outbound.command.signed.SignedCommandConfiguration")
            })
    @ComponentScan(
            basePackages = "org.coexhub.api",
            useDefaultFilters = false,
            includeFilters =
                    @Filter(
                            type = FilterType.REGEX,
                            pattern = "org.coexhub.api.(MessageController|Problems)"))
    static class Slice {

        @Bean
        InstantSource clock() {
            return InstantSource.system();
        }

        @Bean
        DataDirectory dataDirectory(HubSettings settings) {
            return new DataDirectory(settings.dataDir());
        }

        @Bean
        DataSource dataSource() {
            return TestDatabase.postgres();
        }

        @Bean("echoSettlement")
        NoEchoes noEchoes() {
            return new NoEchoes();
        }

        @Bean
        JmsTemplate jmsTemplate(jakarta.jms.ConnectionFactory connections) {
            return new JmsTemplate(connections);
        }

        @Bean
        KnownMessages messages() {
            return wamids -> Set.of();
        }

        @Bean
        ClosedWindows closedWindows() {
            return (command, at) -> false;
        }

        @Bean
        SendRule rule() {
            return (command, now) -> {
                RULE.getOrDefault(command.command().text(), () -> {}).run();
                return SendRule.Verdict.GO;
            };
        }

        @Bean
        KnownNumbers knownNumbers() {
            return number -> true;
        }

        @Bean
        RepeatListener repeats() {
            return (first, number) -> {
                if (number.value().equals(REPEATED)) {
                    throw new StackOverflowError();
                }
            };
        }

        @Bean
        ConversationPartition partitions() {
            return (number, customer, group) -> 7;
        }
    }

    /** No router runs here, so no echo is ever held. */
    static final class NoEchoes {
        public void settle() {}
    }

    /** What a rule does with commands of that text. */
    private static final Map<String, Runnable> RULE = new ConcurrentHashMap<>();

    private static final String REPEATED = "666";

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path data = Files.createTempDirectory("send-route");
        registry.add("hub.data-dir", data::toString);
        registry.add("hub.meta.graph-url", META::url);
        registry.add("hub.meta.access-token", () -> "token");
        registry.add("hub.meta.timeout", () -> "10s");
    }

    @AfterAll
    static void close() {
        META.close();
    }

    @Autowired private JmsTemplate jms;

    @Autowired private CommandStore store;

    @Autowired private DataSource database;

    @Autowired private CamelContext camel;

    @Autowired private MeterRegistry meters;

    @LocalServerPort private int port;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final String recipient =
            "49"
                    + Math.abs(
                            UUID.randomUUID().getLeastSignificantBits() % 1_000_000_000L
                                    + 1_000_000_000L);

    @BeforeEach
    void quick() {
        jms.setReceiveTimeout(5000);
    }

    @Test
    void sendsACommandFromTheQueue() throws Exception {
        String key = UUID.randomUUID().toString();
        put(command("from jms"), key);

        JsonNode event = nextEvent();
        assertThat(event.path("type").asText()).isEqualTo("whatsapp.message.sent");
        assertThat(event.path("data").path("text").asText()).isEqualTo("from jms");
        assertThat(event.path("data").path("to").asText()).isEqualTo(recipient);
    }

    @Test
    void deadLettersWhatIsNoCommandWithTheReason() throws Exception {
        put("{'from':'1'}", UUID.randomUUID().toString());
        Message noRecipient = jms.receive("wa.dlq.commands");
        assertThat(noRecipient.getStringProperty("HubReason"))
                .contains("/to: is required")
                .contains("/type");
        assertThat(new String(body(noRecipient))).isEqualTo("{\"from\":\"1\"}");

        put("{rubbish", "some key");
        Message rubbish = jms.receive("wa.dlq.commands");
        assertThat(rubbish.getStringProperty("HubReason")).contains("not readable as JSON");
        assertThat(rubbish.getStringProperty("idempotencyKey")).isEqualTo("some key");

        put(command("no key"), null);
        assertThat(jms.receive("wa.dlq.commands").getStringProperty("HubReason"))
                .contains("key is required");
    }

    @Test
    void takesTextMessagesAsWell() throws Exception {
        String text = new String(TestCommands.json(command("as text")));
        jms.send(
                "wa.commands",
                session -> {
                    var message = session.createTextMessage(text);
                    message.setStringProperty("idempotencyKey", UUID.randomUUID().toString());
                    message.setStringProperty("CamelHttpUri", "http://attacker.invalid");
                    return message;
                });

        assertThat(nextEvent().path("data").path("text").asText()).isEqualTo("as text");
    }

    @Test
    void refusesUnreadWhatIsNeitherBytesNorTextAndGoesOn() throws Exception {
        List<MessageCreator> foreign =
                List.of(
                        session -> session.createObjectMessage(new Tripwire()),
                        session -> session.createMapMessage(),
                        session -> session.createStreamMessage());
        for (MessageCreator creator : foreign) {
            jms.send(
                    "wa.commands",
                    session -> {
                        Message message = creator.createMessage(session);
                        message.setStringProperty("idempotencyKey", "foreign");
                        return message;
                    });
        }
        put(command("behind them"), UUID.randomUUID().toString());

        assertThat(nextEvent().path("data").path("text").asText()).isEqualTo("behind them");
        for (int i = 0; i < foreign.size(); i++) {
            Message dead = jms.receive("wa.dlq.commands");
            assertThat(dead.getStringProperty("HubReason")).contains("must be a JSON object");
            assertThat(dead.getStringProperty("idempotencyKey")).isEqualTo("foreign");
            assertThat(body(dead)).isEmpty();
        }
        assertThat(Tripwire.deserialised).isFalse();
    }

    @Test
    void acceptsOverRestAndTellsWhatBecameOfIt() throws Exception {
        String key = UUID.randomUUID().toString();
        HttpResponse<String> first = post(command("by rest"), key);
        HttpResponse<String> again = post(command("by rest"), key);
        HttpResponse<String> other = post(command("something else"), key);

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(other.statusCode()).isEqualTo(409);
        CommandId id = new CommandId(json.readTree(first.body()).path("commandId").asText());
        await().until(() -> state(id) == CommandState.SENT);
        nextEvent();

        JsonNode standing = json.readTree(get(id.value()).body());
        assertThat(standing.path("state").asText()).isEqualTo("sent");
        assertThat(standing.path("wamid").asText()).startsWith("wamid.");
        assertThat(standing.path("transitions").findValuesAsText("state"))
                .containsExactly("accepted", "queued", "sending", "sent");
        assertThat(META.received().stream().filter(r -> r.text().equals("by rest"))).hasSize(1);
    }

    @Test
    void answersFaultsWithPointersAndUnknownIdsWith404() throws Exception {
        HttpResponse<String> fault = post("{'from':'1','to':'49151','type':'text','text':{}}", "k");

        assertThat(fault.statusCode()).isEqualTo(422);
        assertThat(fault.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json.readTree(fault.body()).path("errors").path(0).path("pointer").asText())
                .isEqualTo("/text/body");
        assertThat(post(command("x"), null).statusCode()).isEqualTo(400);
        assertThat(get("nothing").statusCode()).isEqualTo(404);
        assertThat(get(CommandId.next(java.time.Instant.now()).value()).statusCode())
                .isEqualTo(404);
    }

    @Test
    void keepsARecipientsOrderThroughTroubleWhileOthersGoOn() throws Exception {
        META.then(FakeGraph.error(400, 131056), FakeGraph.error(400, 130429));
        var texts = new ArrayList<String>();
        for (int i = 0; i < 10; i++) {
            texts.add("order-" + i);
            put(command("order-" + i), UUID.randomUUID().toString());
        }

        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                META.received().stream()
                                                .map(FakeGraph.Received::text)
                                                .filter(text -> text.equals("order-9"))
                                                .count()
                                        == 1);

        List<String> sent =
                META.received().stream()
                        .map(FakeGraph.Received::text)
                        .filter(text -> text.startsWith("order-"))
                        .distinct()
                        .toList();
        assertThat(sent).isEqualTo(texts);
        for (int i = 0; i < 10; i++) {
            nextEvent();
        }
    }

    /** Twenty is what the number may send in a second, and more than the route has consumers. */
    @Test
    void aNumberWhoseGraphHangsHoldsUpNoOther() throws Exception {
        var released = new CountDownLatch(1);
        META.usually(
                exchange -> {
                    if (exchange.getRequestURI().getPath().contains("/106/")) {
                        FakeGraph.waitFor(released);
                    }
                    META.accept(exchange);
                });
        try {
            for (int i = 0; i < 20; i++) {
                put(command("hangs").replace(recipient, "4915155" + (1000 + i)), key());
            }
            await().untilAsserted(() -> assertThat(timesSent("hangs")).isEqualTo(20));

            put(command("of another number").replace("106", "107"), key());

            assertThat(nextEvent().at("/data/text").asText()).isEqualTo("of another number");
        } finally {
            released.countDown();
            META.usually(META::accept);
        }
        // Outcomes of one moment are told together.
        var texts = new ArrayList<String>();
        while (texts.size() < 20) {
            nextEvents().forEach(event -> texts.add(event.at("/data/text").asText()));
        }
        assertThat(texts).hasSize(20).containsOnly("hangs");
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    @Test
    void leavesACutConnectionUnresolved() throws Exception {
        META.then(FakeGraph.reset());
        put(command("cut"), UUID.randomUUID().toString());

        JsonNode event = nextEvent();
        assertThat(event.path("type").asText()).isEqualTo("whatsapp.command.unresolved");
        assertThat(META.received().stream().filter(r -> r.text().equals("cut"))).hasSize(1);
    }

    @Test
    void aTurnThatFailsForTheHubsOwnFaultIsFailedAndTheNextGoesOn() throws Exception {
        RULE.put(
                "poison",
                () -> {
                    throw new StackOverflowError();
                });
        put(command("poison"), UUID.randomUUID().toString());
        put(command("behind the poison"), UUID.randomUUID().toString());

        JsonNode event = nextEvent();
        assertThat(event.path("type").asText()).isEqualTo("whatsapp.command.failed");
        assertThat(event.at("/data/reason").asText()).isEqualTo("internal_error");
        assertThat(nextEvent().at("/data/text").asText()).isEqualTo("behind the poison");
        assertThat(meters.counter("hub.internal.errors", "where", "send").count()).isPositive();
        assertThat(timesSent("poison")).isZero();
    }

    @Test
    void aTurnWaitsForAStoreThatIsAwayAsLongAsItTakes() throws Exception {
        var attempts = new AtomicInteger();
        RULE.put(
                "patient",
                () -> {
                    if (attempts.incrementAndGet() < 4) {
                        throw new CannotGetJdbcConnectionException(
                                "away", new SQLTransientConnectionException());
                    }
                });
        put(command("patient"), UUID.randomUUID().toString());

        assertThat(nextEvent().at("/data/text").asText()).isEqualTo("patient");
        assertThat(attempts).hasValue(4);
    }

    @Test
    void anAnswerThatCannotBeNotedLeavesTheCommandUnresolvedAndSentOnce() throws Exception {
        new JdbcTemplate(database)
                .execute(
                        "ALTER TABLE command ADD CONSTRAINT unnoted CHECK (wamid <>"
                                + " 'wamid.unnoted')");
        META.then(
                FakeGraph.answer(200, "{'messages':[{'id':'wamid.unnoted'}]}".replace('\'', '"')));
        put(command("unnoted"), UUID.randomUUID().toString());
        put(command("behind the unnoted"), UUID.randomUUID().toString());

        JsonNode event = nextEvent();
        assertThat(event.path("type").asText()).isEqualTo("whatsapp.command.unresolved");
        assertThat(event.at("/data/reason").asText()).isEqualTo("internal_error");
        assertThat(nextEvent().at("/data/text").asText()).isEqualTo("behind the unnoted");
        assertThat(timesSent("unnoted")).isEqualTo(1);
    }

    @Test
    void aCommandTheIntakeFailsAtIsADeadLetterAndTheNextGoesOn() throws Exception {
        String poison = command("poison").replace("106", REPEATED);
        String key = UUID.randomUUID().toString();
        put(poison.replace("poison", "first"), key);
        nextEvent();
        put(poison.replace("poison", "first"), key);
        put(command("behind it"), UUID.randomUUID().toString());

        assertThat(nextEvent().at("/data/text").asText()).isEqualTo("behind it");
        Message dead = jms.receive("wa.dlq.commands");
        assertThat(dead.getStringProperty("HubReason")).startsWith("internal_error");
        assertThat(dead.getStringProperty("idempotencyKey")).isEqualTo(key);
        assertThat(utf8(body(dead))).contains("first");
    }

    @Test
    void namesEveryRouteAndStep() {
        assertThat(camel.getRoutes())
                .extracting(org.apache.camel.Route::getId)
                .containsExactlyInAnyOrder(
                        "send",
                        "send-call",
                        "send-sweep",
                        "send-echoes",
                        "send-backlog",
                        "send-limits",
                        "send-lookup",
                        "commands-jms",
                        "commands-own",
                        "commands-take");
        assertThat(camel.getRoute("send").filter("send-*")).isNotEmpty();
    }

    private static long timesSent(String text) {
        return META.received().stream().filter(sent -> sent.text().equals(text)).count();
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private CommandState state(CommandId id) {
        return store.find(id).map(StoredCommand::state).orElseThrow();
    }

    private String command(String text) {
        return "{'from':'106','to':'+"
                + recipient
                + "','type':'text','text':{'body':'"
                + text
                + "'}}";
    }

    private void put(String command, String key) {
        jms.send(
                "wa.commands",
                session -> {
                    var message = session.createBytesMessage();
                    message.writeBytes(TestCommands.json(command));
                    if (key != null) {
                        message.setStringProperty("idempotencyKey", key);
                    }
                    return message;
                });
    }

    /** The next event that the sender told the journal. */
    private JsonNode nextEvent() throws Exception {
        return nextEvents().getFirst();
    }

    private List<JsonNode> nextEvents() throws Exception {
        Message message = jms.receive("wa.in");
        assertThat(message).as("an event in the journal").isNotNull();
        var events = new ArrayList<JsonNode>();
        for (byte[] bytes : SliceFrame.split(body(message))) {
            ObjectNode slice = (ObjectNode) json.readTree(bytes);
            assertThat(slice.path("object").asText()).isEqualTo("coexistence_hub");
            slice.path("events").forEach(events::add);
        }
        return events;
    }

    private static byte[] body(Message message) throws JMSException {
        var bytes = (BytesMessage) message;
        byte[] body = new byte[(int) bytes.getBodyLength()];
        bytes.readBytes(body);
        return body;
    }

    private HttpResponse<String> post(String command, String key) throws Exception {
        var request =
                HttpRequest.newBuilder(uri(""))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(TestCommands.json(command)));
        request.header("Content-Type", "application/json");
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String id) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri("/" + id)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String rest) {
        return URI.create("http://127.0.0.1:" + port + "/api/v1/messages" + rest);
    }

    /** Notices that somebody reads it back. */
    private static final class Tripwire implements Serializable {

        private static volatile boolean deserialised;

        private void readObject(ObjectInputStream in) {
            deserialised = true;
        }
    }
}
