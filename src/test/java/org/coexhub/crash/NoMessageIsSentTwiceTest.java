package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.crash.CommandSubmitter.Wanted;
import org.coexhub.crash.HostileGraph.Arrival;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Kills the hub again and again while it sends to a Graph that takes messages without saying so, refuses, resets, stalls
 * and is slow; and then reads Graph's own log: nobody got a message twice or out of order, no limit was exceeded at any
 * moment, and every command came to an end that agrees with what happened.
 *
 * <p>One number is busy beyond its limit, and its recipients beyond theirs; the others share the rest.
 * A change meets the moments of {@link KillMoment}; {@code mvn -Pcrash test -Dhub.crash.send-kills=100
 * -Dhub.crash.commands=50000 -Dhub.crash.seed=...} goes on with random ones, or repeats the same decisions.
 */
@Tag("crash")
class NoMessageIsSentTwiceTest {

    private static final Logger LOG = LoggerFactory.getLogger(NoMessageIsSentTwiceTest.class);

    private static final int KILLS =
            Integer.getInteger("hub.crash.send-kills", KillMoment.ENUMERATED.size());
    private static final int COMMANDS = Integer.getInteger("hub.crash.commands", 1_000);
    private static final int RECIPIENTS = Integer.getInteger("hub.crash.recipients", 100);
    private static final int NUMBERS = 25;
    private static final int SUBMITTERS = 4;
    private static final long SEED = Long.getLong("hub.crash.seed", System.nanoTime());

    private static final int PER_SECOND = 20;
    private static final int PAIR_BURST = 45;
    private static final int PAIR_SECONDS = 6;

    /** More than a recipient may get at once. */
    private static final int MOST_PER_RECIPIENT = 47;

    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Pattern OPEN =
            Pattern.compile("^hub_commands\\{state=\"[a-z]+\"\\} ([0-9.E]+)$", Pattern.MULTILINE);

    private final Random random = new Random(SEED);

    /** Kept when the test fails: what went wrong stands in the hub's log and store. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void noMessageIsSentTwiceAndNoLimitExceeded() throws Exception {
        LOG.info("Seed {}; {} commands, {} kills", SEED, COMMANDS, KILLS);
        try (var graph = new HostileGraph(SEED, TIMEOUT.plusSeconds(1));
                var hub = hub(graph);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            hub.start();
            hub.awaitReady(READY);
            CustomersWriteFirst.open(hub, wanted());
            hub.stop();
            var courier =
                    new StatusCourier(new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET));
            graph.telling(courier::tell);
            Future<?> statuses = threads.submit(courier);
            try {
                List<Future<Integer>> submitters = submit(hub, threads);
                killAgainAndAgain(hub);
                int requests = 0;
                for (Future<Integer> submitter : submitters) {
                    requests += submitter.get();
                }
                LOG.info("{} commands accepted by {} requests", COMMANDS, requests);
                LOG.info("Graph has been called {} times", graph.arrivals().size());
                await().atMost(Duration.ofMinutes(3))
                        .pollInterval(Duration.ofMillis(500))
                        .until(() -> courier.isDone() && allCommandsEnded(hub));
            } finally {
                statuses.cancel(true);
            }
            Map<String, String> states = commands(hub);
            hub.stop();
            check(new SendLog(graph.arrivals()), states);
        }
    }

    private HubProcess hub(HostileGraph graph) throws IOException {
        return HubProcess.in(folder.resolve("hub"))
                .quick("320m")
                .with("HUB_META_GRAPH_URL", graph.url().toString())
                .with("HUB_META_TIMEOUT", TIMEOUT.toSeconds() + "s")
                // A busy machine may hold a request up for long before it reaches Graph's log.
                .with("HUB_SEND_LIMITS_TRANSIT", "5s")
                .with("HUB_SEND_RECORD_WITHIN", "6s")
                .with("HUB_SEND_RESOLVE_WITHIN", "6s");
    }

    private List<Future<Integer>> submit(HubProcess hub, ExecutorService threads) {
        Map<Integer, List<Wanted>> shares =
                wanted().stream()
                        .collect(
                                Collectors.groupingBy(
                                        w -> Math.floorMod(w.to().hashCode(), SUBMITTERS)));
        return shares.values().stream()
                .map(
                        share ->
                                threads.submit(
                                        new CommandSubmitter(hub.uri("/api/v1/messages"), share)))
                .toList();
    }

    /** The first number's recipients get as much as they may and more; what is left goes to all others in turn. */
    private static List<Wanted> wanted() {
        int perNumber = RECIPIENTS / NUMBERS;
        int busy = perNumber * MOST_PER_RECIPIENT;
        int others = RECIPIENTS - perNumber;
        int rounds = (COMMANDS - busy + others - 1) / others;
        var wanted = new ArrayList<Wanted>();
        for (int place = 0; place < Math.max(MOST_PER_RECIPIENT, rounds); place++) {
            for (int recipient = 0;
                    recipient < RECIPIENTS && wanted.size() < COMMANDS;
                    recipient++) {
                if (place < (recipient < perNumber ? MOST_PER_RECIPIENT : rounds)) {
                    wanted.add(
                            new Wanted(
                                    "10654035224" + (2000 + recipient / perNumber),
                                    "4915100" + (10000 + recipient),
                                    place));
                }
            }
        }
        return wanted;
    }

