package org.coexhub.connector.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.history;
import static org.coexhub.testing.MetaBodies.imported;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.sandbox.salesforce.org.Call;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was written before the number was connected, in jobs of Bulk API 2.0. */
class HistoryReachesSalesforceByBulkTest {

    private static final String CUSTOMER = "447700910001";
    private static final String JOBS = "/services/data/v62.0/jobs/ingest";

    @Test
    void inAFewCallsLinkedToWhomTheOrgKnowsAndWithWhatItRefusesParkedAlone() throws Exception {
        try (var world = new HubWithSalesforce("hub.salesforce.history-period=100ms")) {
            String contact =
                    world.salesforce
                            .org()
                            .create(
                                    "Contact",
                                    Map.of("LastName", "Old", "MobilePhone", "+" + CUSTOMER));
            world.salesforce
                    .faults()
                    .refuse(
                            record -> "wamid.h.7".equals(record.get("Wamid__c")),
                            "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                            "not this one");
            world.hub.order("/api/v1/destinations/salesforce-history/pause");
            var items = new ArrayList<String>();
            for (int n = 0; n < 500; n++) {
                items.add(
                        imported(
                                CUSTOMER,
                                "wamid.h." + n,
                                world.now() - 100_000 + n,
                                "said \\\"n" + n + "\\\",\\nlong ago"));
            }
            world.post(history(CUSTOMER, items.toArray(String[]::new)));
            world.post(
                    history(
                            "447700910002",
                            imported("447700910002", "wamid.h.x", world.now(), "x")));
            await().until(
                            () ->
                                    world.destination("salesforce-history").path("queued").asInt()
                                            == 501);
            int before = world.salesforce.apiCalls();
            world.hub.order("/api/v1/destinations/salesforce-history/resume");

            await().atMost(Duration.ofSeconds(30))
                    .until(
                            () ->
                                    world.destination("salesforce-history").path("queued").asInt()
                                            == 0);

            assertThat(world.salesforce.org().records("WhatsApp_Message__c")).hasSize(500);
            assertThat(world.message("wamid.h.3"))
                    .containsEntry("Origin__c", "History")
                    .containsEntry("Direction__c", "Inbound")
                    .containsEntry("Body__c", "said \"n3\",\nlong ago")
                    .containsEntry("Contact__c", contact);
            assertThat(world.salesforce.org().records("Lead")).as("nobody is created").isEmpty();
            List<JsonNode> letters = world.deadLetters("salesforce-history");
            assertThat(letters).hasSize(1);
            assertThat(letters.getFirst().path("eventId").asText()).isEqualTo("message:wamid.h.7");
            assertThat(letters.getFirst().path("reason").asText())
                    .contains("FIELD_CUSTOM_VALIDATION_EXCEPTION");
            assertThat(world.salesforce.apiCalls() - before).isLessThanOrEqualTo(14);
            assertThat(world.calls(0, "PATCH", "/services/data/v62.0/composite/sobjects/WhatsApp_"))
                    .as("nothing by the live path")
                    .isEmpty();
            assertThat(world.calls(0, "POST", JOBS).stream().map(Call::status))
                    .isNotEmpty()
                    .allMatch(status -> status == 200);
        }
    }

    @Test
    void ofAContactThatIsGoneNothingIsParkedAndTheCustomerIsAskedForAnew() throws Exception {
        try (var world = new HubWithSalesforce("hub.salesforce.history-period=100ms")) {
            String gone = contact(world);
            world.post(history(CUSTOMER, imported(CUSTOMER, "wamid.h.1", world.now(), "one")));
            world.awaitEmpty("salesforce-history");
            assertThat(world.message("wamid.h.1")).containsEntry("Contact__c", gone);
            world.salesforce.org().delete("Contact", gone);
            String successor = contact(world);

            world.post(history(CUSTOMER, imported(CUSTOMER, "wamid.h.2", world.now(), "two")));
            world.awaitEmpty("salesforce-history");

            assertThat(world.message("wamid.h.2")).containsEntry("Contact__c", successor);
            assertThat(world.deadLetters("salesforce-history")).isEmpty();
        }
    }

    private static String contact(HubWithSalesforce world) {
        return world.salesforce
                .org()
                .create("Contact", Map.of("LastName", "Old", "MobilePhone", "+" + CUSTOMER));
    }
}
