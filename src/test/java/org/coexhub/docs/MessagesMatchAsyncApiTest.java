package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** A plain JMS program at the broker's listener finds messages as asyncapi.yaml and the event schemas describe them. */
@WithRunningHub
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MessagesMatchAsyncApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RECEIVE_MILLIS = 500;

    /** The one with Ana of the sandbox. */
    private static final String CONVERSATION =
            "/api/v1/conversations/" + RunningHub.NUMBER + ":GB.70155910293847561201";

    /** All there are, but for those the hub does not make yet. */
    private static final Set<String> TYPES =
            Set.of(
                    "whatsapp.message.received",
                    "whatsapp.message.echoed",
                    "whatsapp.message.sent",
                    "whatsapp.message.edited",
                    "whatsapp.message.revoked",
                    "whatsapp.message.reacted",
                    "whatsapp.message.status",
                    "whatsapp.message.imported",
                    "whatsapp.contact.synced",
                    "whatsapp.preference.changed",
                    "whatsapp.account.updated",
                    "whatsapp.number.updated",
                    "whatsapp.template.updated",
                    "whatsapp.conversation.handover",
                    "whatsapp.command.rejected",
                    "whatsapp.command.failed",
                    "whatsapp.webhook.unrecognized");

    private final JsonNode asyncApi =
            Schemas.description(Path.of("docs/asyncapi.yaml"), "../src/main/resources/schemas/");
    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, List<JsonNode>> events = new TreeMap<>();
    private RunningHub hub;
    private Connection connection;
    private Session session;
    private MessageConsumer subscription;

    @BeforeAll
    void subscribe(RunningHub running) throws JMSException {
        hub = running;
        connection = hub.foreignClient().createConnection();
        connection.setClientID("docs");
        session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        subscription = session.createDurableSubscriber(session.createTopic("wa.events"), "all");
        connection.start();
    }

    @AfterAll
    void leave() throws JMSException {
        connection.close();
    }

    @Test
    void everyTypeOnTheEventsTopicMatchesItsSchema() throws Exception {
        everythingHappens();

        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!events.keySet().containsAll(TYPES) && System.nanoTime() < end) {
            Message message = subscription.receive(RECEIVE_MILLIS);
            if (message != null) {
                JsonNode event = body(message);
                events.computeIfAbsent(event.path("type").asText(), t -> new ArrayList<>())
                        .add(event);
                assertThat(faults("published", message)).as(event.toString()).isEmpty();
                assertThat(Schemas.faultsOfEvent(event)).as(event.toString()).isEmpty();
            }
        }
        assertThat(events.keySet()).containsAll(TYPES);
        assertThat(events.get("whatsapp.message.received"))
                .allSatisfy(
                        e ->
                                assertThat(e.at("/data/conversation/window/open").asBoolean())
                                        .isTrue());
    }

    @Test
    void aSelectorOnTypeAndOriginIsObeyed() throws Exception {
        try (Connection second = hub.foreignClient().createConnection();
                Session own = second.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer echoes =
                        own.createConsumer(
                                own.createTopic("wa.events"),
                                "type = 'whatsapp.message.echoed' AND origin = 'app'"
                                        + " AND phonenumberid = '"
                                        + RunningHub.NUMBER
                                        + "'")) {
            second.start();
            hub.post("/sandbox/api/customers/mei/messages", "{\"text\":\"Is anybody there?\"}");
            hub.post("/sandbox/api/app/mei/messages", "{\"text\":\"I am.\"}");

            Message echo = echoes.receive(PATIENCE.toMillis());

            assertThat(body(echo).at("/data/text").asText()).isEqualTo("I am.");
        }
    }

    @Test
    void whatWaitsForADestinationIsAsDescribed() throws Exception {
        hub.camel().getRouteController().stopRoute("destination-shelf");
        hub.post("/sandbox/api/customers/mei/messages", "{\"text\":\"For the shelf\"}");

        for (Message message : browse("wa.out.shelf")) {
            assertThat(faults("routed", message)).isEmpty();
            assertThat(Schemas.faultsOfEvent(body(message))).isEmpty();
        }
    }

    @Test
    void aDeadLetterIsAsDescribed() throws Exception {
        hub.post("/sandbox/api/customers/mei/messages", "{\"text\":\"To be refused\"}");

        for (Message letter : browse("wa.dlq.refusing")) {
            assertThat(faults("deadLetter", letter)).isEmpty();
            assertThat(letter.getStringProperty("HubReason")).contains("no such field");
        }
    }

    @Test
    void aCommandFromTheQueueIsSentAndABadOneComesBackWithItsReason() throws Exception {
        String correlation = UUID.randomUUID().toString();
        hub.post("/sandbox/api/customers/ana/messages", "{\"text\":\"Opens the window\"}");
        JsonNode good = json.readTree(command("447700900123", correlation));
        assertThat(Schemas.faults(asyncApi, schemaOf("command", "payload"), good)).isEmpty();
        put(good.toString(), correlation);
        put("{\"type\":\"text\"}", "bad-" + correlation);

        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(
                                                hub.get(
                                                                "/api/v1/events?limit=1000&type=whatsapp.message.sent")
                                                        .findValuesAsText("correlation"))
                                        .contains(correlation));
        Message refused = browse("wa.dlq.commands").getFirst();
        assertThat(faults("refusedCommand", refused)).isEmpty();
        assertThat(refused.getStringProperty("HubReason")).contains("/from");
    }

    /** Acts on both phones, at the API and as Meta, until each type of event has a reason to come. */
    private void everythingHappens() {
        String sandbox = "/sandbox/api";
        String ana = sandbox + "/customers/ana";
        String first = hub.post(ana + "/messages", "{\"text\":\"Hi\"}").path("wamid").asText();
        hub.post(ana + "/edits", "{\"wamid\":\"%s\",\"text\":\"Hi there\"}".formatted(first));
        String second = hub.post(ana + "/messages", "{\"text\":\"Oops\"}").path("wamid").asText();
        hub.post(ana + "/revokes", "{\"wamid\":\"%s\"}".formatted(second));
        hub.call("POST", ana + "/pictures", null);
        aBotHasTheConversationAgain();
        String echo =
                hub.post(sandbox + "/app/ana/messages", "{\"text\":\"Tom here\"}")
                        .path("wamid")
                        .asText();
        hub.post(ana + "/reactions", "{\"wamid\":\"%s\",\"emoji\":\"👍\"}".formatted(echo));
        hub.call("POST", sandbox + "/app/history", null);
        hub.call("POST", sandbox + "/app/contacts", null);
        hub.webhook("account_update", "{\"event\":\"VERIFIED_ACCOUNT\"}");
        hub.webhook(
                "phone_number_quality_update",
                "{\"event\":\"ONBOARDING\",\"current_limit\":\"TIER_250\"}");
        hub.webhook(
                "message_template_status_update",
                "{\"event\":\"APPROVED\",\"message_template_id\":7}");
        hub.webhook("made_up_tomorrow", "{\"new\":[1,2]}");
        hub.webhook("not json at all");
        hub.webhook(
                "user_preferences",
                """
                {"messaging_product":"whatsapp","metadata":{"display_phone_number":"442079460018",
                "phone_number_id":"%s"},"user_preferences":[{"wa_id":"447700900123","detail":"stop",
                "category":"marketing_messages","value":"stop","timestamp":1795000000}]}\
                """
                        .formatted(RunningHub.NUMBER));
        String text = command("447700900123", "as-a-bot").replace("system", "bot");
        await().atMost(PATIENCE).until(() -> !hub.get(CONVERSATION).at("/bot/on").asBoolean(true));
        hub.post("/api/v1/messages", text, "Idempotency-Key", UUID.randomUUID().toString());
        hub.post(
                "/api/v1/messages",
                command("12025550143", "sent"),
                "Idempotency-Key",
                UUID.randomUUID().toString());
        hub.post(
                "/api/v1/messages",
                template("442079460018", "fails"),
                "Idempotency-Key",
                UUID.randomUUID().toString());
        hub.post(sandbox + "/customers/jonas/messages", "{\"text\":\"Hello\"}");
    }

    /** Or the echo of a person would change nothing: another test may have handed it over before. */
    private void aBotHasTheConversationAgain() {
        await().atMost(PATIENCE).until(() -> hub.get(CONVERSATION).at("/bot/on").isBoolean());
        hub.post(CONVERSATION + "/handover", "{\"to\":\"bot\"}");
        await().atMost(PATIENCE).until(() -> hub.get(CONVERSATION).at("/bot/on").asBoolean());
    }

    private static String command(String to, String correlation) {
        return """
        {"from":"%s","to":"%s","type":"text","text":{"body":"hello"},
        "hub":{"source":"system","correlation":"%s"}}\
        """
                .formatted(RunningHub.NUMBER, to, correlation);
    }

    /** Needs no open window. */
    private static String template(String to, String correlation) {
        return """
        {"from":"%s","to":"%s","type":"template","template":{"name":"we_miss_you","language":{"code":"en"},
        "components":[{"type":"body","parameters":[{"type":"text","text":"Ana"}]}]},
        "hub":{"source":"system","correlation":"%s"}}\
        """
                .formatted(RunningHub.NUMBER, to, correlation);
    }

    private void put(String body, String key) throws JMSException {
        try (var own = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                var producer = own.createProducer(own.createQueue("wa.commands"))) {
            BytesMessage message = own.createBytesMessage();
            message.writeBytes(body.getBytes(StandardCharsets.UTF_8));
            message.setStringProperty("idempotencyKey", key);
            producer.send(message);
        }
    }

    private List<Message> browse(String queue) throws Exception {
        // As the hub itself: no program may look at its queues.
        try (var inside =
                        hub.bean("connectionFactory", ConnectionFactory.class).createConnection();
                var own = inside.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            inside.start();
            var found = new ArrayList<Message>();
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                try (var browser = own.createBrowser(own.createQueue(queue))) {
                                    Enumeration<?> messages = browser.getEnumeration();
                                    while (messages.hasMoreElements()) {
                                        found.add((Message) messages.nextElement());
                                    }
                                }
                                return !found.isEmpty();
                            });
            return found;
        }
    }

    private List<String> faults(String name, Message message) throws Exception {
        var faults = new ArrayList<String>();
        faults.addAll(Schemas.faults(asyncApi, schemaOf(name, "headers"), headers(message)));
        faults.addAll(Schemas.faults(asyncApi, schemaOf(name, "payload"), body(message)));
        return faults;
    }

    private JsonNode schemaOf(String message, String part) {
        JsonNode schema = asyncApi.path("components").path("messages").path(message).path(part);
        JsonNode named = asyncApi.at(schema.path("$ref").asText("#").substring(1));
        return named.has("schemaFormat") ? named.path("schema") : schema;
    }

    private JsonNode body(Message message) throws JMSException, IOException {
        return json.readTree(((BytesMessage) message).getBody(byte[].class));
    }

    private static ObjectNode headers(Message message) throws JMSException {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        Enumeration<?> names = message.getPropertyNames();
        while (names.hasMoreElements()) {
            String name = (String) names.nextElement();
            Object value = message.getObjectProperty(name);
            if (value instanceof Number number) {
                headers.put(name, number.longValue());
            } else {
                headers.put(name, String.valueOf(value));
            }
        }
        return headers;
    }
}
