package org.coexhub.outbound.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The whole hub with a Graph that answers nobody for a while, so that all that can pile up has piled up. */
class LiveTrafficGoesFirstTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ROWS = 1000;
    private static final int IN_FLIGHT = 10;

    /** A template needs no window. */
    private static final String MESSAGE =
            """
            {'from':'106','type':'template','template':{'name':'hello','language':{'code':'en'}}}\
            """;

    private static final String ANSWER_TO_A_CUSTOMER = "4915199999";

    @Test
    void aLiveCommandPassesAThousandThatWait() {
        var answering = new CountDownLatch(1);
        try (var graph = new FakeGraph();
                var hub =
                        StartedHub.on(
                                HubFolder.fresh(),
                                "hub.meta.graph-url=" + graph.url(),
                                "hub.bulk.in-flight=" + IN_FLIGHT)) {
            graph.usually(
                    exchange -> {
                        uninterrupted(answering);
                        graph.accept(exchange);
                    });
            BulkId bulk = hub.bean(BulkIntake.class).acceptJson(order(), "bulk");
            BulkReport report = hub.bean(BulkReport.class);
            await().atMost(PATIENCE).until(() -> waiting(report, bulk) == ROWS - IN_FLIGHT);
            await().atMost(PATIENCE).until(() -> !graph.received().isEmpty());

            hub.bean(CommandGate.class)
                    .submit(
                            TestCommands.json(
                                    MESSAGE.replaceFirst(
                                            "'from'",
                                            "'to':'" + ANSWER_TO_A_CUSTOMER + "','from'")),
                            "live",
                            Caller.API);
            answering.countDown();

            await().atMost(PATIENCE).until(() -> arrivals(graph).contains(ANSWER_TO_A_CUSTOMER));
            assertThat(arrivals(graph).indexOf(ANSWER_TO_A_CUSTOMER)).isLessThan(10 * IN_FLIGHT);
            hub.bean(BulkRelease.class).cancel(bulk);
        } finally {
            answering.countDown();
        }
    }

    private static byte[] order() {
        String rows =
                IntStream.range(0, ROWS)
                        .mapToObj(i -> "{'to':'" + BulkBench.to(i) + "'}")
                        .collect(Collectors.joining(","));
        return TestCommands.json("{'message':%s,'recipients':[%s]}".formatted(MESSAGE, rows));
    }

    private static long waiting(BulkReport report, BulkId bulk) {
        return report.progress(bulk).orElseThrow().states().getOrDefault("waiting", 0L);
    }

    private static List<String> arrivals(FakeGraph graph) {
        return graph.received().stream().map(r -> r.body().path("to").asText()).toList();
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
