package org.coexhub.connector.hubspot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.status;
import static org.coexhub.testing.MetaBodies.statuses;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.sandbox.hubspot.CrmObject;
import org.coexhub.sandbox.hubspot.Fault;
import org.coexhub.sandbox.hubspot.SimulatedHubSpot;
import org.coexhub.sandbox.hubspot.SimulatedHubSpot.Call;
import org.coexhub.sandbox.hubspot.Workflow;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** HubSpot's documented requests, limits and errors, over HTTP, from a webhook of Meta to a contact's timeline and back. */
class HubSpotBothWaysTest {

    private static final String TOKEN = "pat-eu1-token-of-the-test";
    private static final String SECRET = "client-secret-of-the-test";
    private static final String PUBLIC = "https://hub.example.com";
    private static final HttpSink GRAPH = new HttpSink();
    private static final AtomicInteger CUSTOMERS = new AtomicInteger(900_000);

    private static SimulatedHubSpot hubSpot;
    private static StartedHub hub;

    private final ObjectMapper json = new ObjectMapper();
    private final String customer = "447700" + CUSTOMERS.incrementAndGet();
    private final long now = Instant.now().getEpochSecond();

    @BeforeAll
    static void start() {
        hubSpot = new SimulatedHubSpot(TOKEN, Clock.systemUTC(), 0).start();
        hub =
                StartedHub.on(
                        HubFolder.fresh(),
                        "hub.hubspot.access-token=" + TOKEN,
                        "hub.hubspot.url=" + hubSpot.url(),
                        "hub.hubspot.client-secret=retired," + SECRET,
                        "hub.hubspot.public-url=" + PUBLIC + "/",
                        "hub.hubspot.number=" + NUMBER,
                        "hub.hubspot.country-code=44",
                        "hub.hubspot.period=20ms",
                        "hub.meta.graph-url=" + GRAPH.url("/graph"));
    }

    @AfterAll
    static void stop() {
        hub.close();
        hubSpot.close();
    }

    @BeforeEach
    void healthy() {
        hubSpot.token(TOKEN);
        hubSpot.searchLag(Duration.ZERO);
    }

    @Test
    void aMessageStandsOnTheTimelineOfTheContactWithThatNumber() throws Exception {
        CrmObject contact = contact("+44 7700 " + customer.substring(6));
        hub.post(
                messagesOf(
                        customer,
                        "GB." + customer,
                        "Ana",
                        text(customer, "w1." + customer, now, "2 < 3\\n& more")));

        CrmObject message = await().until(() -> only(contact), found -> found != null);
        assertThat(message.properties())
                .containsEntry("hs_communication_channel_type", "WHATS_APP")
                .containsEntry("hs_communication_logged_from", "CRM")
                .containsEntry(
                        "hs_communication_body", "<strong>Ana</strong><br>2 &lt; 3<br>&amp; more")
                .containsEntry("hs_timestamp", Instant.ofEpochSecond(now).toString())
                .containsEntry("whatsapp_message_id", "w1." + customer)
                .containsEntry("whatsapp_origin", "customer");
        assertThat(contact.get("whatsapp_id")).isEqualTo(customer);
    }

    @Test
    void anUnknownCustomerBecomesOneContactThoughAnswersAreLostAndTheIndexLags() throws Exception {
        hubSpot.searchLag(Duration.ofHours(1));
        hubSpot.next("contacts/batch/upsert", Fault.ANSWER_LOST, Fault.BAD_GATEWAY_AFTERWARDS);
        hubSpot.next("communications/batch/upsert", Fault.ANSWER_LOST);
        hubSpot.next("batch/associate", Fault.ANSWER_LOST);
        int before = hubSpot.contacts().size();

        hub.post(messages(text(customer, "w1." + customer, now, "one")));
        hub.post(messages(text(customer, "w2." + customer, now + 1, "two")));

        await().atMost(Duration.ofSeconds(30)).until(() -> timelineOf(customer).size() == 2);
        assertThat(hubSpot.contacts()).hasSize(before + 1);
        assertThat(withId("w1." + customer)).hasSize(1);
        assertThat(withId("w2." + customer)).hasSize(1);
        assertThat(hubSpot.calls()).filteredOn(call -> call.status() == 0).isNotEmpty();
        assertThat(letter("." + customer)).isNull();
    }

