package org.coexhub.connector.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.connector.salesforce.pubsub.GivenUpEvents;
import org.coexhub.outbound.command.signed.StandardWebhooksSender;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** The route {@code commands-salesforce} in a whole hub, from an event in the org to Graph and back. */
class CommandsFromSalesforceTest {

    private static final String EVENT = "WhatsApp_Send__e";
    private static final String RECORD = "5003t00001AbCdEAAV";
    private static final String SECRET = "whsec_Y29leGlzdGVuY2UtaHViLXNlY3JldC1vZi10aGUtdGVzdA==";
    private static final AtomicInteger CUSTOMERS = new AtomicInteger(100_000);

    private static FakeGraph graph;
    private static HubWithSalesforce org;

    private final ObjectMapper json = new ObjectMapper();
    private final String customer = "4915" + CUSTOMERS.incrementAndGet();

    @BeforeAll
    static void start() throws Exception {
        graph = new FakeGraph();
        org =
                new HubWithSalesforce(
                        "hub.meta.graph-url=" + graph.url(),
                        "hub.salesforce.commands.number=106",
                        "hub.commands.secret=" + SECRET);
    }

    @AfterAll
    static void end() {
        org.close();
        graph.close();
    }

    @Test
    void anEventBecomesAMessageWhoseOutcomeNamesTheRecord() throws Exception {
        publish("case-" + customer, Map.of());

        eventually(() -> messages().size() == 1);
        assertThat(messages().getFirst().body().at("/template/name").asText()).isEqualTo("hello");
        JsonNode sent = event("whatsapp.message.sent");
        assertThat(sent.at("/data/command/correlation").asText())
                .isEqualTo("sf:case-" + customer + ":" + RECORD);
        assertThat(sent.at("/data/command/source").asText()).isEqualTo("crm");
        assertThat(sent.at("/data/command/sourceName").asText()).isEqualTo("salesforce");
        assertThat(sent.path("phonenumberid").asText()).isEqualTo("106");
    }

    @Test
    void theSameReferenceTwiceIsOneMessage() {
        publish("twice-" + customer, Map.of());
        publish("twice-" + customer, Map.of());
        publish("after-" + customer, Map.of());

        eventually(() -> messages().size() == 2);
        assertThat(messages()).hasSize(2);
    }

    @Test
    void anEventThatMakesNoMessageIsADeadLetterWithAReadableReasonAndTheRecordIsTold()
            throws Exception {
        publish("bad-" + customer, Map.of("To__c", "Ada Lovelace"));

        JsonNode rejected = event("whatsapp.command.rejected");
        assertThat(rejected.at("/data/command/correlation").asText())
                .isEqualTo("sf:bad-" + customer + ":" + RECORD);
        assertThat(rejected.at("/data/reason").asText()).isEqualTo("malformed");
        assertThat(rejected.at("/data/detail").asText()).startsWith("To__c: must be a phone");
        eventually(() -> reasons().stream().anyMatch(r -> r.contains("To__c: must be a phone")));
        assertThat(messages()).isEmpty();
    }

    @Test
    void anEventThatIsStillWrongAfterItsCorrectionIsToldAgain() throws Exception {
        publish("bad-" + customer, Map.of("To__c", "Ada Lovelace", "Kind__c", "hologram"));
        event("whatsapp.command.rejected");

        publish("bad-" + customer, Map.of("Kind__c", "hologram"));

        eventually(() -> events("whatsapp.command.rejected").size() == 2);
        assertThat(events("whatsapp.command.rejected"))
                .extracting(rejected -> rejected.at("/data/command/id").asText())
                .as("they are one send of the record's")
                .containsOnly(
                        events("whatsapp.command.rejected")
                                .getFirst()
                                .at("/data/command/id")
                                .asText());
    }

    @Test
    void otherContentUnderAReferenceThatWasUsedIsToldToTheRecord() throws Exception {
        publish("changed-" + customer, Map.of());
        publish("changed-" + customer, Map.of("Template__c", "goodbye"));

        JsonNode rejected = event("whatsapp.command.rejected");
        assertThat(rejected.at("/data/reason").asText()).isEqualTo("conflict");
        assertThat(rejected.at("/data/detail").asText()).startsWith("Client_Ref__c: ");
        assertThat(rejected.at("/data/command/correlation").asText())
                .isEqualTo("sf:changed-" + customer + ":" + RECORD);
        assertThat(rejected.at("/data/command/id").asText())
                .isNotEqualTo(event("whatsapp.message.sent").at("/data/command/id").asText());
        eventually(() -> reasons().stream().anyMatch(r -> r.contains("with other content")));
        assertThat(messages()).hasSize(1);
        assertThat(messages().getFirst().body().at("/template/name").asText()).isEqualTo("hello");
    }

