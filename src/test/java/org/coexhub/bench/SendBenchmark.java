package org.coexhub.bench;

import org.coexhub.testing.HubProcess;
import org.coexhub.testing.QueueReader;
import org.coexhub.testing.StandalonePostgres;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * How fast the hub sends for a number that may send 1,000 messages a second, beside what the Graph it sends to can take alone.
 * Asserts nothing about the figures; leaves the table in {@code target/benchmark-sending.md}.
 */
@Tag("bench")
class SendBenchmark {

    private static final Logger LOG = LoggerFactory.getLogger(SendBenchmark.class);

    private static final int COMMANDS = Integer.getInteger("hub.bench.commands", 20_000);
    private static final int RECIPIENTS = Integer.getInteger("hub.bench.recipients", 5_000);
    private static final int SECONDS = Integer.getInteger("hub.bench.seconds", 10);
    private static final int DELAY_MILLIS = Integer.getInteger("hub.bench.graph-delay", 0);
    private static final String HUB_JVM = System.getProperty("hub.bench.jvm", "");

    /** As many as the hub has consumers on its send queue. */
    private static final int CONNECTIONS = 16;

    private static final int LIMIT = 1_000;
    private static final int MILLION = 1_000_000;
    private static final int[] STEADY = {100, 300};
    private static final int AT_ONCE = 50;
    private static final String NUMBER = "106540352242922";
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final List<String> ROWS = new ArrayList<>();

    @TempDir Path folder;

    private int commands;

    @Test
    void embeddedBrokerAndDatabase() throws Exception {
        measure("embedded broker and database", hub -> hub);
    }

    @Test
    void embeddedBrokerAndPostgres() throws Exception {
        try (var postgres = new StandalonePostgres()) {
            measure("embedded broker, PostgreSQL", hub -> hub.store(postgres));
        }
    }

    private void measure(String setup, UnaryOperator<HubProcess> stores) throws Exception {
        Process stub =
                java(
                        GraphStub.class,
                        "-Dgraph.delay=" + DELAY_MILLIS,
                        "-Dsun.net.httpserver.nodelay=true",
                        "-XX:+UseSerialGC");
        try (var printed = new BufferedReader(new InputStreamReader(stub.getInputStream()));
                var hub = stores.apply(HubProcess.in(folder.resolve("hub")).jvm("-Xmx512m"))) {
            int graph = Integer.parseInt(printed.readLine());
            hub.jvm(HUB_JVM.isBlank() ? new String[0] : HUB_JVM.split(" "))
                    .with("HUB_META_GRAPH_URL", "http://127.0.0.1:" + graph);
            hub.start();
            hub.awaitReady(LONG);
            openWindows(hub);
            learnThroughput(hub, graph);
            send(hub, graph, COMMANDS / 2, 0); // until the JIT compiler is through with most of it
            double alone = alone(setup, graph);
            double sent = backlog(setup, hub, graph);
            row(setup, "in relation to the limit of 1,000/s", "%.2f", sent / LIMIT);
            row(setup, "in relation to the fake alone", "%.2f", sent / alone);
            for (int perSecond : STEADY) {
                Sent steady = send(hub, graph, perSecond * SECONDS, perSecond);
                row(
                        setup,
                        "hand-in to Graph's request, at " + perSecond + "/s",
                        "%s",
                        steady.latencies());
            }
        } finally {
            stub.destroy();
            stub.waitFor();
        }
    }

    /** How many sends a second the fake takes from a client that does nothing else. */
    private double alone(String setup, int graph) throws Exception {
        double perSecond = 0;
        for (int round = 0; round < 2; round++) {
            long begin = System.nanoTime();
            inParallel(
                    COMMANDS,
                    graph,
                    0,
                    (http, i) ->
                            http.post(
                                    "/v24.0/" + NUMBER + "/messages",
                                    "Authorization: Bearer no-token\r\n",
                                    body("x" + i, recipient(i))));
            perSecond = COMMANDS / ((System.nanoTime() - begin) / 1e9);
            arrivals(graph);
        }
        row(setup, "the fake alone, plain client, 16 connections", "%.0f/s", perSecond);
        return perSecond;
    }