    @Test
    void aGroupsMessageStandsOnTheTimelineOfItsWriter() throws Exception {
        hub.post(
                messages(
                        text(customer, "w1." + customer, now, "in the group")
                                .replaceFirst("\\{", "{\"group_id\":\"G" + customer + "\",")));

        await().until(() -> timelineOf(customer).size() == 1);
    }

    @Test
    void twoContactsWithOneNumberAreNotGuessedBetween() throws Exception {
        CrmObject one = contact("+" + customer);
        CrmObject other = contact("0" + customer.substring(2));
        CrmObject same = contact(customer);

        hub.post(messages(text(customer, "w1." + customer, now, "who am I?")));

        await().until(() -> timelineOf(customer).size() == 1);
        for (CrmObject contact : List.of(one, other, same)) {
            assertThat(hubSpot.timeline(contact.id())).isEmpty();
        }
    }

    @Test
    void aNumberWithoutCountryCodeIsFoundAndOneOfAnotherCountryIsNot() throws Exception {
        CrmObject foreign = contact("+1 " + customer.substring(2));
        CrmObject local = contact("0" + customer.substring(2, 6) + " " + customer.substring(6));

        hub.post(messages(text(customer, "w1." + customer, now, "hello")));

        await().until(() -> hubSpot.timeline(local.id()).size() == 1);
        assertThat(hubSpot.timeline(foreign.id())).isEmpty();
    }

    @Test
    void aNumberOfAnyCountryIsFoundHoweverItIsTyped() throws Exception {
        String german = "49302" + CUSTOMERS.incrementAndGet();
        CrmObject contact =
                hubSpot.contact(
                        Map.of(
                                "mobilephone",
                                "+49 (30) " + german.substring(4, 8) + "-" + german.substring(8)));

        hub.post(messages(text(german, "w1." + german, now, "guten Tag")));

        await().until(() -> hubSpot.timeline(contact.id()).size() == 1);
    }

    @Test
    void whomTheOwnerWritesToInTheAppIsMadeNoContact() throws Exception {
        String friend = "447701" + CUSTOMERS.incrementAndGet();
        contact("+" + customer);
        hub.post(echoes(echo(friend, "private." + friend, now, "see you tonight")));
        hub.post(echoes(echo(customer, "w1." + customer, now, "your order is ready")));

        await().until(() -> timelineOf(customer).size() == 1);
        assertThat(timelineOf(customer).getFirst().get("hs_communication_body"))
                .contains("From the WhatsApp Business App");
        assertThat(withId("private." + friend)).isEmpty();
        assertThat(byWhatsAppId(friend)).isNull();
    }

    @Test
    void aStatusIsPutOnItsMessageAndNeverGoesBack() throws Exception {
        contact("+" + customer);
        String wamid = "w1." + customer;
        hub.post(echoes(echo(customer, wamid, now, "your order is ready")));
        hub.post(statuses(status(customer, wamid, now + 1, "read")));
        hub.post(statuses(status(customer, wamid, now + 1, "delivered")));
        hub.post(statuses(status(customer, "unknown." + customer, now + 1, "read")));
        hub.post(echoes(echo(customer, "w2." + customer, now + 2, "later")));

        await().until(() -> timelineOf(customer).size() == 2);
        await().until(() -> "read".equals(withId(wamid).getFirst().get("whatsapp_status")));
        assertThat(withId("unknown." + customer)).isEmpty();
        assertThat(letter("." + customer)).isNull();
    }

