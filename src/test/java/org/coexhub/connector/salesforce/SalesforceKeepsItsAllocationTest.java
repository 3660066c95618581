package org.coexhub.connector.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.sandbox.salesforce.org.Call;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** Calls are counted by Salesforce, that is by the simulated one. */
class SalesforceKeepsItsAllocationTest {

    private static final int CUSTOMERS = 12;
    private static final int ROUNDS = 13;

    private static final String UPSERT =
            "/services/data/v62.0/composite/sobjects/WhatsApp_Message__c";

    @Test
    void oneCallASecondCarriesTheTrafficAndTheShareOfTheDayIsNotExceeded() throws Exception {
        try (var world = new HubWithSalesforce("hub.salesforce.daily-share=50")) {
            for (int customer = 0; customer < CUSTOMERS; customer++) {
                say(world, customer, 0);
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> records(world) == CUSTOMERS);
            world.awaitEmpty("salesforce");
            int known = world.salesforce.calls().size();
            int callsBefore = world.salesforce.apiCalls();
            long begin = System.nanoTime();
            for (int round = 1; round < ROUNDS; round++) {
                for (int customer = 0; customer < CUSTOMERS; customer++) {
                    say(world, customer, round);
                }
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> records(world) == ROUNDS * CUSTOMERS);
            world.awaitEmpty("salesforce");
            double seconds = (System.nanoTime() - begin) / 1e9;

            List<Call> upserts = world.calls(known, "PATCH", UPSERT);
            assertThat(world.salesforce.apiCalls() - callsBefore)
                    .as("calls for known customers: upserts and no other")
                    .isEqualTo(upserts.size())
                    .isLessThanOrEqualTo((int) seconds + 2);
            assertThat(upserts).allMatch(call -> call.records() <= 200);
            for (int i = 1; i < upserts.size(); i++) {
                assertThat(Duration.between(upserts.get(i - 1).at(), upserts.get(i).at()))
                        .isGreaterThan(Duration.ofMillis(800));
            }
            assertThat(world.salesforce.org().records("Lead")).hasSize(CUSTOMERS);

            stopsAtItsShareAndGoesOnWhenTheDayIsOver(world);
        }
    }

    private static void stopsAtItsShareAndGoesOnWhenTheDayIsOver(HubWithSalesforce world)
            throws Exception {
        world.salesforce.apiCallsPerDay(2 * world.salesforce.apiCalls() + 2);
        say(world, 0, ROUNDS);
        await().until(() -> !world.messages(wamid(0, ROUNDS)).isEmpty());
        world.awaitEmpty("salesforce");
        int atTheShare = world.salesforce.apiCalls();

        say(world, 0, ROUNDS + 1);
        await().until(
                        () ->
                                world.destination("salesforce")
                                        .path("lastError")
                                        .asText()
                                        .contains("the hub's share is 50 %"));
        assertThat(metric(world, "hub_salesforce_api_used")).isEqualTo(atTheShare);
        assertThat(metric(world, "hub_salesforce_api_usage_ratio")).isBetween(0.5, 0.6);
        world.clock.advance(Duration.ofMinutes(6));
        await().until(() -> !world.calls(0, "GET", "/services/data/v62.0/limits").isEmpty());
        assertThat(world.salesforce.apiCalls()).isEqualTo(atTheShare + 1);
        assertThat(world.messages(wamid(0, ROUNDS + 1))).isEmpty();

        world.clock.advance(Duration.ofHours(24));

        await().atMost(Duration.ofSeconds(40))
                .until(() -> !world.messages(wamid(0, ROUNDS + 1)).isEmpty());
        assertThat(world.deadLetters("salesforce")).isEmpty();
    }

    private static int records(HubWithSalesforce world) {
        return world.salesforce.org().records("WhatsApp_Message__c").size();
    }

    private static double metric(HubWithSalesforce world, String name) throws Exception {
        return world.hub
                .management("/actuator/prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    private static void say(HubWithSalesforce world, int customer, int round) throws Exception {
        world.post(
                messages(
                        text(
                                "44770070" + (1000 + customer),
                                wamid(customer, round),
                                world.now(),
                                "n" + round)));
    }

    private static String wamid(int customer, int round) {
        return "wamid.allocation." + customer + "." + round;
    }
}
