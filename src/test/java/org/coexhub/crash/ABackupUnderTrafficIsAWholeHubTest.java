package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.platform.backup.BackupCommand;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.QueueReader;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * A backup is taken while webhooks come in, commands go out and a destination's backlog pages; then the hub dies, its disk
 * is lost, and the backup is restored. What was acknowledged before the backup began is there, and nothing is sent before
 * somebody says so.
 */
@Tag("crash")
@Execution(ExecutionMode.CONCURRENT)
class ABackupUnderTrafficIsAWholeHubTest {

    private static final Logger LOG =
            LoggerFactory.getLogger(ABackupUnderTrafficIsAWholeHubTest.class);

    private static final String NUMBER = "106540352242922";

    /** Of its own: what customers write counts in the limit of the number they write to. */
    private static final String SENDING_NUMBER = "106540352242931";

    private static final int SENDERS = 4;
    private static final int COMMANDS = 500;

    /** The limit of 20 a second leaves some of them for the backup's moment. */
    private static final int ENOUGH_QUEUED = 250;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Artemis keeps messages beyond 100 KB in files of their own. */
    private static final String LONG = "long ".repeat(30_000);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Long> millis = new ConcurrentLinkedQueue<>();

    @TempDir Path folder;

    @Test
    void nothingAcknowledgedIsLostAndNothingIsSentTwice() throws Exception {
        try (var graph = HostileGraph.inGoodMood();
                var hub =
                        HubProcess.in(folder.resolve("hub"))
                                .quick("384m")
                                .with("HUB_META_GRAPH_URL", graph.url().toString())
                                .with("HUB_BROKER_MAX_ADDRESS_SIZE", "100KB")
                                .gatheringDestination("alpha")) {
            hub.start();
            hub.awaitReady(PATIENCE);
            for (int submitter = 0; submitter < SENDERS; submitter++) {
                CustomersWriteFirst.open(hub, wanted(submitter));
            }
            Set<String> before = backUpUnderTraffic(hub);
            LOG.info("{} events were acknowledged before the backup began", before.size());
            assertThat(folder.resolve("backup/manifest.json"))
                    .content()
                    .as("a backlog on disk, and messages with files of their own")
                    .contains("broker/paging/")
                    .contains("broker/large/");
            hub.kill();
            int sentByTheFirst = graph.arrivals().size();
            Files.move(hub.data(), folder.resolve("lost"));

            assertThat(command(hub, "restore")).isZero();
            hub.start();
            hub.awaitReady(PATIENCE);

            checkEvents(hub, before);
            checkDatabase(hub);
            List<String> waiting = waiting(hub);
            assertThat(waiting).as("commands were queued at the backup's moment").isNotEmpty();
            assertThat(graph.arrivals()).as("before the release").hasSize(sentByTheFirst);
            assertThat(hub.get(hub.managementUri("/actuator/health")).body())
                    .contains("a backup was restored");

            release(hub);
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(textsSince(graph, sentByTheFirst))
                                            .containsExactlyInAnyOrderElementsOf(waiting));
        }
    }

    private Set<String> backUpUnderTraffic(HubProcess hub) throws Exception {
        var stop = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(2 * SENDERS)) {
            for (int sender = 0; sender < SENDERS; sender++) {
                int customer = sender;
                threads.submit(() -> webhooks(hub, customer, stop));
            }
            for (int submitter = 0; submitter < SENDERS; submitter++) {
                threads.submit(
                        new CommandSubmitter(hub.uri("/api/v1/messages"), wanted(submitter)));
            }
            try {
                Path paging = hub.data().resolve("broker/paging");
                await("a backlog that pages").atMost(PATIENCE).until(() -> pages(paging) > 0);
                await("a line of commands")
                        .atMost(PATIENCE)
                        .until(() -> queued(hub) > ENOUGH_QUEUED);
                Set<String> before = new HashSet<>(acknowledged);
                millis.clear();
                long began = System.nanoTime();
                assertThat(command(hub, "backup")).isZero();
                LOG.info(
                        "The backup took {} ms; {} webhooks meanwhile, p99 {} ms, the slowest {}"
                                + " ms",
                        Duration.ofNanos(System.nanoTime() - began).toMillis(),
                        millis.size(),
                        percentile(99),
                        percentile(100));
                int then = acknowledged.size();
                await().atMost(PATIENCE).until(() -> acknowledged.size() > then + 20);
                return before;
            } finally {
                stop.set(true);
            }
        }
    }

    private long percentile(int percent) {
        List<Long> sorted = millis.stream().sorted().toList();
        return sorted.get((sorted.size() - 1) * percent / 100);
    }

    private static List<CommandSubmitter.Wanted> wanted(int submitter) {
        return IntStream.range(0, COMMANDS)
                .filter(n -> n % SENDERS == submitter)
                .mapToObj(
                        n ->
                                new CommandSubmitter.Wanted(
                                        SENDING_NUMBER, "44770090" + (1000 + n % 52), n))
                .toList();
    }

    /** Of one customer, one after the other; each tenth is long. */
    private Void webhooks(HubProcess hub, int customer, AtomicBoolean stop) throws IOException {
        var meta = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
        for (int n = 0; !stop.get(); n++) {
            String wamid = "wamid.backup-%d-%06d".formatted(customer, n);
            byte[] body =
                    new WebhookBody()
                            .message(
                                    NUMBER,
                                    "491510000" + customer,
                                    wamid,
                                    Instant.now().getEpochSecond(),
                                    n % 10 == 9 ? LONG : "message " + n)
                            .bytes();
            long began = System.nanoTime();
            if (meta.send(body) == 200) {
                acknowledged.add("message:" + wamid);
                millis.add(Duration.ofNanos(System.nanoTime() - began).toMillis());
            }
        }
        return null;
    }

    private static long pages(Path paging) throws IOException {
        if (!Files.exists(paging)) {
            return 0;
        }
        try (var files = Files.walk(paging)) {
            return files.filter(file -> file.toString().endsWith(".page")).count();
        }
    }

    private static long queued(HubProcess hub) throws IOException, SQLException {
        try (var connection = hub.database();
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT COUNT(*) FROM command WHERE state = 'queued'")) {
            row.next();
            return row.getLong(1);
        }
    }

    private int command(HubProcess hub, String word) {
        return BackupCommand.run(
                new String[] {
                    word, folder.resolve("backup").toString(), "--hub.data-dir=" + hub.data()
                });
    }

    /** Each exactly once in the log, and in the destination's queue, in the order of its conversation. */
    private static void checkEvents(HubProcess hub, Set<String> before) throws Exception {
        try (var reader = new QueueReader(hub.brokerUrl())) {
            await().atMost(PATIENCE).until(() -> reader.depth("wa.in") == 0);
            assertThat(reader.depth("wa.dlq.in")).as("events that could not be handled").isZero();
            List<QueueReader.Letter> letters = reader.drain("wa.out.alpha");
            List<String> ids = letters.stream().map(QueueReader.Letter::eventId).toList();
            assertThat(ids).containsAll(before);
            inOrder(letters);
        }
        assertThat(logged(hub)).containsAll(before);
    }

    private static void inOrder(List<QueueReader.Letter> letters) {
        Map<String, String> last = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (QueueReader.Letter letter : letters) {
            if (letter.eventId().contains("wamid.backup-") && seen.add(letter.eventId())) {
                String earlier = last.put(letter.conversation(), letter.eventId());
                assertThat(earlier == null || earlier.compareTo(letter.eventId()) < 0)
                        .as("%s after %s", letter.eventId(), earlier)
                        .isTrue();
            }
        }
    }

    private static List<String> logged(HubProcess hub) throws IOException, SQLException {
        List<String> ids = new ArrayList<>();
        try (var connection = hub.database();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT id FROM event_log")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    /** All indexes were looked through by the hub, and none had to be built anew. */
    private static void checkDatabase(HubProcess hub) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(hub.get(hub.managementUri("/actuator/health")).body())
                                        .contains("\"indexes\":\"checked\"")
                                        .contains("\"indexesBuiltAnew\":[]"));
    }

    /** @return the texts of the commands that wait, as the store has them when each has found the hold */
    private List<String> waiting(HubProcess hub) throws Exception {
        await().atMost(PATIENCE)
                .until(() -> count(hub, "state = 'accepted' OR state = 'sending'") == 0);
        List<String> texts = new ArrayList<>();
        try (var connection = hub.database();
                var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT id, body FROM command WHERE state = 'queued'")) {
            while (rows.next()) {
                texts.add(json.readTree(rows.getString(2)).path("text").path("body").asText());
            }
        }
        JsonNode sending = json.readTree(hub.get(hub.uri("/api/v1/sending")).body());
        assertThat(sending.path("state").asText()).isEqualTo("restored");
        assertThat(sending.path("waiting").path("commands").asInt()).isEqualTo(texts.size());
        return texts;
    }

    private static long count(HubProcess hub, String condition) throws IOException, SQLException {
        try (var connection = hub.database();
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery("SELECT COUNT(*) FROM command WHERE " + condition)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void release(HubProcess hub) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create(hub.uri("/api/v1/sending/release").toString()))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"waiting\":\"send\"}"))
                        .header("Authorization", "Bearer " + HubProcess.API_TOKEN)
                        .header("Content-Type", "application/json")
                        .build();
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    private static List<String> textsSince(HostileGraph graph, int first) {
        return graph.arrivals().stream().skip(first).map(HostileGraph.Arrival::text).toList();
    }
}