    @Test
    void whatHubSpotRefusesOfABatchGoesAloneToTheDeadLetters() throws Exception {
        hubSpot.refuse("forbidden words of " + customer);
        paused(
                3,
                () -> {
                    hub.post(messages(text(customer, "w1." + customer, now, "one")));
                    hub.post(
                            messages(
                                    text(
                                            customer,
                                            "w2." + customer,
                                            now + 1,
                                            "forbidden words of " + customer)));
                    hub.post(messages(text(customer, "w3." + customer, now + 2, "three")));
                });

        await().until(() -> timelineOf(customer).size() == 2);
        await().until(() -> letter("message:w2." + customer) != null);
        assertThat(letter("message:w2." + customer).path("reason").asText())
                .contains("VALIDATION_ERROR")
                .doesNotContain("forbidden");
        assertThat(
                        hub.order(
                                "/api/v1/dead-letters/"
                                        + letter("message:w2." + customer).path("id").asText()
                                        + "/discard"))
                .isEqualTo(200);
    }

    @Test
    void whileTheTokenIsRevokedEventsWaitInOrder() throws Exception {
        hubSpot.token("another");
        for (int i = 0; i < 5; i++) {
            hub.post(messages(text(customer, "w" + i + "." + customer, now + i, "n" + i)));
        }
        await().until(() -> standing().path("circuit").asText().equals("open"));
        hubSpot.token(TOKEN);

        await().atMost(Duration.ofSeconds(30)).until(() -> timelineOf(customer).size() == 5);
        assertThat(timelineOf(customer))
                .extracting(m -> m.get("hs_communication_body"))
                .allMatch(body -> body.startsWith("<strong>Customer</strong><br>n"));
        assertThat(letter("." + customer)).isNull();
    }

    @Test
    void anOutageAndLocksCostNoMessage() throws Exception {
        hubSpot.next("communications/batch/upsert", Fault.UNAVAILABLE, Fault.LOCKED);
        hub.post(messages(text(customer, "w1." + customer, now, "one")));

        await().atMost(Duration.ofSeconds(30)).until(() -> timelineOf(customer).size() == 1);
        assertThat(letter("." + customer)).isNull();
    }

