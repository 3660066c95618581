package org.coexhub.connector.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.contacts;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.status;
import static org.coexhub.testing.MetaBodies.statuses;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.routes.HttpSink;
import org.coexhub.sandbox.salesforce.org.BusEvent;
import org.coexhub.sandbox.salesforce.org.Call;
import org.coexhub.testing.MetaBodies;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What Salesforce documents of its interfaces, requests and errors, as the simulated org speaks it. */
class MessagesReachSalesforceTest {

    private static final String UPSERT =
            "/services/data/v62.0/composite/sobjects/WhatsApp_Message__c/Wamid__c";
    private static final AtomicInteger CUSTOMERS = new AtomicInteger(100_000);

    private static final DateTimeFormatter SENT_AT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSZ");
    private static final HttpSink GRAPH = new HttpSink();

    private static HubWithSalesforce world;

    private final String customer = "4477009" + CUSTOMERS.incrementAndGet();
    private final int before = world.salesforce.calls().size();

    @BeforeAll
    static void start() throws Exception {
        world =
                new HubWithSalesforce(
                        "hub.salesforce.period=50ms",
                        "hub.salesforce.country-code=44",
                        "hub.meta.graph-url=" + GRAPH.url("/graph"));
    }

    @AfterAll
    static void stop() {
        world.close();
    }

    @AfterEach
    void everythingWorksAgain() throws Exception {
        world.salesforce.faults().clear();
        world.hub.order("/api/v1/destinations/salesforce/resume");
        world.awaitEmpty("salesforce");
    }

    @Test
    void aCustomersMessageBecomesALeadAndARecord() throws Exception {
        world.post(messagesOf(customer, "GB." + customer, "Ana Ribeiro", said("1", "Open today?")));

        Map<String, Object> message = written("1");
        assertThat(message)
                .containsEntry("Direction__c", "Inbound")
                .containsEntry("Origin__c", "Customer")
                .containsEntry("Type__c", "text")
                .containsEntry("Body__c", "Open today?")
                .containsEntry("Status__c", "received")
                .containsEntry("Contact_Phone__c", "+" + customer)
                .containsEntry("Contact_Name__c", "Ana Ribeiro")
                .containsEntry("Whatsapp_User_Id__c", "GB." + customer)
                .containsEntry("Phone_Number_Id__c", MetaBodies.NUMBER)
                .doesNotContainKey("Command_Id__c");
        Map<String, Object> lead = record("Lead", "WhatsApp_Id__c", customer);
        assertThat(lead)
                .containsEntry("LastName", "Ana Ribeiro")
                .containsEntry("MobilePhone", "+" + customer);
        assertThat(message).containsEntry("Lead__c", lead.get("Id"));
    }

    @Test
    void theSecondMessageOfACustomerCostsOneCall() throws Exception {
        say("1");
        written("1");
        world.awaitEmpty("salesforce");
        int known = world.salesforce.calls().size();

        say("2");

        assertThat(written("2")).containsEntry("Lead__c", written("1").get("Lead__c"));
        List<Call> calls = world.salesforce.calls();
        assertThat(calls.subList(known, calls.size()).stream().map(c -> c.method() + c.path()))
                .containsExactly("PATCH" + UPSERT);
    }

    @Test
    void statusesJoinTheirMessageAndNeverGoBack() throws Exception {
        world.post(echoes(echo(customer, wamid("e"), world.now(), "We are open")));
        assertThat(written("e"))
                .containsEntry("Direction__c", "Outbound")
                .containsEntry("Origin__c", "Business App")
                .containsEntry("Status__c", "sent");

        for (String status : List.of("read", "sent", "delivered")) {
            world.post(statuses(status(customer, wamid("e"), world.now(), status)));
            world.awaitEmpty("salesforce");
            assertThat(written("e")).containsEntry("Status__c", "read");
        }

        assertThat(written("e")).containsKeys("Delivered_At__c", "Read_At__c");
        assertThat(written("e")).containsEntry("Body__c", "We are open");
    }

