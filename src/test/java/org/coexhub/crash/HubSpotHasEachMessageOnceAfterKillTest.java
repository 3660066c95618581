package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.sandbox.hubspot.CrmObject;
import org.coexhub.sandbox.hubspot.Fault;
import org.coexhub.sandbox.hubspot.SimulatedHubSpot;
import org.coexhub.sandbox.hubspot.SimulatedHubSpot.Call;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills the hub while it writes to HubSpot, which loses answers and is away meanwhile, and whose search index lags: in
 * the end each acknowledged message is on one timeline once, with its last status, and each customer is one contact.
 */
@Tag("crash")
class HubSpotHasEachMessageOnceAfterKillTest {

    private static final Logger LOG =
            LoggerFactory.getLogger(HubSpotHasEachMessageOnceAfterKillTest.class);

    private static final int KILLS = Integer.getInteger("hub.crash.crm-kills", 1);
    private static final int CUSTOMERS = 20;
    private static final String NUMBER = "106540352242922";

    private final SimulatedHubSpot hubSpot = new SimulatedHubSpot("token", Clock.systemUTC(), 0);
    private final AtomicBoolean enough = new AtomicBoolean();

    @TempDir Path folder;

    @Test
    void onOneTimelineWithItsLastStatus() throws Exception {
        hubSpot.start().searchLag(Duration.ofMinutes(10));
        try (hubSpot;
                var hub = hub();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var http = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
            var traffic = threads.submit(() -> talk(http));
            for (int life = 0; life <= KILLS; life++) {
                hub.start();
                hub.awaitReady(Duration.ofMinutes(2));
                trouble();
                if (life < KILLS) {
                    hub.kill();
                }
            }
            enough.set(true);
            int rounds = traffic.get();
            await().atMost(Duration.ofSeconds(60)).until(() -> queued(hub) == 0);

            LOG.info(
                    "{} rounds of {} customers, {} calls",
                    rounds,
                    CUSTOMERS,
                    hubSpot.calls().size());
            check(rounds);
        }
    }

    private HubProcess hub() throws IOException {
        return HubProcess.in(folder.resolve("hub"))
                .quick("256m")
                .with("HUB_HUBSPOT_ACCESS_TOKEN", "token")
                .with("HUB_HUBSPOT_URL", hubSpot.url())
                .with("HUB_HUBSPOT_PERIOD", "200ms")
                .destination(
                        "hubspot",
                        Files.readString(Path.of("routes/destinations/hubspot.camel.yaml")));
    }

    /** Each kind of call goes wrong once after it was done, and one before. */
    private void trouble() {
        await().atMost(Duration.ofSeconds(30)).until(() -> writes() > 0);
        long before = writes();
        hubSpot.next("contacts/batch/upsert", Fault.ANSWER_LOST);
        hubSpot.next("communications/batch/upsert", Fault.ANSWER_LOST, Fault.UNAVAILABLE);
        hubSpot.next("batch/associate", Fault.BAD_GATEWAY_AFTERWARDS);
        hubSpot.next("communications/batch/update", Fault.ANSWER_LOST);
        await().atMost(Duration.ofSeconds(30)).until(() -> writes() > before + 3);
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
        String wamid = wamid("e", customer, round);
        return new WebhookBody()
                .status(NUMBER, phone(customer), wamid, 1_790_000_000L + round, status)
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
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private void check(int rounds) {
        assertThat(hubSpot.contacts()).hasSize(CUSTOMERS);
        assertThat(hubSpot.communications()).hasSize(2 * rounds * CUSTOMERS);
        for (CrmObject contact : hubSpot.contacts()) {
            List<CrmObject> timeline = hubSpot.timeline(contact.id());
            Set<String> expected = new HashSet<>();
            int customer = Integer.parseInt(contact.get("whatsapp_id").substring(8)) - 1000;
            for (int round = 0; round < rounds; round++) {
                expected.add(wamid("m", customer, round));
                expected.add(wamid("e", customer, round));
            }
            assertThat(timeline)
                    .extracting(message -> message.get("whatsapp_message_id"))
                    .containsExactlyInAnyOrderElementsOf(expected);
            assertThat(timeline)
                    .filteredOn(message -> message.get("whatsapp_origin").equals("app"))
                    .extracting(message -> message.get("whatsapp_status"))
                    .containsOnly("read");
        }
    }

    private long writes() {
        return hubSpot.calls().stream()
                .filter(HubSpotHasEachMessageOnceAfterKillTest::wrote)
                .count();
    }

    private static boolean wrote(Call call) {
        return call.path().endsWith("communications/batch/upsert") && call.status() == 200;
    }

    private static int queued(HubProcess hub) throws IOException {
        return new ObjectMapper()
                .readTree(hub.get(hub.uri("/api/v1/destinations/hubspot")).body())
                .path("queued")
                .asInt(-1);
    }

    private static String phone(int customer) {
        return "44770060" + (1000 + customer);
    }

    private static String wamid(String kind, int customer, int round) {
        return "wamid.hubspot." + kind + "." + customer + "." + round;
    }
}
