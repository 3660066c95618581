package org.coexhub.bench;

import org.coexhub.testing.BrokerProcess;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.QueueReader;
import org.coexhub.testing.StandalonePostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Measures, and asserts nothing: figures depend on the machine. {@code mvn -Pbench verify} runs it and leaves the table
 * in {@code target/benchmark.md}.
 */
@Tag("bench")
class LoadBenchmark {

    private static final Logger LOG = LoggerFactory.getLogger(LoadBenchmark.class);

    private static final int SECONDS = Integer.getInteger("hub.bench.seconds", 10);

    /** The JIT compiler takes most of a core for much of this time under load; a server is judged after that. */
    private static final int WARM_UP_SECONDS = Integer.getInteger("hub.bench.warm-up", 60);

    private static final int STEADY_WINDOWS = 4;

    /** Several collections fall into each, and into two of three the kernel's writing of what is half a minute old. */
    private static final int STEADY_SECONDS = 20;

    /** More options for the hub's JVM, for example to record a profile. */
    private static final String HUB_JVM = System.getProperty("hub.bench.jvm", "");

    /** Artemis takes its own configuration from such properties last. */
    private static final String WITHOUT_PERSISTENCE = "-Dbrokerconfig.persistenceEnabled=false";

    private static final int CONNECTIONS = 64;

    /** As many as fit into the generator's memory. */
    private static final int MOST_REQUESTS = 1_500_000;

    private static final int MANY_CUSTOMERS = 1_000_000;
    private static final int FEW_CUSTOMERS = 20;
    private static final int BATCH = 50;
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration DRAINED = Duration.ofMinutes(10);
    private static final List<String> ROWS = new ArrayList<>();

    @TempDir Path folder;

    /** What the load generator printed. */
    private record Load(Map<String, Double> values, double hubCpuSeconds) {
        double answered() {
            return values.get("answered");
        }

        double perSecond() {
            return values.get("answered") / values.get("seconds");
        }

        String latencies() {
            return "p50 %.1f ms, p99 %.1f ms, max %.0f ms"
                    .formatted(values.get("p50"), values.get("p99"), values.get("max"));
        }
    }

    @Test
    void embeddedBrokerAndDatabase() throws Exception {
        measure("embedded broker and database", hub -> hub, true);
    }

    @Test
    void embeddedBrokerAndPostgres() throws Exception {
        try (var postgres = new StandalonePostgres()) {
            measure("embedded broker, PostgreSQL", hub -> hub.store(postgres), true);
        }
    }

    @Test
    void standaloneBrokerAndPostgres() throws Exception {
        try (var postgres = new StandalonePostgres();
                var broker = BrokerProcess.in(folder.resolve("broker"))) {
            measure(
                    "standalone broker, PostgreSQL",
                    hub -> hub.store(postgres).broker(broker),
                    false);
        }
    }

    private void measure(String setup, UnaryOperator<HubProcess> stores, boolean compare)
            throws Exception {
        double durable;
        try (var hub = stores.apply(hub("hub"))) {
            hub.rehearse();
            hub.start();
            row(setup, "ready after a clean stop", "%.1f s", seconds(hub.awaitReady(READY)));
            row(setup, "idle", "%s", memory(hub));
            row(setup, "ready after kill -9, empty store", "%.1f s", seconds(killed(hub)));
            durable = acknowledge(setup, hub);
            endToEnd(setup, hub, 1, MANY_CUSTOMERS, "single messages");
            endToEnd(setup, hub, BATCH, MANY_CUSTOMERS, "batches of 50, each another customer");
            endToEnd(setup, hub, BATCH, FEW_CUSTOMERS, "batches of 50, 20 customers in all");
            row(setup, "loaded", "%s", memory(hub));
            restarts(setup, hub);
        }
        if (compare) {
            try (var hub = stores.apply(hub("volatile")).jvm(WITHOUT_PERSISTENCE)) {
                compare(setup, hub, "the same with a broker that keeps nothing", durable);
            }
            try (var hub = stores.apply(hub("forgetful")).main(HubWithoutDurability.class)) {
                compare(setup, hub, "the door alone, with nothing behind it", durable);
            }
        }
    }

    private void compare(String setup, HubProcess hub, String what, double durable)
            throws Exception {
        hub.start();
        hub.awaitReady(READY);
        load(hub, 0, WARM_UP_SECONDS, 1, MANY_CUSTOMERS);
        drained(hub);
        Load load = load(hub, 0, SECONDS, 1, MANY_CUSTOMERS);
        row(setup, what + ", single messages", "%.0f/s", load.perSecond());
        row(setup, "acknowledged, in relation to that", "%.2f", durable / load.perSecond());
    }

    private HubProcess hub(String name) throws IOException {
        var hub = HubProcess.in(folder.resolve(name)).jvm("-Xmx512m");
        hub.jvm(HUB_JVM.isBlank() ? new String[0] : HUB_JVM.split(" "));
        for (String destination : List.of("alpha", "beta", "gamma")) {
            hub.gatheringDestination(destination);
        }
        return hub;
    }