    @Test
    void aMessageAndItsStatusesInOneBatchAreOneRecordOfOneCall() throws Exception {
        world.hub.order("/api/v1/destinations/salesforce/pause");
        world.post(echoes(echo(customer, wamid("e"), world.now(), "Yes")));
        world.post(statuses(status(customer, wamid("e"), world.now(), "delivered")));
        world.post(statuses(status(customer, wamid("e"), world.now(), "sent")));
        await().until(() -> world.destination("salesforce").path("queued").asInt() >= 3);
        world.hub.order("/api/v1/destinations/salesforce/resume");

        assertThat(written("e"))
                .containsEntry("Status__c", "delivered")
                .containsEntry("Body__c", "Yes");
        assertThat(world.calls(before, "PATCH", UPSERT).getFirst().records()).isOne();
    }

    @Test
    void aStatusBeforeItsMessageMakesARecordThatTheMessageCompletes() throws Exception {
        world.post(statuses(status(customer, wamid("e"), world.now(), "delivered")));
        assertThat(written("e"))
                .containsEntry("Status__c", "delivered")
                .doesNotContainKey("Body__c");

        world.post(echoes(echo(customer, wamid("e"), world.now(), "Here I am")));
        await().until(() -> "Here I am".equals(written("e").get("Body__c")));

        assertThat(written("e")).containsEntry("Status__c", "delivered");
    }

    @Test
    void aFailureIsInTheRecordWithItsReason() throws Exception {
        world.post(
                statuses(
                        """
                        {"id":"%s","status":"failed","timestamp":"%d","recipient_id":"%s",\
                        "errors":[{"code":131026,"title":"Message undeliverable",\
                        "error_data":{"details":"Recipient has no WhatsApp"}}]}\
                        """
                                .formatted(wamid("e"), world.now(), customer)));

        assertThat(written("e"))
                .containsEntry("Status__c", "failed")
                .containsEntry("Error_Code__c", "131026")
                .containsKey("Failed_At__c");
    }

    @Test
    void aContactIsFoundByItsNumberInWhateverSpellingAndKeepsTheWhatsAppId() throws Exception {
        String contact =
                world.salesforce
                        .org()
                        .create(
                                "Contact",
                                Map.of(
                                        "LastName",
                                        "Okafor",
                                        "Phone",
                                        "0"
                                                + customer.substring(2, 6)
                                                + " "
                                                + customer.substring(6)));

        say("1");

        assertThat(written("1")).containsEntry("Contact__c", contact).doesNotContainKey("Lead__c");
        assertThat(world.salesforce.org().record("Contact", contact).orElseThrow())
                .containsEntry("WhatsApp_Id__c", customer);
        assertThat(world.salesforce.org().find("Lead", "WhatsApp_Id__c", customer)).isEmpty();
    }

    @Test
    void aPersonAccountIsLinkedAsBoth() throws Exception {
        String account =
                world.salesforce
                        .org()
                        .create(
                                "Account",
                                Map.of("LastName", "Silva", "PersonMobilePhone", "+" + customer));

        say("1");

        assertThat(written("1")).containsEntry("Account__c", account).containsKey("Contact__c");
    }

    @Test
    void whereTwoContactsHaveTheNumberAPersonIsAskedAndNobodyIsGuessed() throws Exception {
        for (String name : List.of("Meyer", "Maier")) {
            world.salesforce
                    .org()
                    .create("Contact", Map.of("LastName", name, "MobilePhone", "+" + customer));
        }

        say("1");
        written("1");
        say("2");

        assertThat(written("2")).doesNotContainKeys("Contact__c", "Lead__c");
        assertThat(
                        world.salesforce.org().records("Task").stream()
                                .filter(
                                        task ->
                                                String.valueOf(task.get("Description"))
                                                        .contains("+" + customer)))
                .hasSize(1);
    }

