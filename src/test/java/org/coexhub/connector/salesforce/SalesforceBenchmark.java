package org.coexhub.connector.salesforce;

import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Ten thousand messages of five hundred customers that wait for Salesforce: calls and seconds until each is a record, in
 * batches and one call per message. Leaves {@code target/benchmark-salesforce.md}; asserts nothing.
 */
@Tag("bench")
class SalesforceBenchmark {

    private static final int CUSTOMERS = 500;
    private static final int PER_WEBHOOK = 50;

    private final List<String> rows = new ArrayList<>();

    @Test
    void batchesAgainstOneCallPerMessage() throws Exception {
        rows.add("| way | messages | answer after | calls | messages per call | seconds |");
        rows.add("| --- | --- | --- | --- | --- | --- |");
        run("batches of 200, one a second (default)", 10_000, 0, "1s", 200);
        run("batches of 200, as fast as they go", 10_000, 0, "0s", 200);
        run("one call per message", 10_000, 0, "0s", 1);
        run("batches of 200, one a second (default)", 1_000, 100, "1s", 200);
        run("one call per message", 1_000, 100, "0s", 1);
        Files.writeString(
                Path.of("target/benchmark-salesforce.md"), String.join("\n", rows) + "\n");
    }

    private void run(String way, int messages, int answerMillis, String period, int batch)
            throws Exception {
        try (var world =
                new HubWithSalesforce(
                        "hub.salesforce.period=" + period, "hub.salesforce.batch=" + batch)) {
            world.hub.order("/api/v1/destinations/salesforce/pause");
            for (int from = 0; from < messages; from += PER_WEBHOOK) {
                world.post(messages(said(world, from)));
            }
            await().atMost(Duration.ofMinutes(5))
                    .until(
                            () ->
                                    world.destination("salesforce").path("queued").asInt()
                                            == messages);
            world.salesforce.faults().slow(Duration.ofMillis(answerMillis));
            int before = world.salesforce.apiCalls();
            long begin = System.nanoTime();
            world.hub.order("/api/v1/destinations/salesforce/resume");
            await().atMost(Duration.ofMinutes(10))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> world.destination("salesforce").path("queued").asInt() == 0);
            double seconds = (System.nanoTime() - begin) / 1e9;
            int calls = world.salesforce.apiCalls() - before;
            rows.add(
                    String.format(
                            Locale.ROOT,
                            "| %s | %,d | %s | %,d | %.1f | %.1f |",
                            way,
                            world.salesforce.org().records("WhatsApp_Message__c").size(),
                            answerMillis == 0 ? "at once" : answerMillis + " ms",
                            calls,
                            (double) messages / calls,
                            seconds));
            System.out.println(rows.getLast());
        }
    }

    private static String[] said(HubWithSalesforce world, int from) {
        String[] items = new String[PER_WEBHOOK];
        for (int i = 0; i < PER_WEBHOOK; i++) {
            int n = from + i;
            items[i] =
                    text(
                            "4477005" + (10_000 + n % CUSTOMERS),
                            "wamid.bench." + n,
                            world.now(),
                            "When are you open on Sunday? This is message " + n);
        }
        return items;
    }
}
