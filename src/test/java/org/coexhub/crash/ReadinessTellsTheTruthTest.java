package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.testing.BrokerProcess;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.StandalonePostgres;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** An external broker hangs, dies and comes back: readiness follows, and nobody who asks is held long meanwhile. */
@Tag("crash")
class ReadinessTellsTheTruthTest {

    private static final Logger LOG = LoggerFactory.getLogger(ReadinessTellsTheTruthTest.class);

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Four seconds of silence, a second between two questions, and a second for a busy machine. */
    private static final Duration TRUTH = Duration.ofSeconds(6);

    @TempDir Path folder;

    @Test
    void readinessAndEveryAnswerFollowTheBroker() throws Exception {
        try (var postgres = new StandalonePostgres();
                var broker = BrokerProcess.in(folder.resolve("broker"));
                var hub =
                        HubProcess.in(folder.resolve("hub"))
                                .quick("256m")
                                .store(postgres)
                                .broker(broker)
                                .gatheringDestination("alpha")) {
            hub.start();
            hub.awaitReady(PATIENCE);
            var meta = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
            assertThat(meta.send(webhook(1))).isEqualTo(200);

            broker.freeze();
            awaitReadiness(hub, false, "a broker that hangs");
            assertThat(meta.send(webhook(2))).as("while it hangs").isEqualTo(503);
            long began = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                assertThat(hub.get(hub.uri("/api/v1/destinations")).statusCode()).isEqualTo(503);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as("ten questions, of which at most the first waits for the broker")
                    .isLessThan(Duration.ofSeconds(20));
            broker.thaw();
            awaitReadiness(hub, true, "a broker that goes on");
            await().atMost(PATIENCE).until(() -> meta.send(webhook(3)) == 200);

            broker.kill();
            awaitReadiness(hub, false, "a dead broker");
            assertThat(meta.send(webhook(4))).as("while it is dead").isEqualTo(503);
            broker.start();
            await().atMost(PATIENCE).until(hub::isReady);
            await().atMost(PATIENCE).until(() -> meta.send(webhook(5)) == 200);
            await().atMost(PATIENCE)
                    .until(() -> hub.get(hub.uri("/api/v1/destinations")).statusCode() == 200);
            assertThat(hub.log())
                    .as("the shipped settings are what the hub needs, and it may ask for them")
                    .content()
                    .doesNotContain("The broker's settings");
        }
    }

    private static void awaitReadiness(HubProcess hub, boolean ready, String after) {
        long began = System.nanoTime();
        await(after)
                .atMost(TRUTH)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> hub.isReady() == ready);
        LOG.info(
                "Readiness is {} {} ms after {}",
                ready,
                Duration.ofNanos(System.nanoTime() - began).toMillis(),
                after);
    }

    private static byte[] webhook(int n) {
        return new WebhookBody()
                .message(
                        "106540352242922",
                        "4915100077" + n,
                        "wamid.ready" + n,
                        Instant.now().getEpochSecond(),
                        "are you there")
                .bytes();
    }
}