    private void killAgainAndAgain(HubProcess hub) throws IOException {
        for (int kill = 1; kill <= KILLS; kill++) {
            KillMoment.number(kill, random).await(hub, READY);
            hub.kill();
        }
        hub.start();
        hub.awaitReady(READY);
    }

    private static boolean allCommandsEnded(HubProcess hub) throws IOException {
        Matcher open = OPEN.matcher(hub.get(hub.managementUri("/actuator/prometheus")).body());
        int states = 0;
        double left = 0;
        while (open.find()) {
            states++;
            left += Double.parseDouble(open.group(1));
        }
        return states > 0 && left == 0 && commandsCounted(hub);
    }

    /** The gauges are zero as well before they are counted for the first time. */
    private static boolean commandsCounted(HubProcess hub) throws IOException {
        return hub.get(hub.managementUri("/actuator/prometheus"))
                .body()
                .contains("hub_send_total{outcome=");
    }

    private static void check(SendLog log, Map<String, String> states) {
        LOG.info(
                "{} messages taken by Graph, at most {} of one number in one second; ends: {}",
                log.taken().size(),
                log.mostInOneSecond(),
                states.values().stream()
                        .collect(Collectors.groupingBy(s -> s, Collectors.counting())));
        log.nobodyGotAMessageTwice();
        log.orderHeldPerRecipient();
        log.noNumberSentMoreInAnySecond(PER_SECOND);
        log.noRecipientGotMoreThan(PAIR_BURST, PAIR_SECONDS);
        assertThat(states).hasSize(COMMANDS);
        assertThat(new HashSet<>(states.values()))
                .as("states at the end")
                .isSubsetOf(Set.of("sent", "failed outcome_unknown"));
        Set<String> taken = log.taken().stream().map(Arrival::command).collect(Collectors.toSet());
        Set<String> sent =
                states.entrySet().stream()
                        .filter(state -> state.getValue().equals("sent"))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
        assertThat(taken).as("what is said to be sent was taken by Graph").containsAll(sent);
    }

    private static Map<String, String> commands(HubProcess hub) throws IOException, SQLException {
        var states = new HashMap<String, String>();
        try (var connection = hub.database();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id, state, reason FROM command")) {
            while (rows.next()) {
                String reason = rows.getString(3) == null ? "" : " " + rows.getString(3);
                states.put(rows.getString(1), rows.getString(2) + reason);
            }
        }
        return states;
    }
}
