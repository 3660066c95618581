package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.assertj.core.api.SoftAssertions;
import org.coexhub.testing.BrokerProcess;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.QueueReader;
import org.coexhub.testing.StandalonePostgres;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Kills the hub again and again under mixed traffic, and then reads every destination queue to its end: each acknowledged
 * event is there exactly once and in order per conversation.
 *
 * <p>A change meets the four moments of {@link KillMoment}, each once. The profile {@code crash} goes on with random
 * moments: {@code mvn -Pcrash test -Dhub.crash.kills=200 -Dhub.crash.seed=...}. A repeated seed gives the same
 * decisions, not the same timing.
 */
@Tag("crash")
class NothingLostNothingTwiceAfterKillTest {

    private static final Logger LOG =
            LoggerFactory.getLogger(NothingLostNothingTwiceAfterKillTest.class);

    private static final int KILLS =
            Integer.getInteger("hub.crash.kills", KillMoment.ENUMERATED.size());
    private static final int DATABASE_KILLS = Integer.getInteger("hub.crash.database-kills", 2);
    private static final int BROKER_KILLS = Integer.getInteger("hub.crash.broker-kills", 2);
    private static final int SENDERS = Integer.getInteger("hub.crash.senders", 4);
    private static final int CUSTOMERS = Integer.getInteger("hub.crash.customers", 20);
    private static final long SEED = Long.getLong("hub.crash.seed", System.nanoTime());

    private static final int LONGEST_LIFE_MILLIS = 1500;
    private static final Duration READY = Duration.ofMinutes(2);
    private static final List<String> DESTINATIONS = List.of("alpha", "beta", "gamma");

    /** Looks through all of them, rows included, and fails at the first that is damaged. */
    private static final String INDEXES =
            """
            SELECT count(bt_index_check(i.indexrelid::regclass, true)::text)
            FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_am a ON a.oid = c.relam
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.amname = 'btree' AND n.nspname = 'public' AND c.relkind = 'i'
            """;

    private final Random random = new Random(SEED);
    private final Ledger ledger = new Ledger();
    private final Set<String> inQueues = new HashSet<>();

    @TempDir Path folder;

    @Test
    void withEmbeddedBrokerAndDatabase() throws Exception {
        try (var hub = hub()) {
            underTraffic(hub, () -> killAgainAndAgain(hub));
            checkQueues(hub);
            checkLog(hub);
            checkIndexes(hub);
        }
    }

    /** Its own, alone and together with the hub. */
    @Test
    @Tag("many")
    void withTheDatabaseKilledToo() throws Exception {
        try (var hub = hub()) {
            hub.start();
            hub.awaitReady(READY);
            underTraffic(
                    hub,
                    () -> {
                        for (int kill = 1; kill <= DATABASE_KILLS; kill++) {
                            pause(random.nextInt(2 * LONGEST_LIFE_MILLIS));
                            await().atMost(READY).until(hub::killDatabase);
                            if (kill % 2 == 0) {
                                hub.kill();
                                hub.start();
                            }
                            hub.awaitReady(READY);
                        }
                    });
            checkQueues(hub);
            checkLog(hub);
            checkIndexes(hub);
        }
    }

    /** The hub is killed first, and then the broker instead. */
    @Test
    void withStandaloneBrokerAndPostgres() throws Exception {
        try (var postgres = new StandalonePostgres();
                var broker = BrokerProcess.in(folder.resolve("broker"));
                var hub = hub().store(postgres).broker(broker)) {
            underTraffic(
                    hub,
                    () -> {
                        killAgainAndAgain(hub);
                        for (int kill = 1; kill <= BROKER_KILLS; kill++) {
                            pause(random.nextInt(2 * LONGEST_LIFE_MILLIS));
                            broker.kill();
                            pause(random.nextInt(LONGEST_LIFE_MILLIS));
                            broker.start();
                        }
                    });
            checkQueues(hub);
            checkLog(hub);
            checkIndexes(hub);
        }
    }

    private HubProcess hub() throws IOException {
        var hub = HubProcess.in(folder.resolve("hub")).quick("256m");
        for (String destination : DESTINATIONS) {
            hub.gatheringDestination(destination);
        }
        return hub;
    }

    private void killAgainAndAgain(HubProcess hub) throws IOException {
        for (int kill = 1; kill <= KILLS; kill++) {
            KillMoment.number(kill, random).await(hub, READY);
            hub.kill();
        }
        hub.start();
        hub.awaitReady(READY);
    }

    private void underTraffic(HubProcess hub, Disturbance disturbance) throws Exception {
        LOG.info("Seed {}; {} senders", SEED, SENDERS);
        var stop = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(SENDERS)) {
            List<Future<Traffic.Totals>> senders = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                var http = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
                senders.add(threads.submit(new Traffic(i, CUSTOMERS, http, ledger, stop, SEED)));
            }
            try {
                disturbance.run();
            } finally {
                stop.set(true);
            }
            var totals = new Traffic.Totals(0, 0, 0);
            for (Future<Traffic.Totals> sender : senders) {
                totals = totals.and(sender.get());
            }
            LOG.info("{}; {} events acknowledged", totals, ledger.acknowledged());
        }
    }

    private void checkQueues(HubProcess hub) throws Exception {
        try (var reader = new QueueReader(hub.brokerUrl())) {
            await().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> reader.depth("wa.in") + reader.depth("wa.history") == 0);
            assertThat(reader.depth("wa.dlq.in")).as("events that could not be handled").isZero();
            Set<String> first = null;
            var all = new SoftAssertions();
            for (String destination : DESTINATIONS) {
                String queue = "wa.out." + destination;
                List<QueueReader.Letter> letters = new ArrayList<>(reader.drain(queue));
                letters.addAll(reader.drain(queue + ".history"));
                all.check(() -> ledger.check(queue, letters));
                LOG.info("{}: {} events", queue, letters.size());
                if (first != null) {
                    assertThat(Ledger.ids(letters))
                            .as("the same events in every queue")
                            .isEqualTo(first);
                }
                first = Ledger.ids(letters);
            }
            all.assertAll();
            inQueues.addAll(first);
        }
    }

    /** A claim that a kill took back would let a repetition through tomorrow. */
    private void checkLog(HubProcess hub) throws IOException, SQLException {
        Set<String> claimed = new HashSet<>();
        try (var connection = hub.database();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id FROM event_log")) {
            while (rows.next()) {
                claimed.add(rows.getString(1));
            }
        }
        assertThat(claimed).as("claims in the event log").isEqualTo(inQueues);
    }

    /** A damaged one would be built anew by the hub, and so be gone from sight: its log tells of that. */
    private static void checkIndexes(HubProcess hub) throws IOException, SQLException {
        assertThat(Files.readString(hub.log())).doesNotContain("is damaged and built anew");
        try (var connection = hub.database();
                var statement = connection.createStatement()) {
            statement.execute("CREATE EXTENSION IF NOT EXISTS amcheck");
            try (var rows = statement.executeQuery(INDEXES)) {
                rows.next();
                assertThat(rows.getInt(1)).as("indexes looked through").isGreaterThan(50);
            }
        }
    }

    @FunctionalInterface
    private interface Disturbance {
        void run() throws Exception;
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }
}
