package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.sandbox.salesforce.SimulatedSalesforce;
import org.coexhub.sandbox.salesforce.org.Call;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills the hub while it writes to Salesforce, which loses answers, ends sessions and cuts connections meanwhile: in the
 * end each acknowledged message is one record, in order per conversation, with the last status, at the pace of the plan.
 */
@Tag("crash")
class SalesforceGetsEachMessageOnceAfterKillTest {

    private static final Logger LOG =
            LoggerFactory.getLogger(SalesforceGetsEachMessageOnceAfterKillTest.class);

    private static final int KILLS = Integer.getInteger("hub.crash.crm-kills", 2);
    private static final int CUSTOMERS = 10;
    private static final Duration PERIOD = Duration.ofMillis(200);
    private static final String NUMBER = "106540352242922";
    private static final String UPSERT =
            "/services/data/v62.0/composite/sobjects/WhatsApp_Message__c";

    private final SimulatedSalesforce salesforce = new SimulatedSalesforce(Clock.systemUTC());
    private final List<Instant> kills = new ArrayList<>();
    private final AtomicBoolean enough = new AtomicBoolean();

    @TempDir Path folder;

    @Test
    void inOrderAndWithItsLastStatus() throws Exception {
        salesforce.start(0, 0);
        try (salesforce;
                var hub = hub();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var http = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
            var traffic = threads.submit(() -> talk(http));
            for (int life = 0; life <= KILLS; life++) {
                hub.start();
                hub.awaitReady(Duration.ofMinutes(2));
                trouble(hub);
                if (life < KILLS) {
                    hub.kill();
                    kills.add(Instant.now());
                }
            }
            enough.set(true);
            int rounds = traffic.get();
            salesforce.faults().clear();
            order(hub, "resume");
            await().atMost(Duration.ofSeconds(60)).until(() -> queued(hub) == 0);

            LOG.info(
                    "{} rounds of {} customers, {} calls",
                    rounds,
                    CUSTOMERS,
                    salesforce.apiCalls());
            check(rounds);
            checkPace();
        }
    }

    private HubProcess hub() throws IOException {
        return HubProcess.in(folder.resolve("hub"))
                .quick("256m")
                .with("HUB_SALESFORCE_LOGIN_URL", salesforce.url().toString())
                .with("HUB_SALESFORCE_CLIENT_ID", salesforce.clientId())
                .with("HUB_SALESFORCE_CLIENT_SECRET", salesforce.clientSecret())
                .with("HUB_SALESFORCE_PERIOD", PERIOD.toMillis() + "ms")
                .with("HUB_SALESFORCE_BATCH", "50")
                .destination(
                        "salesforce",
                        Files.readString(Path.of("routes/destinations/salesforce.camel.yaml")));
    }

    /** A second or so in which everything goes wrong once, and then some work. */
    private void trouble(HubProcess hub) {
        await().atMost(Duration.ofSeconds(30)).until(() -> writes() > 0);
        int before = writes();
        salesforce.faults().answerLostAfterCommit(1);
        await().atMost(Duration.ofSeconds(20)).until(() -> writes() > before + 1);
        salesforce.faults().expireSessions();
        int after = writes();
        await().atMost(Duration.ofSeconds(20)).until(() -> writes() > after + 1);
        salesforce.faults().cutConnections(true);
        pause(300);
        salesforce.faults().cutConnections(false);
        pause(300);
    }

    /** Everybody writes and is answered in the App, over and over. @return how many rounds were acknowledged */
    private int talk(WebhookSender http) {
        int round = 0;
        while (!enough.get()) {
            for (int customer = 0; customer < CUSTOMERS; customer++) {
                post(http, said(customer, round));
                post(http, status(customer, round, "read"));
                post(http, status(customer, round, "delivered"));
            }
            round++;
        }
        return round;
    }

