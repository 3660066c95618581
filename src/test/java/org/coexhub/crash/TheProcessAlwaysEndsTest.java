package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.testing.BrokerProcess;
import org.coexhub.testing.FreePorts;
import org.coexhub.testing.HubProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A start that fails and a stop that is asked for leave no process, whatever is away. */
class TheProcessAlwaysEndsTest {

    private static final Logger LOG = LoggerFactory.getLogger(TheProcessAlwaysEndsTest.class);

    private static final Duration STOP = Duration.ofSeconds(20);

    @TempDir Path folder;

    @Test
    void aStartWithoutItsDatabaseEndsAtOnceAndSaysSoInALine() throws Exception {
        int nobody = FreePorts.next();
        var hub =
                HubProcess.in(folder)
                        .with(
                                "HUB_DB_URL",
                                "jdbc:postgresql://127.0.0.1:" + nobody + "/hub?password=s3cret")
                        .quick("256m");

        hub.start();

        assertEndsWithin(hub, Duration.ofSeconds(90));
        assertThat(Files.readString(hub.log()))
                .contains("HUB_DB_URL (hub.db.url): the database at jdbc:postgresql://127.0.0.1:")
                .contains("cannot be reached")
                .doesNotContain("s3cret")
                .doesNotContain("\tat ");
    }

    @Test
    void withItsBrokerGoneAStartAndAStopEndAndSayWhy() throws Exception {
        try (var broker = BrokerProcess.in(folder.resolve("broker"))) {
            var hub = HubProcess.in(folder.resolve("hub")).broker(broker).quick("256m");
            hub.start();
            hub.awaitReady(Duration.ofSeconds(120));

            broker.kill();
            hub.handle().destroy();
            assertEndsWithin(hub, STOP);

            hub.start();
            assertEndsWithin(hub, Duration.ofSeconds(90));
            assertThat(Files.readString(hub.log()))
                    .contains("HUB_BROKER_URL (hub.broker.url): the broker at tcp://127.0.0.1:");
        }
    }

    private static void assertEndsWithin(HubProcess hub, Duration time) throws Exception {
        long began = System.nanoTime();
        assertThat(
                        hub.handle()
                                .onExit()
                                .completeOnTimeout(null, time.toSeconds(), TimeUnit.SECONDS)
                                .get())
                .as("the ended process, see " + hub.log())
                .isNotNull();
        LOG.info(
                "The process was gone after {} ms",
                Duration.ofNanos(System.nanoTime() - began).toMillis());
    }
}