    /** Hands in as fast as the hub takes it, and waits until all is sent. */
    private double backlog(String setup, HubProcess hub, int graph) throws Exception {
        Sent sent = send(hub, graph, COMMANDS, 0);
        row(setup, "commands taken by REST, while it sends", "%.0f/s", sent.handedInPerSecond());
        row(
                setup,
                "sent, %,d commands to %,d recipients".formatted(COMMANDS, RECIPIENTS),
                "%.0f/s (best second %d)",
                sent.perSecond(),
                sent.bestSecond());
        hub.get(hub.managementUri("/actuator/prometheus"))
                .body()
                .lines()
                .filter(line -> line.startsWith("hub_send_"))
                .forEach(LOG::info);
        row(setup, "sent, once all were taken", "%.0f/s", sent.perSecondAfterHandIn());
        row(setup, "CPU of the hub per 1,000 sent", "%.2f s", sent.cpuSeconds * 1000 / COMMANDS);
        return sent.perSecond();
    }

    /**
     * What became of a run.
     *
     * @param handedIn microseconds, by command
     * @param arrived microseconds, in the order of arrival
     * @param waited microseconds from hand-in to Graph's request, sorted
     */
    private record Sent(long[] handedIn, long[] arrived, long[] waited, double cpuSeconds) {

        double handedInPerSecond() {
            long first = Arrays.stream(handedIn).min().orElseThrow();
            long last = Arrays.stream(handedIn).max().orElseThrow();
            return handedIn.length * (double) MILLION / (last - first);
        }

        double perSecond() {
            long first = Arrays.stream(handedIn).min().orElseThrow();
            return arrived.length * (double) MILLION / (arrived[arrived.length - 1] - first);
        }

        double perSecondAfterHandIn() {
            long last = Arrays.stream(handedIn).max().orElseThrow();
            long count = Arrays.stream(arrived).filter(at -> at > last).count();
            return count == 0 ? 0 : count * (double) MILLION / (arrived[arrived.length - 1] - last);
        }

        /** Most messages in any second, wherever it begins. */
        int bestSecond() {
            int most = 0;
            for (int first = 0, last = 0; last < arrived.length; last++) {
                while (arrived[last] - arrived[first] >= MILLION) {
                    first++;
                }
                most = Math.max(most, last - first + 1);
            }
            return most;
        }

        String latencies() {
            return "p50 %.1f ms, p99 %.1f ms, max %.0f ms"
                    .formatted(at(0.5), at(0.99), waited[waited.length - 1] / 1e3);
        }

        private double at(double share) {
            return waited[(int) (waited.length * share)] / 1e3;
        }
    }