    private static byte[] said(int customer, int round) {
        long seconds = 1_790_000_000L + round;
        return new WebhookBody()
                .message(NUMBER, phone(customer), wamid("m", customer, round), seconds, "m" + round)
                .echo(NUMBER, phone(customer), wamid("e", customer, round), seconds, "e" + round)
                .bytes();
    }

    private static byte[] status(int customer, int round, String status) {
        return new WebhookBody()
                .status(
                        NUMBER,
                        phone(customer),
                        wamid("e", customer, round),
                        1_790_000_000L + round,
                        status)
                .bytes();
    }

    /** As Meta: the same bytes until they are acknowledged. */
    private static void post(WebhookSender http, byte[] body) {
        while (true) {
            try {
                if (http.send(body) == 200) {
                    return;
                }
            } catch (IOException away) {
                // Dead or starting.
            }
            pause(20);
        }
    }

    private void check(int rounds) {
        for (int customer = 0; customer < CUSTOMERS; customer++) {
            var expected = new ArrayList<String>();
            for (int round = 0; round < rounds; round++) {
                expected.add("m" + round);
                expected.add("e" + round);
            }
            String phone = "+" + phone(customer);
            List<Map<String, Object>> records =
                    salesforce.org().records("WhatsApp_Message__c").stream()
                            .filter(record -> phone.equals(record.get("Contact_Phone__c")))
                            .toList();
            assertThat(records.stream().map(record -> record.get("Body__c")))
                    .as("messages of %s in the order in which they came", phone)
                    .isEqualTo(expected);
            assertThat(records.stream().filter(r -> r.get("Body__c").toString().startsWith("e")))
                    .as("the last status of what was written in the App")
                    .allMatch(record -> "read".equals(record.get("Status__c")));
        }
        assertThat(salesforce.org().records("WhatsApp_Message__c")).hasSize(2 * rounds * CUSTOMERS);
        assertThat(salesforce.org().records("Lead")).hasSize(CUSTOMERS);
    }

    /**
     * However one looks at it, no more calls than the plan allows. The plan counts from where an attempt begins, so one
     * that looks for people first arrives later, by less than a period; and a start does not know the calls before it.
     */
    private void checkPace() {
        List<Call> attempts = new ArrayList<>(upserts());
        // The same attempt comes again with a new session.
        attempts.removeIf(call -> call.status() == 401);
        for (int i = 0; i < attempts.size(); i++) {
            Instant first = attempts.get(i).at();
            for (int j = i + 1; j < attempts.size(); j++) {
                Instant last = attempts.get(j).at();
                long starts =
                        kills.stream().filter(k -> k.isAfter(first) && k.isBefore(last)).count();
                Duration least = PERIOD.multipliedBy(j - i - 1 - starts);
                assertThat(Duration.between(first, last))
                        .as("calls %d to %d, %d starts between", i, j, starts)
                        .isGreaterThanOrEqualTo(least);
            }
        }
        assertThat(attempts).allMatch(call -> call.records() <= 50);
    }

    private int writes() {
        return (int) upserts().stream().filter(call -> call.status() == 200).count();
    }

    private List<Call> upserts() {
        return salesforce.calls().stream().filter(call -> call.path().startsWith(UPSERT)).toList();
    }

    private static int queued(HubProcess hub) throws IOException {
        JsonNode standing =
                new ObjectMapper()
                        .readTree(hub.get(hub.uri("/api/v1/destinations/salesforce")).body());
        return standing.path("queued").asInt(-1);
    }

    private static void order(HubProcess hub, String what) throws Exception {
        java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(
                                        hub.uri("/api/v1/destinations/salesforce/" + what))
                                .header("Authorization", "Bearer " + HubProcess.API_TOKEN)
                                .POST(java.net.http.HttpRequest.BodyPublishers.noBody())
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.discarding());
    }

    private static String phone(int customer) {
        return "44770060" + (1000 + customer);
    }

    private static String wamid(String kind, int customer, int round) {
        return "wamid.kill." + kind + "." + customer + "." + round;
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
}
