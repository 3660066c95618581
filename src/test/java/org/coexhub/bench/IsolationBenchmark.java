package org.coexhub.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.testing.EventReceiver;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.StandalonePostgres;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * How much slower a healthy destination gets its events beside one that never answers and one that takes half a minute.
 * Asserts nothing about the figure.
 */
@Tag("bench")
class IsolationBenchmark {

    private static final Logger LOG = LoggerFactory.getLogger(IsolationBenchmark.class);

    /** The router may rest this long to gather events, so whatever is faster was luck. */
    private static final double FLOOR_MILLIS = 20;

    private static final int PER_SECOND = 75;
    private static final int WARM_UP = 10 * PER_SECOND;

    /** Each round compares the two 99th percentiles and the median counts, so a hiccup of the machine does not. */
    private static final int ROUNDS = 7;

    private static final int PER_ROUND = 3 * PER_SECOND;
    private static final int CONVERSATIONS = 40;
    private static final String NUMBER = "106540352242922";

    @TempDir Path folder;

    /**
     * Two hubs, one with the healthy destination alone, one with the others beside it, measured in turn: what slows the
     * machine down for a while slows both.
     */
    @Test
    void besideDeadOnes() throws Exception {
        try (var alone = EventReceiver.healthy();
                var healthy = EventReceiver.healthy();
                var slow = EventReceiver.slow(Duration.ofSeconds(30));
                var dead = EventReceiver.silent();
                var oneStore = StandalonePostgres.forgetful();
                var otherStore = StandalonePostgres.forgetful();
                var hubAlone = hub("alone", oneStore, Map.of("healthy", alone));
                var hub =
                        hub(
                                "together",
                                otherStore,
                                Map.of("healthy", healthy, "slow", slow, "dead", dead))) {
            double ratio = slowdown(new Stretch(hubAlone, alone), new Stretch(hub, healthy));
            LOG.info("Median of {} rounds: {} times as slow", ROUNDS, ratio);
        }
    }

    /** The disk is left to the brokers, of which the measurement is: two hubs share it. */
    private HubProcess hub(String name, StandalonePostgres store, Map<String, EventReceiver> sinks)
            throws IOException {
        var hub = HubProcess.in(folder.resolve(name)).quick("512m").store(store);
        for (var sink : sinks.entrySet()) {
            Duration timeout = Duration.ofSeconds(sink.getKey().equals("slow") ? 45 : 2);
            hub.destination(
                    sink.getKey(),
                    sink.getValue().route(sink.getKey(), "\"whatsapp.message.*\"", timeout));
        }
        hub.start();
        hub.awaitReady(Duration.ofMinutes(2));
        return hub;
    }

    /** @return median over the rounds of how much slower the second one's 99th percentile is */
    private static double slowdown(Stretch alone, Stretch together) {
        alone.run(WARM_UP, PER_SECOND);
        together.run(WARM_UP, PER_SECOND);
        double[] ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double before = alone.run(PER_ROUND, PER_SECOND);
            double beside = together.run(PER_ROUND, PER_SECOND);
            LOG.info("99th percentile: {} ms alone, {} ms beside dead ones", before, beside);
            ratios[round] = beside / Math.max(before, FLOOR_MILLIS);
        }
        Arrays.sort(ratios);
        return ratios[ROUNDS / 2];
    }

    /** The webhooks of one hub, numbered through, and how fast its destination gets them. */
    private static final class Stretch {
        private final WebhookSender http;
        private final EventReceiver sink;
        private int sent;

        private Stretch(HubProcess hub, EventReceiver sink) {
            this.http = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
            this.sink = sink;
        }

        /** @return 99th percentile of the milliseconds from a webhook's acknowledgement to the event's arrival */
        private double run(int count, int perSecond) {
            Map<String, Long> acknowledged = new ConcurrentHashMap<>();
            send(http, sent, count, perSecond, acknowledged);
            sent += count;
            await().atMost(Duration.ofSeconds(30)).until(() -> firsts(sink).size() == sent);
            double[] millis =
                    sink.arrivals().stream()
                            .filter(a -> acknowledged.containsKey(a.eventId()))
                            .mapToDouble(
                                    a ->
                                            Math.max(0, a.nanos() - acknowledged.get(a.eventId()))
                                                    / 1e6)
                            .sorted()
                            .toArray();
            return millis[millis.length * 99 / 100];
        }
    }

    private static void send(
            WebhookSender http,
            int first,
            int count,
            int perSecond,
            Map<String, Long> acknowledged) {
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            LockSupport.parkNanos(begin + i * 1_000_000_000L / perSecond - System.nanoTime());
            int n = first + i;
            byte[] body =
                    new WebhookBody()
                            .message(
                                    NUMBER,
                                    "1555%07d".formatted(n % CONVERSATIONS),
                                    wamid(n),
                                    1_760_000_000L + n,
                                    "hello " + n)
                            .bytes();
            try {
                assertThat(http.send(body)).isEqualTo(200);
            } catch (IOException e) {
                throw new AssertionError("webhook " + n + " was not answered", e);
            }
            acknowledged.put("message:" + wamid(n), System.nanoTime());
        }
    }

    private static String wamid(int n) {
        return "wamid.%09d".formatted(n);
    }

    /** A delivery may come again when its answer was lost, so the first arrival of each event counts. */
    private static List<String> firsts(EventReceiver sink) {
        var ids = new LinkedHashSet<String>();
        sink.arrivals().forEach(a -> ids.add(a.eventId()));
        return new ArrayList<>(ids);
    }
}