    /** @return single messages acknowledged per second */
    private double acknowledge(String setup, HubProcess hub) throws Exception {
        load(hub, 0, WARM_UP_SECONDS, 1, MANY_CUSTOMERS);
        drained(hub);
        Load single = load(hub, 0, SECONDS, 1, MANY_CUSTOMERS);
        row(
                setup,
                "acknowledged, single messages",
                "%.0f/s (%s)",
                single.perSecond(),
                single.latencies());
        row(setup, "CPU of the hub per 1,000 single messages", "%.2f s", perThousand(single));
        drained(hub);
        Load batches = load(hub, 0, SECONDS, BATCH, MANY_CUSTOMERS);
        row(setup, "acknowledged, batches of 50", "%.0f events/s", BATCH * batches.perSecond());
        drained(hub);
        Load few = load(hub, 0, SECONDS, BATCH, FEW_CUSTOMERS);
        row(
                setup,
                "acknowledged, batches of 50, 20 customers",
                "%.0f events/s",
                BATCH * few.perSecond());
        drained(hub);
        for (int window = 0; window < STEADY_WINDOWS; window++) {
            Load steady = load(hub, 500, STEADY_SECONDS, 1, MANY_CUSTOMERS);
            row(setup, "at 500 requests/s", "%s", steady.latencies());
        }
        drained(hub);
        return single.perSecond();
    }

    /** From the first request until the journal is empty, so all events are in three destination queues. */
    private void endToEnd(String setup, HubProcess hub, int batch, int customers, String what)
            throws Exception {
        long begin = System.nanoTime();
        Duration before = cpu(hub);
        Load load = load(hub, 0, SECONDS, batch, customers);
        drained(hub);
        double elapsed = (System.nanoTime() - begin) / 1e9;
        double events = load.answered() * batch;
        row(setup, "end to end, " + what, "%.0f events/s", events / elapsed);
        double cpu = cpu(hub).minus(before).toMillis() / 1e3;
        row(setup, "CPU of the hub per 1,000 events, " + what, "%.2f s", 1000 * cpu / events);
    }

    private void restarts(String setup, HubProcess hub) throws Exception {
        row(
                setup,
                "ready after kill -9, all of this stored and queued",
                "%.1f s",
                seconds(killed(hub)));
        load(hub, 0, SECONDS, BATCH, MANY_CUSTOMERS);
        long waiting;
        try (var reader = new QueueReader(hub.brokerUrl())) {
            waiting = reader.depth("wa.in");
        }
        Duration ready = killed(hub);
        row(
                setup,
                "the same with a backlog",
                "%.1f s (%d journal messages)",
                seconds(ready),
                waiting);
    }

    /** @return how long until it took webhooks again */
    private static Duration killed(HubProcess hub) throws IOException {
        hub.kill();
        hub.start();
        return hub.awaitReady(READY);
    }

    private Load load(HubProcess hub, int perSecond, int seconds, int batch, int customers)
            throws IOException {
        int most = Math.min(MOST_REQUESTS, batch == 1 ? 50_000 * seconds : 1_500 * seconds);
        var command =
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // Never collects within a window: its own pauses would count as the
                        // hub's.
                        "-Xms4g",
                        "-Xmx4g",
                        "-Xmn3g",
                        "-XX:MaxDirectMemorySize=2g",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LoadGenerator.class.getName(),
                        Integer.toString(hub.webhooks().getPort()),
                        Integer.toString(CONNECTIONS),
                        Integer.toString(perSecond),
                        Integer.toString(seconds),
                        Integer.toString(batch),
                        Integer.toString(customers),
                        Integer.toString(most));
        Duration before = cpu(hub);
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line = new String(process.getInputStream().readAllBytes()).strip();
        double spent = cpu(hub).minus(before).toMillis() / 1e3;
        if (!line.startsWith("answered=")) {
            throw new IOException("the load generator failed: " + line);
        }
        LOG.info("{} messages each, {}/s: {}", batch, perSecond, line);
        return new Load(
                Arrays.stream(line.split(" "))
                        .map(pair -> pair.split("="))
                        .collect(
                                Collectors.toMap(pair -> pair[0], pair -> Double.valueOf(pair[1]))),
                spent);
    }

    private static void drained(HubProcess hub) throws Exception {
        try (var reader = new QueueReader(hub.brokerUrl())) {
            long end = System.nanoTime() + DRAINED.toNanos();
            while (reader.depth("wa.in") > 0) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("wa.in is not empty after " + DRAINED);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    private static double perThousand(Load load) {
        return 1000 * load.hubCpuSeconds / load.answered();
    }

    private static Duration cpu(HubProcess hub) {
        return hub.handle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }

    /** Resident memory from the kernel, used heap from the hub's own metrics. */
    private static String memory(HubProcess hub) throws IOException {
        long rss =
                Files.readAllLines(Path.of("/proc/" + hub.handle().pid() + "/status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
        double heap =
                hub.get(hub.managementUri("/actuator/prometheus"))
                        .body()
                        .lines()
                        .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                        .mapToDouble(
                                line ->
                                        Double.parseDouble(
                                                line.substring(line.lastIndexOf(' ') + 1)))
                        .sum();
        return "%d MB resident, %.0f MB heap used (-Xmx512m)"
                .formatted(rss / 1024, heap / (1 << 20));
    }

    private static void row(String setup, String what, String format, Object... values) {
        String row =
                "| "
                        + setup
                        + " | "
                        + what
                        + " | "
                        + String.format(Locale.ROOT, format, values)
                        + " |";
        ROWS.add(row);
        LOG.info(row);
    }

    @AfterAll
    static void write() throws IOException {
        var table = new ArrayList<>(List.of("| setup | what | result |", "| --- | --- | --- |"));
        table.addAll(ROWS);
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target/benchmark.md"), table);
    }
}