    @Test
    void anEventForANumberThatNobodyKnowsIsToldToTheRecord() throws Exception {
        publish("unknown-" + customer, Map.of("Phone_Number_Id__c", "404404"));

        JsonNode rejected = event("whatsapp.command.rejected");
        assertThat(rejected.at("/data/command/correlation").asText())
                .isEqualTo("sf:unknown-" + customer + ":" + RECORD);
        assertThat(rejected.at("/data/detail").asText())
                .startsWith("Phone_Number_Id__c: unknown_number");
        assertThat(messages()).isEmpty();
    }

    @Test
    void anEventTheHubFailsAtIsADeadLetterAndItsRecordIsTold() throws Exception {
        byte[] fields = json.writeValueAsBytes(fields("failed-" + customer));
        var givenUp = org.hub.bean(GivenUpEvents.class);

        givenUp.park("event-" + customer, false, null, fields);
        givenUp.park("own-" + customer, true, null, fields);

        JsonNode rejected = event("whatsapp.command.rejected");
        assertThat(rejected.at("/data/reason").asText()).isEqualTo("internal_error");
        assertThat(rejected.at("/data/command/correlation").asText())
                .isEqualTo("sf:failed-" + customer + ":" + RECORD);
        assertThat(reasons())
                .anyMatch(r -> r.contains("event-" + customer + ": internal_error"))
                .anyMatch(r -> r.contains("own-" + customer + ": internal_error"));
        assertThat(events("whatsapp.command.rejected")).hasSize(1);
    }

    @Test
    void whatTheHubItselfCausedIsRefusedAndNotToldBack() {
        org.salesforce.org().publish(EVENT, fields("round-" + customer), SimulatedOrg.USER_ID);
        publish("wamid." + customer, Map.of());
        publish("next-" + customer, Map.of());

        eventually(() -> messages().size() == 1);
        eventually(
                () ->
                        reasons().stream().anyMatch(r -> r.contains("the hub's own user"))
                                && reasons().stream().anyMatch(r -> r.contains("sent already")));
        assertThat(events("whatsapp.command.rejected")).isEmpty();
    }

    @Test
    void aReferenceThatIsTheIdOfACommandNamesAMessageThatWasSent() throws Exception {
        publish("first-" + customer, Map.of());
        String command = event("whatsapp.message.sent").at("/data/command/id").asText();
        int before = reasons().size();

        publish(command, Map.of());

        eventually(() -> reasons().size() > before);
        assertThat(messages()).hasSize(1);
    }

    @Test
    void aCalloutThatIsRepeatedIsOneMessage() throws Exception {
        String body =
                """
                {"from":"106","to":"%s","hub":{"source":"crm","sourceName":"salesforce",
                 "correlation":"sf:callout-%s:%s"},"type":"template",
                 "template":{"name":"hello","language":{"code":"en"}}}
                """
                        .formatted(customer, customer, RECORD);

        assertThat(callOut(body)).isEqualTo(202);
        org.clock.advance(Duration.ofMinutes(1));
        assertThat(callOut(body)).isEqualTo(202);
        publish("after-" + customer, Map.of());

        eventually(() -> messages().size() == 2);
        assertThat(event("whatsapp.message.sent").at("/data/command/correlation").asText())
                .isEqualTo("sf:callout-" + customer + ":" + RECORD);
    }

    private int callOut(String body) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + org.hub.port() + "/webhooks/commands");
        return HttpClient.newHttpClient()
                .send(
                        StandardWebhooksSender.signed(
                                        address,
                                        "salesforce:callout-" + customer,
                                        org.clock.instant(),
                                        body,
                                        SECRET)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private void publish(String reference, Map<String, String> others) {
        Map<String, String> fields = fields(reference);
        fields.putAll(others);
        org.salesforce.org().publish(EVENT, fields);
    }

    private Map<String, String> fields(String reference) {
        return new HashMap<>(
                Map.of(
                        "Client_Ref__c",
                        reference,
                        "To__c",
                        "+" + customer,
                        "Template__c",
                        "hello",
                        "Language__c",
                        "en",
                        "Record_Id__c",
                        RECORD));
    }

    private List<FakeGraph.Received> messages() {
        return graph.received().stream()
                .filter(r -> r.body().path("to").asText().endsWith(customer))
                .toList();
    }

    private JsonNode event(String type) throws Exception {
        await().atMost(Duration.ofSeconds(60)).until(() -> !events(type).isEmpty());
        return events(type).getFirst();
    }

    /** Outcomes of what this test's customer was to get. */
    private List<JsonNode> events(String type) {
        try {
            JsonNode page =
                    json.readTree(org.hub.get("/api/v1/events?limit=1000&type=" + type).body());
            return page.path("events")
                    .valueStream()
                    .filter(e -> e.at("/data/command/correlation").asText().contains(customer))
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> reasons() {
        try {
            return org.deadLetters("commands").stream()
                    .map(letter -> letter.path("reason").asText())
                    .toList();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50)).until(condition);
    }
}