    @Test
    void aHundredMessagesCostAFewCalls() throws Exception {
        int before = hubSpot.calls().size();
        paused(
                100,
                () -> {
                    for (int i = 0; i < 100; i++) {
                        String one = "4477" + (20_000_000 + i % 20);
                        hub.post(
                                messages(
                                        text(one, "many." + i + "." + customer, now + i, "n" + i)));
                    }
                });
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                hubSpot.communications().stream()
                                                .filter(
                                                        c ->
                                                                c.get("whatsapp_message_id")
                                                                        .startsWith("many."))
                                                .count()
                                        == 100);
        await().until(() -> standing().path("queued").asInt() == 0);
        List<Call> calls = hubSpot.calls();
        // Per batch: read, two searches of ten people, contacts, messages, associations.
        assertThat(calls.size() - before).isLessThanOrEqualTo(14);
    }

    @Test
    void manyStrangersAtOnceAreSearchedForWithinTheLimitOfSearches() throws Exception {
        int before = hubSpot.contacts().size();
        long searches = searches();
        paused(
                56,
                () -> {
                    for (int i = 0; i < 56; i++) {
                        String one = "4477" + (30_000_000 + i);
                        hub.post(messages(text(one, "strange." + i, now, "n" + i)));
                    }
                });
        await().atMost(Duration.ofSeconds(30))
                .until(() -> hubSpot.contacts().size() == before + 56);
        await().until(() -> standing().path("queued").asInt() == 0);
        // Seven for 56 people, one more where they came in two batches; none again after a limit.
        assertThat(searches()).isBetween(searches + 7, searches + 8);
        assertThat(letter("strange.")).isNull();
    }

    @Test
    void aDeletedContactIsLookedForAnew() throws Exception {
        CrmObject contact = contact("+" + customer);
        hub.post(messages(text(customer, "w1." + customer, now, "one")));
        await().until(() -> hubSpot.timeline(contact.id()).size() == 1);
        hubSpot.deleteContact(contact.id());

        hub.post(messages(text(customer, "w2." + customer, now + 1, "two")));

        await().atMost(Duration.ofSeconds(30)).until(() -> timelineOf(customer).size() == 1);
        assertThat(withId("w2." + customer)).hasSize(1);
    }

    @Test
    void aWorkflowsWebhookBecomesOneMessageAndItsStatusComesBack() throws Exception {
        contact("+" + customer);
        hub.post(messages(text(customer, "w1." + customer, now, "hello")));
        await().until(() -> timelineOf(customer).size() == 1);
        String body =
                "{\"to\":\"+%s\",\"text\":\"Your order is on its way.\",\"agent\":\"Ida\",\"key\":\"k1.%s\"}"
                        .formatted(customer, customer);

        HttpResponse<String> answer = workflow(body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(workflow(body).body()).isEqualTo(answer.body());

        await().until(() -> timelineOf(customer).size() == 2);
        CrmObject sent = timelineOf(customer).getLast();
        assertThat(sent.get("hs_communication_body"))
                .isEqualTo("<strong>From Ida (hubspot)</strong><br>Your order is on its way.");
        assertThat(sent.get("whatsapp_origin")).isEqualTo("hub");
        hub.post(statuses(status(customer, sent.get("whatsapp_message_id"), now + 9, "delivered")));
        await().until(() -> "delivered".equals(sent.get("whatsapp_status")));
        assertThat(GRAPH.requests("/graph/.*/messages", customer)).hasSize(1);
    }

    @Test
    void aSendOfUnknownOutcomeStandsWhereItWasSentAndHasItsStatus() throws Exception {
        contact("+" + customer);
        hub.post(messages(text(customer, "w1." + customer, now, "hello")));
        await().until(() -> timelineOf(customer).size() == 1);
        GRAPH.then("/graph/v24.0/" + NUMBER + "/messages", HttpSink.cut());
        String command =
                json.readTree(
                                workflow("{\"to\":\"+%s\",\"text\":\"maybe\"}".formatted(customer))
                                        .body())
                        .path("commandId")
                        .asText();
        await().until(() -> !withId("command:" + command).isEmpty());
        Instant unresolved = Instant.now();

        String wamid = "late." + customer;
        hub.post(statuses(status(customer, wamid, now + 9, "delivered", command)));
        await().until(() -> !withId(wamid).isEmpty());

        CrmObject message = withId(wamid).getFirst();
        assertThat(message.get("whatsapp_status")).isEqualTo("delivered");
        assertThat(Instant.parse(message.get("hs_timestamp"))).isBefore(unresolved);
    }

    @Test
    void whatTheRulesForbidIsToldOnTheTimeline() throws Exception {
        contact("+" + customer);
        hub.post(echoes(echo(customer, "w1." + customer, now, "hello")));
        await().until(() -> timelineOf(customer).size() == 1);

        assertThat(workflow("{\"to\":\"%s\",\"text\":\"Buy!\"}".formatted(customer)).statusCode())
                .isEqualTo(202);

        await().until(() -> timelineOf(customer).size() == 2);
        assertThat(timelineOf(customer))
                .extracting(m -> m.get("hs_communication_body"))
                .contains("<strong>Not sent: window_closed</strong><br>Buy!");
    }

    @Test
    void aFirstMessageToAContactWhoNeverWroteStandsOnItsTimeline() throws Exception {
        CrmObject contact = contact("+44 7700 " + customer.substring(6));
        String body =
                "{\"to\":\"+44 7700"
                    + " %s\",\"template\":\"order_ready\",\"language\":\"en_GB\",\"parameters\":[\"12\"]}";

        assertThat(workflow(body.formatted(customer.substring(6))).statusCode()).isEqualTo(202);
        assertThat(workflow("{\"to\":\"+%s\",\"text\":\"Buy!\"}".formatted(customer)).statusCode())
                .isEqualTo(202);

        await().until(() -> hubSpot.timeline(contact.id()).size() == 2);
        assertThat(hubSpot.timeline(contact.id()))
                .extracting(m -> m.get("hs_communication_body"))
                .containsExactlyInAnyOrder(
                        "<strong>From hubspot</strong><br>[template] order_ready",
                        "<strong>Not sent: window_closed</strong><br>Buy!");
    }

    @Test
    void whatTheHubWroteItselfIsNoCommand() throws Exception {
        String copy =
                "{\"to\":\"%s\",\"text\":\"round\",\"whatsapp_message_id\":\"w1\"}"
                        .formatted(customer);
        String record =
                "{\"objectId\":1,\"properties\":{\"whatsapp_message_id\":{\"value\":\"w1\"}}}";

        assertThat(workflow(copy).statusCode()).isEqualTo(200);
        assertThat(workflow(record).body()).contains("ignored");
        assertThat(GRAPH.requests("/graph/.*/messages", customer)).isEmpty();
    }

    @Test
    void onlyWhatHubSpotSignedForThisAddressIsTaken() throws Exception {
        String body = "{\"to\":\"%s\",\"text\":\"x\"}".formatted(customer);
        URI door = door("/webhooks/hubspot");
        var right = new Workflow(SECRET, Clock.systemUTC());
        var wrong = new Workflow("guessed", Clock.systemUTC());
        var late = new Workflow(SECRET, Clock.offset(Clock.systemUTC(), Duration.ofMinutes(-6)));

        assertThat(wrong.post(door, PUBLIC + "/webhooks/hubspot", body).statusCode())
                .isEqualTo(401);
        assertThat(late.post(door, PUBLIC + "/webhooks/hubspot", body).statusCode()).isEqualTo(401);
        assertThat(
                        right.post(door, "https://elsewhere.example.com/webhooks/hubspot", body)
                                .statusCode())
                .isEqualTo(401);
        assertThat(
                        right.post(
                                        door("/webhooks/hubspot?a=%3A%2F&b=1"),
                                        PUBLIC + "/webhooks/hubspot?a=:/&b=1",
                                        body)
                                .statusCode())
                .isEqualTo(202);
        assertThat(
                        right.post(door, PUBLIC + "/webhooks/hubspot", "{\"to\":\"12345\"}")
                                .statusCode())
                .isEqualTo(422);
    }

    private interface Step {
        void run() throws Exception;
    }

    /** The events that come of what the step posts are delivered afterwards, together. */
    private void paused(int events, Step step) throws Exception {
        await().until(() -> standing().path("queued").asInt() == 0);
        assertThat(hub.order("/api/v1/destinations/hubspot/pause")).isEqualTo(200);
        step.run();
        await().until(() -> standing().path("queued").asInt() == events);
        assertThat(hub.order("/api/v1/destinations/hubspot/resume")).isEqualTo(200);
    }

    private static long searches() {
        return hubSpot.calls().stream()
                .filter(call -> call.path().endsWith("/search") && call.status() == 200)
                .count();
    }

    private HttpResponse<String> workflow(String body) throws Exception {
        return new Workflow(SECRET, Clock.systemUTC())
                .post(door("/webhooks/hubspot"), PUBLIC + "/webhooks/hubspot", body);
    }

    private static URI door(String path) {
        return URI.create("http://127.0.0.1:" + hub.port() + path);
    }

    private CrmObject contact(String phone) {
        return hubSpot.contact(Map.of("firstname", "Contact", "phone", phone));
    }

    private static CrmObject only(CrmObject contact) {
        List<CrmObject> timeline = hubSpot.timeline(contact.id());
        return timeline.size() == 1 ? timeline.getFirst() : null;
    }

    private static CrmObject byWhatsAppId(String id) {
        return hubSpot.contacts().stream()
                .filter(c -> id.equals(c.get("whatsapp_id")))
                .findFirst()
                .orElse(null);
    }

    private static List<CrmObject> timelineOf(String id) {
        CrmObject contact = byWhatsAppId(id);
        return contact == null ? List.of() : hubSpot.timeline(contact.id());
    }

    private static List<CrmObject> withId(String wamid) {
        return hubSpot.communications().stream()
                .filter(c -> wamid.equals(c.get("whatsapp_message_id")))
                .toList();
    }

    private JsonNode standing() throws Exception {
        return json.readTree(hub.get("/api/v1/destinations/hubspot").body());
    }

    private JsonNode letter(String event) throws Exception {
        var letters = new ArrayList<JsonNode>();
        json.readTree(hub.get("/api/v1/dead-letters").body())
                .path("deadLetters")
                .forEach(letters::add);
        return letters.stream()
                .filter(letter -> letter.toString().contains(event))
                .findFirst()
                .orElse(null);
    }
}
