package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.crash.CommandSubmitter.Wanted;
import org.coexhub.testing.BrokerProcess;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.StandalonePostgres;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two hubs on one broker and one database send for one number, and together they keep its limits. */
@Tag("crash")
class NodesKeepTheLimitsTogetherTest {

    private static final String NUMBER = "106540352242001";
    private static final int PER_SECOND = 20;
    private static final int PAIR_BURST = 45;
    private static final int PAIR_SECONDS = 6;
    private static final int RECIPIENTS = 40;
    private static final int EACH = 5;
    private static final int TO_THE_BUSIEST = 47;
    private static final Pattern SENT = metric("hub_send_total{outcome=\"sent\"}");
    private static final Pattern STOOD_IN_LINE = metric("hub_send_limited_total{limit=\"number\"}");

    @TempDir Path folder;

    @Test
    void twoHubsTogetherKeepTheLimitsOfOneNumber() throws Exception {
        try (var graph = HostileGraph.inGoodMood();
                var postgres = new StandalonePostgres();
                var broker = BrokerProcess.in(folder.resolve("broker"));
                var one = hub("one", graph, postgres, broker);
                var two = hub("two", graph, postgres, broker);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            one.start();
            one.awaitReady(Duration.ofMinutes(2));
            two.start();
            two.awaitReady(Duration.ofMinutes(2));
            CustomersWriteFirst.open(one, wanted(0));
            CustomersWriteFirst.open(one, wanted(1));
            List<Future<Integer>> submitters = new ArrayList<>();
            submitters.add(threads.submit(submitter(one, wanted(0))));
            submitters.add(threads.submit(submitter(two, wanted(1))));
            for (Future<Integer> submitter : submitters) {
                submitter.get();
            }
            int all = RECIPIENTS * EACH + TO_THE_BUSIEST;
            await().atMost(Duration.ofMinutes(3)).until(() -> graph.arrivals().size() >= all);

            var log = new SendLog(graph.arrivals());
            log.nobodyGotAMessageTwice();
            log.orderHeldPerRecipient();
            log.noNumberSentMoreInAnySecond(PER_SECOND);
            log.noRecipientGotMoreThan(PAIR_BURST, PAIR_SECONDS);
            assertThat(log.taken()).hasSize(all);
            assertThat(counted(one, STOOD_IN_LINE) + counted(two, STOOD_IN_LINE))
                    .as("turns that found the number at its limit")
                    .isPositive();
            assertThat(List.of(counted(one, SENT), counted(two, SENT)))
                    .as("messages sent by each hub")
                    .allSatisfy(count -> assertThat(count).isPositive());
        }
    }

    private HubProcess hub(
            String name, HostileGraph graph, StandalonePostgres postgres, BrokerProcess broker)
            throws IOException {
        return HubProcess.in(folder.resolve(name))
                .quick("256m")
                .store(postgres)
                .broker(broker)
                .with("HUB_META_GRAPH_URL", graph.url().toString())
                .with("HUB_META_TIMEOUT", "5s")
                // A busy machine may hold a request up for long before it reaches Graph's log.
                .with("HUB_SEND_LIMITS_TRANSIT", "5s");
    }

    private static CommandSubmitter submitter(HubProcess hub, List<Wanted> wanted) {
        return new CommandSubmitter(hub.uri("/api/v1/messages"), wanted);
    }

    /** Half of the recipients; in one of the halves one who gets more than he may at once. */
    private static List<Wanted> wanted(int half) {
        var wanted = new ArrayList<Wanted>();
        for (int place = 0; place < TO_THE_BUSIEST; place++) {
            if (half == 0) {
                wanted.add(new Wanted(NUMBER, "491510099999", place));
            }
            for (int recipient = half; recipient < RECIPIENTS && place < EACH; recipient += 2) {
                wanted.add(new Wanted(NUMBER, "4915100" + (10000 + recipient), place));
            }
        }
        return wanted;
    }

    private static Pattern metric(String name) {
        return Pattern.compile("^" + Pattern.quote(name) + " ([0-9.E]+)$", Pattern.MULTILINE);
    }

    private static double counted(HubProcess hub, Pattern metric) throws IOException {
        Matcher found = metric.matcher(hub.get(hub.managementUri("/actuator/prometheus")).body());
        return found.find() ? Double.parseDouble(found.group(1)) : 0;
    }
}
