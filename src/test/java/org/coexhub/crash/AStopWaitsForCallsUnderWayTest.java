package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.crash.CommandSubmitter.Wanted;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.MetaBodies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A stop in order leaves no command whose outcome nobody knows. */
class AStopWaitsForCallsUnderWayTest {

    private static final int CALLS = 10;
    private static final Duration READY = Duration.ofMinutes(2);

    @TempDir Path folder;

    @Test
    void whatIsWithMetaWhenTheHubIsToldToStopIsNotedAsSent() throws Exception {
        var answered = new CountDownLatch(1);
        try (var meta = new FakeGraph();
                var hub =
                        HubProcess.in(folder)
                                .with("HUB_META_GRAPH_URL", meta.url().toString())
                                .with("HUB_META_TIMEOUT", "30s")
                                .quick("256m")) {
            meta.usually(
                    exchange -> {
                        FakeGraph.waitFor(answered);
                        meta.accept(exchange);
                    });
            hub.start();
            hub.awaitReady(READY);
            List<Wanted> wanted =
                    IntStream.range(0, CALLS)
                            .mapToObj(i -> new Wanted(MetaBodies.NUMBER, "4915155" + (1000 + i), i))
                            .toList();
            CustomersWriteFirst.open(hub, wanted);
            new CommandSubmitter(hub.uri("/api/v1/messages"), wanted).call();
            await().atMost(READY).until(() -> meta.received().size() == CALLS);

            hub.handle().destroy();
            await().atMost(READY)
                    .until(() -> Files.readString(hub.log()).contains("graceful shutdown"));
            answered.countDown();
            assertThat(hub.handle().onExit().get(30, TimeUnit.SECONDS)).isNotNull();
            hub.start();
            hub.awaitReady(READY);

            assertThat(states(hub)).isEqualTo(Map.of("sent", CALLS));
            assertThat(meta.received()).hasSize(CALLS);
        }
    }

    private static Map<String, Integer> states(HubProcess hub) throws Exception {
        var states = new TreeMap<String, Integer>();
        try (var connection = hub.database();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery("SELECT state, count(*) FROM command GROUP BY 1")) {
            while (rows.next()) {
                states.put(rows.getString(1), rows.getInt(2));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return states;
    }
}