    /** @param perSecond 0 for as fast as the hub takes them */
    private Sent send(HubProcess hub, int graph, int count, int perSecond) throws Exception {
        int first = commands;
        commands += count;
        long[] handedIn = new long[count];
        Duration before = cpu(hub);
        inParallel(
                count,
                hub.webhooks().getPort(),
                perSecond,
                (http, i) -> {
                    String id = "c" + (first + i);
                    handedIn[i] = micros();
                    return http.post(
                            "/api/v1/messages",
                            "Authorization: Bearer "
                                    + HubProcess.API_TOKEN
                                    + "\r\nIdempotency-Key: "
                                    + id
                                    + "\r\n",
                            body(id, recipient(i)));
                });
        Map<String, Long> arrived = new HashMap<>();
        long end = System.nanoTime() + LONG.toNanos();
        while (arrived.size() < count) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException(
                        arrived.size() + " of " + count + " sent, see " + hub.log());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            for (String line : arrivals(graph)) {
                String[] parts = line.split(" ");
                if (arrived.put(parts[0], Long.valueOf(parts[1])) != null) {
                    throw new IllegalStateException("sent twice: " + parts[0]);
                }
            }
        }
        double spent = cpu(hub).minus(before).toMillis() / 1e3;
        long[] waited = new long[count];
        for (int i = 0; i < count; i++) {
            waited[i] = arrived.get("c" + (first + i)) - handedIn[i];
        }
        Arrays.sort(waited);
        long[] order = arrived.values().stream().mapToLong(Long::longValue).sorted().toArray();
        var sent = new Sent(handedIn, order, waited, spent);
        LOG.info(
                "{} commands: {}/s sent, best second {}, {}",
                count,
                Math.round(sent.perSecond()),
                sent.bestSecond(),
                sent.latencies());
        return sent;
    }

    @FunctionalInterface
    private interface Exchange {
        int with(PlainHttp http, int i) throws IOException;
    }

    private static void inParallel(int count, int port, int perSecond, Exchange exchange)
            throws Exception {
        var next = new AtomicInteger();
        long begin = System.nanoTime();
        Callable<Void> worker =
                () -> {
                    try (var http = new PlainHttp(port)) {
                        for (int i = next.getAndIncrement();
                                i < count;
                                i = next.getAndIncrement()) {
                            if (perSecond > 0) {
                                long due = begin + i * 1_000_000_000L / perSecond;
                                LockSupport.parkNanos(due - System.nanoTime());
                            }
                            int status = exchange.with(http, i);
                            if (status >= 300) {
                                throw new IOException("answered " + status);
                            }
                        }
                        return null;
                    }
                };
        try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            var workers = Stream.generate(() -> worker).limit(CONNECTIONS).toList();
            for (Future<Void> done : threads.invokeAll(workers)) {
                done.get();
            }
        }
    }

    private static String body(String text, String to) {
        return "{\"from\":\"%s\",\"messaging_product\":\"whatsapp\",\"to\":\"%s\",\"type\":\"text\",\"text\":{\"body\":\"%s\"}}"
                .formatted(NUMBER, to, text);
    }

    private static String recipient(int i) {
        return Long.toString(491_510_000_000L + i % RECIPIENTS);
    }

    /** Everyone has written, so that free text may go to them. */
    private static void openWindows(HubProcess hub) throws Exception {
        var meta = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
        long now = Instant.now().getEpochSecond();
        for (int first = 0; first < RECIPIENTS; first += AT_ONCE) {
            var body = new WebhookBody();
            for (int i = first; i < Math.min(first + AT_ONCE, RECIPIENTS); i++) {
                body.message(NUMBER, recipient(i), "wamid.first" + i, now, "hello");
            }
            if (meta.send(body.bytes()) != 200) {
                throw new IllegalStateException("the hub took no webhooks, see " + hub.log());
            }
        }
        try (var reader = new QueueReader(hub.brokerUrl())) {
            await(() -> reader.depth("wa.in") == 0);
        }
    }

    /** The first message lets the hub ask Graph what the number may send. */
    private static void learnThroughput(HubProcess hub, int graph) throws Exception {
        try (var http = new PlainHttp(hub.webhooks().getPort())) {
            http.post(
                    "/api/v1/messages",
                    "Authorization: Bearer "
                            + HubProcess.API_TOKEN
                            + "\r\nIdempotency-Key: first\r\n",
                    body("first", recipient(0)));
        }
        URI numbers = hub.uri("/api/v1/numbers");
        await(() -> hub.get(numbers).body().contains("\"messagesPerSecond\":" + LIMIT));
        arrivals(graph);
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("not after " + LONG);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    private static List<String> arrivals(int graph) throws IOException {
        try (var in = URI.create("http://127.0.0.1:" + graph + "/arrivals").toURL().openStream()) {
            String all = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return all.lines().toList();
        }
    }

    private static Process java(Class<?> main, String... options) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static Duration cpu(HubProcess hub) {
        return hub.handle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    private static void row(String setup, String what, String format, Object... values) {
        String value = String.format(Locale.ROOT, format, values);
        ROWS.add("| " + setup + " | " + what + " | " + value + " |");
        LOG.info(ROWS.getLast());
    }

    @AfterAll
    static void write() throws IOException {
        var table = new ArrayList<>(List.of("| setup | what | result |", "| --- | --- | --- |"));
        table.addAll(ROWS);
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target/benchmark-sending.md"), table);
    }
}
