package org.coexhub.connector.salesforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Outages of every kind, one after the other, by a clock that is put forward: what is written meanwhile comes later. */
class AnHourWithoutSalesforceTest {

    private static final int CUSTOMERS = 3;

    /** While an outage lasts: short tries, then after 1, 2, 4 … 256 s, then every five minutes. */
    private static final int TRIES_IN_AN_HOUR = 3 + 9 + 12;

    private int round;

    @Test
    void losesNothingDoublesNothingKeepsTheOrderAndTriesSparingly() throws Exception {
        try (var world =
                new HubWithSalesforce(
                        "hub.salesforce.period=20ms", "hub.salesforce.create=contact")) {
            everybodySays(world);
            await().atMost(Duration.ofSeconds(30)).until(() -> records(world) == CUSTOMERS);

            var faults = world.salesforce.faults();
            without(world, 60, () -> faults.unavailable(true));
            without(world, 30, () -> faults.limitReached(true));
            without(
                    world,
                    15,
                    () -> {
                        faults.cutConnections(true);
                        faults.expireSessions();
                    });

            assertThat(world.deadLetters("salesforce")).isEmpty();
            for (int customer = 0; customer < CUSTOMERS; customer++) {
                assertThat(wordsOf(world, customer)).isEqualTo(expected()).doesNotHaveDuplicates();
            }
            assertThat(world.salesforce.org().records("Contact")).hasSize(CUSTOMERS);
        }
    }

    private void without(HubWithSalesforce world, int minutes, Runnable trouble) throws Exception {
        world.awaitEmpty("salesforce");
        trouble.run();
        int before = world.salesforce.calls().size();
        int seen = before;
        for (int minute = 0; minute < minutes; minute += 5) {
            if (minute % 15 == 0) {
                everybodySays(world);
            }
            int tried = seen;
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> world.salesforce.calls().size() > tried && isOpen(world));
            seen = world.salesforce.calls().size();
            world.clock.advance(Duration.ofMinutes(5));
        }
        assertThat(world.salesforce.calls().size() - before)
                .as("calls of an hour, logins included")
                .isLessThanOrEqualTo(2 * TRIES_IN_AN_HOUR);
        world.salesforce.faults().clear();
        world.clock.advance(Duration.ofMinutes(5));
        world.awaitEmpty("salesforce");
    }

    private static boolean isOpen(HubWithSalesforce world) throws Exception {
        return world.destination("salesforce").path("circuit").asText().equals("open");
    }

    private void everybodySays(HubWithSalesforce world) throws Exception {
        for (int customer = 0; customer < CUSTOMERS; customer++) {
            world.post(
                    messages(
                            text(
                                    phone(customer),
                                    "wamid.hour." + customer + "." + round,
                                    world.now(),
                                    "n" + round)));
        }
        round++;
    }

    private List<String> expected() {
        var words = new ArrayList<String>();
        for (int n = 0; n < round; n++) {
            words.add("n" + n);
        }
        return words;
    }

    /** In the order in which the records were made. */
    private static List<String> wordsOf(HubWithSalesforce world, int customer) {
        return world.salesforce.org().records("WhatsApp_Message__c").stream()
                .filter(record -> ("+" + phone(customer)).equals(record.get("Contact_Phone__c")))
                .map(record -> String.valueOf(record.get("Body__c")))
                .toList();
    }

    private static int records(HubWithSalesforce world) {
        return world.salesforce.org().records("WhatsApp_Message__c").size();
    }

    private static String phone(int customer) {
        return "44770080" + (1000 + customer);
    }
}