    @Test
    void aContactThatIsDeletedIsAskedForAnew() throws Exception {
        String contact =
                world.salesforce
                        .org()
                        .create("Contact", Map.of("LastName", "Gone", "WhatsApp_Id__c", customer));
        say("1");
        assertThat(written("1")).containsEntry("Contact__c", contact);
        world.salesforce.org().delete("Contact", contact);

        say("2");

        assertThat(written("2")).containsKey("Lead__c");
        assertThat(mine("salesforce")).isEmpty();
    }

    @Test
    void aCustomerWithANewNumberStaysTheRecordTheyWere() throws Exception {
        String other = "4477008" + CUSTOMERS.incrementAndGet();
        say("1");
        Object lead = written("1").get("Lead__c");
        world.post(
                messages(
                        """
                        {"from":"%s","id":"%s","timestamp":"%d","type":"system","system":{"body":\
                        "changed","wa_id":"%s","type":"user_changed_number"}}\
                        """
                                .formatted(customer, wamid("s"), world.now(), other)));
        world.awaitEmpty("salesforce");

        world.post(messages(text(other, wamid("2"), world.now(), "It is me")));

        assertThat(lead).isNotNull();
        assertThat(written("2")).containsEntry("Lead__c", lead);
        assertThat(record("Lead", "WhatsApp_Id__c", other)).containsEntry("Id", lead);
        assertThat(world.salesforce.org().find("Lead", "WhatsApp_Id__c", customer)).isEmpty();
    }

    @Test
    void anEntryOfTheAddressBookBecomesALeadByItsName() throws Exception {
        world.post(
                contacts(
                        """
                        {"type":"contact","contact":{"full_name":"Bea Lind","first_name":"Bea",\
                        "phone_number":"%s"},"action":"add","metadata":{"timestamp":"%d"}}\
                        """
                                .formatted(customer, world.now())));

        assertThat(record("Lead", "WhatsApp_Id__c", customer))
                .containsEntry("LastName", "Bea Lind");
    }

    @Test
    void editsChangeTheRecordDeletionsMarkItAndReactionsAreRecords() throws Exception {
        say("1");
        written("1");
        world.post(
                messages(
                        """
                        {"from":"%1$s","id":"%2$s","timestamp":"%3$d","type":"reaction",\
                        "reaction":{"message_id":"%4$s","emoji":"👍"}}\
                        """
                                .formatted(customer, wamid("r"), world.now(), wamid("1"))));
        assertThat(written("r"))
                .containsEntry("Body__c", "👍")
                .containsEntry("Type__c", "reaction")
                .containsEntry("Reply_To_Wamid__c", wamid("1"));

        world.post(
                messages(
                        """
                        {"from":"%1$s","id":"%2$s","timestamp":"%3$d","type":"edit","edit":\
                        {"original_message_id":"%4$s","message":{"type":"text","text":{"body":"new"}}}}\
                        """
                                .formatted(customer, wamid("2"), world.now(), wamid("1"))));
        await().until(() -> "new".equals(written("1").get("Body__c")));

        world.post(
                messages(
                        """
                        {"from":"%1$s","id":"%2$s","timestamp":"%3$d","type":"revoke",\
                        "revoke":{"original_message_id":"%4$s"}}\
                        """
                                .formatted(customer, wamid("3"), world.now(), wamid("1"))));
        await().until(() -> "deleted".equals(written("1").get("Status__c")));

        world.post(statuses(status(customer, wamid("1"), world.now(), "read")));
        world.awaitEmpty("salesforce");
        assertThat(written("1")).containsEntry("Status__c", "deleted");
    }

    @Test
    void whatAValidationRuleRefusesGoesToTheDeadLettersAlone() throws Exception {
        world.salesforce
                .faults()
                .refuse(
                        record -> wamid("2").equals(record.get("Wamid__c")),
                        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                        "No, because of 'n2'");
        world.hub.order("/api/v1/destinations/salesforce/pause");
        say("1", "2", "3");
        world.hub.order("/api/v1/destinations/salesforce/resume");

        written("3");
        written("1");
        await().until(() -> mine("salesforce").size() == 1);
        JsonNode letter = mine("salesforce").getFirst();
        assertThat(letter.path("eventId").asText()).isEqualTo("message:" + wamid("2"));
        assertThat(letter.path("reason").asText())
                .contains("FIELD_CUSTOM_VALIDATION_EXCEPTION")
                .doesNotContain("n2");
    }

    @Test
    void aLockedRowIsTriedAgainAndItsNeighboursAreNot() throws Exception {
        say("1");
        written("1");
        world.hub.order("/api/v1/destinations/salesforce/pause");
        say("2", "3", "4");
        world.salesforce.faults().lockRows(1);
        int from = world.salesforce.calls().size();
        world.hub.order("/api/v1/destinations/salesforce/resume");

        written("2");
        written("3");
        written("4");
        world.awaitEmpty("salesforce");
        assertThat(world.calls(from, "PATCH", UPSERT).stream().mapToInt(Call::records).sum())
                .as("records sent, once more than there are")
                .isLessThanOrEqualTo(4);
        assertThat(mine("salesforce")).isEmpty();
    }

    @Test
    void aRefusalIsParkedOnceThoughItsNeighbourMeetsALock() throws Exception {
        say("1");
        written("1");
        world.awaitEmpty("salesforce");
        int parked = world.destination("salesforce").path("deadLettered").asInt();
        world.salesforce
                .faults()
                .refuse(
                        record -> wamid("2").equals(record.get("Wamid__c")),
                        "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                        "no");
        world.salesforce.faults().lockRows(record -> wamid("3").equals(record.get("Wamid__c")));
        world.hub.order("/api/v1/destinations/salesforce/pause");
        say("2", "3", "4");
        int from = world.salesforce.calls().size();
        world.hub.order("/api/v1/destinations/salesforce/resume");
        await().until(() -> world.calls(from, "PATCH", UPSERT).size() >= 3);
        assertThat(world.messages(wamid("3"))).isEmpty();

        world.salesforce.faults().lockRows(record -> false);

        written("3");
        written("4");
        world.awaitEmpty("salesforce");
        assertThat(mine("salesforce")).hasSize(1);
        assertThat(world.destination("salesforce").path("deadLettered").asInt())
                .isEqualTo(parked + 1);
    }

    @Test
    void anExpiredSessionIsRenewedAndNothingIsLostOrParked() throws Exception {
        say("1");
        written("1");
        world.salesforce.faults().expireSessions();

        say("2");

        written("2");
        assertThat(mine("salesforce")).isEmpty();
        assertThat(world.destination("salesforce").path("circuit").asText()).isEqualTo("closed");
    }

    @Test
    void anAnswerThatIsLostAfterTheCommitDoublesNothing() throws Exception {
        say("1");
        written("1");
        world.salesforce.faults().answerLostAfterCommit(1);

        say("2");

        written("2");
        world.awaitEmpty("salesforce");
        assertThat(world.messages(wamid("2"))).hasSize(1);
    }

    @Test
    void aReachedLimitPausesAndIsNamed() throws Exception {
        say("1");
        written("1");
        world.salesforce.faults().limitReached(true);
        say("2");
        await().until(
                        () ->
                                world.destination("salesforce")
                                        .path("lastError")
                                        .asText()
                                        .contains("REQUEST_LIMIT_EXCEEDED"));
        int refused = world.salesforce.calls().size();
        assertThat(world.destination("salesforce").path("circuit").asText()).isEqualTo("open");

        world.salesforce.faults().limitReached(false);
        assertThat(world.salesforce.calls()).hasSize(refused);
        world.clock.advance(Duration.ofMinutes(6));

        written("2");
        assertThat(mine("salesforce")).isEmpty();
    }

    @Test
    void aCommandOfSalesforceThatIsNotSentIsToldByRecordAndEvent() throws Exception {
        // Nobody has written for a day, so the window is closed.
        String body =
                """
                {"from":"%s","to":"%s","type":"text","text":{"body":"Hello"},\
                "hub":{"source":"crm","correlation":"sf:ref-%s:003000000000001AAA","hops":1}}\
                """
                        .formatted(MetaBodies.NUMBER, customer, customer);
        assertThat(world.hub.command("key-" + customer, body)).isEqualTo(202);

        await().until(
                        () ->
                                !world.salesforce
                                        .org()
                                        .find(
                                                "WhatsApp_Message__c",
                                                "Client_Ref__c",
                                                "ref-" + customer)
                                        .isEmpty());
        Map<String, Object> record =
                world.salesforce
                        .org()
                        .find("WhatsApp_Message__c", "Client_Ref__c", "ref-" + customer)
                        .getFirst();
        assertThat(record)
                .containsEntry("Status__c", "rejected")
                .containsEntry("Error_Code__c", "window_closed")
                .containsEntry("Direction__c", "Outbound")
                .containsEntry("Wamid__c", "command:" + record.get("Command_Id__c"));
        await().until(() -> results().size() == 1);
        assertThat(results().getFirst().fields())
                .containsEntry("Status__c", "rejected")
                .containsEntry("Record_Id__c", "003000000000001AAA")
                .containsEntry("Error_Code__c", "window_closed")
                .satisfies(
                        fields ->
                                assertThat(((Number) fields.get("Hops__c")).intValue())
                                        .isEqualTo(2));
    }

    @Test
    void aSendOfUnknownOutcomeStandsWhereItWasSent() throws Exception {
        world.post(messages(said("1", "hello")));
        // The window is open once the message has been routed.
        world.awaitEmpty("salesforce");
        GRAPH.then("/graph/v24.0/" + MetaBodies.NUMBER + "/messages", HttpSink.cut());
        String body =
                """
                {"from":"%s","to":"%s","type":"text","text":{"body":"maybe"},\
                "hub":{"source":"crm","correlation":"sf:ref-%s:003000000000001AAA","hops":1}}\
                """
                        .formatted(MetaBodies.NUMBER, customer, customer);
        assertThat(world.hub.command("key-" + customer, body)).isEqualTo(202);
        await().until(() -> results().size() == 1);
        String command = results().getFirst().fields().get("Command_Id__c").toString();
        Instant unresolved = world.clock.instant();

        world.post(statuses(status(customer, wamid("late"), world.now(), "delivered", command)));

        await().until(() -> "maybe".equals(written("late").get("Body__c")));
        assertThat(written("late")).containsEntry("Status__c", "delivered");
        assertThat(SENT_AT.parse(written("late").get("Sent_At__c").toString(), Instant::from))
                .isBefore(unresolved);
    }

    @Test
    void aTextLongerThanItsFieldIsCutAndNotRefused() throws Exception {
        world.post(
                messagesOf(
                        customer,
                        "GB." + customer,
                        "N".repeat(400),
                        said("1", "w".repeat(40_000))));

        assertThat(written("1").get("Body__c").toString()).hasSize(32_768);
        assertThat(record("Lead", "WhatsApp_Id__c", customer).get("LastName").toString())
                .hasSize(80);
        assertThat(mine("salesforce")).isEmpty();
    }

    private List<BusEvent> results() {
        return world.salesforce.publishes().stream()
                .filter(event -> ("ref-" + customer).equals(event.fields().get("Client_Ref__c")))
                .toList();
    }

    private void say(String... names) throws Exception {
        for (String name : names) {
            world.post(messages(said(name, "n" + name)));
        }
    }

    private String said(String name, String words) {
        return text(customer, wamid(name), world.now(), words);
    }

    private String wamid(String name) {
        return "wamid." + customer + "." + name;
    }

    private Map<String, Object> written(String name) {
        await().atMost(Duration.ofSeconds(20)).until(() -> !world.messages(wamid(name)).isEmpty());
        return world.message(wamid(name));
    }

    private static Map<String, Object> record(String type, String field, String value) {
        await().until(() -> !world.salesforce.org().find(type, field, value).isEmpty());
        return world.salesforce.org().find(type, field, value).getFirst();
    }

    private List<JsonNode> mine(String destination) throws Exception {
        return world.deadLetters(destination).stream()
                .filter(letter -> letter.path("eventId").asText().contains(customer))
                .toList();
    }
}
