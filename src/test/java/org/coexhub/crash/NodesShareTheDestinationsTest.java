package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.testing.Beside;
import org.coexhub.testing.BrokerProcess;
import org.coexhub.testing.EventReceiver;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.StandalonePostgres;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Two hubs on one broker and one database: what an operator orders at one holds at both, what only one has a file for is
 * lost by neither, what is counted is counted over both, and one of them may be killed.
 *
 * <p>The webhooks go to both in turn, and each hub's router has half of the partitions, so what only one of them knew
 * would show.
 */
@Tag("crash")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodesShareTheDestinationsTest {

    private static final String NUMBER = "106540352242931";
    private static final int CUSTOMERS = 24;
    private static final Duration PERIOD = Duration.ofMillis(400);
    private static final AtomicInteger NEXT = new AtomicInteger();
    private static final Duration READY = Duration.ofMinutes(2);

    @TempDir static Path folder;

    private static StandalonePostgres postgres;
    private static BrokerProcess broker;
    private static HubProcess first;
    private static HubProcess second;
    private static EventReceiver shared;
    private static EventReceiver rolling;
    private static EventReceiver onlyFirst;
    private static EventReceiver paced;
    private static EventReceiver single;
    private static EventReceiver killed;

    private final ObjectMapper json = new ObjectMapper();

    @BeforeAll
    static void startBoth() throws Exception {
        shared = EventReceiver.healthy();
        rolling = EventReceiver.healthy();
        onlyFirst = EventReceiver.healthy();
        paced = EventReceiver.healthy();
        single = EventReceiver.slow(Duration.ofMillis(20));
        killed = EventReceiver.slow(Duration.ofMillis(5));
        postgres = new StandalonePostgres();
        broker = BrokerProcess.in(folder.resolve("broker"));
        first =
                hub("first")
                        .destination("rolling", route("rolling", rolling, "numbers: '17'"))
                        .destination("only-first", route("only-first", onlyFirst, ""));
        second = hub("second").destination("rolling", route("rolling", rolling, ""));
        first.start();
        first.awaitReady(READY);
        second.start();
        second.awaitReady(READY);
    }

    @AfterAll
    static void stopBoth() throws Exception {
        first.stop();
        second.stop();
        broker.close();
        postgres.close();
        for (EventReceiver sink : List.of(shared, rolling, onlyFirst, paced, single, killed)) {
            sink.close();
        }
    }

    private static HubProcess hub(String name) throws IOException {
        return HubProcess.in(folder.resolve(name))
                .quick("256m")
                .store(postgres)
                .broker(broker)
                .destination("shared", route("shared", shared, ""))
                .destination("paced", route("paced", paced, "period: 400ms, batch: 4"))
                .destination("single", route("single", single, "concurrency: 1"))
                .destination("killed", route("killed", killed, ""))
                .destination("refusing", refusing("refusing"));
    }

    @Test
    void aPauseAndAResumeReachTheNodeThatWasNotAsked() throws Exception {
        assertThat(order(first, "POST", "/shared/pause").path("circuit").asText())
                .isEqualTo("paused");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> circuits(first, "shared").equals(List.of("paused", "paused")));
        int before = shared.arrivals().size();

        List<String> sent = say(48);

        await().until(() -> standing(second, "shared").path("queued").asInt() == 48);
        assertThat(shared.arrivals()).hasSize(before);
        assertThat(standing(second, "shared").path("circuit").asText()).isEqualTo("paused");

        assertThat(order(second, "POST", "/shared/resume").path("circuit").asText())
                .isEqualTo("closed");

        await().until(() -> arrived(shared).containsAll(sent));
        assertThat(standing(first, "shared").path("circuit").asText()).isEqualTo("closed");
    }

    @Test
    void aNodeWithoutTheFileRoutesByTheNewestDeclaration() throws Exception {
        List<String> sent = say(48);

        // The file of the hub that started first asks for another number.
        await().until(() -> arrived(rolling).containsAll(sent));
        await().until(() -> arrived(onlyFirst).containsAll(sent));
        assertThat(standing(second, "only-first").path("circuit").asText()).isEqualTo("closed");
        assertThat(standing(second, "only-first").path("nodes").size()).isOne();
        assertThat(standing(first, "rolling").path("nodes").size()).isEqualTo(2);
    }

    @Test
    void aPeriodAndOneConsumerAreCountedOverBothNodes() throws Exception {
        order(first, "POST", "/paced/pause");
        order(first, "POST", "/single/pause");
        List<String> sent = say(40);
        await().until(() -> standing(first, "paced").path("queued").asInt() >= 40);
        order(first, "POST", "/single/resume");
        int before = paced.arrivals().size();
        order(first, "POST", "/paced/resume");
        await().atMost(Duration.ofSeconds(40))
                .until(
                        () ->
                                arrived(single).containsAll(sent)
                                        && standing(first, "paced").path("queued").asInt() == 0);

        List<Long> calls =
                paced.arrivals().stream().skip(before).map(EventReceiver.Arrival::nanos).toList();
        assertThat(calls).hasSizeGreaterThanOrEqualTo(10);
        // One may reach the sink late, all of them together only by as much.
        assertThat(Duration.ofNanos(calls.getLast() - calls.getFirst()))
                .isGreaterThan(PERIOD.multipliedBy(calls.size() - 1).minusMillis(400));
        // It notes a call when it is answered, 20 ms after it came.
        List<Long> answers = single.arrivals().stream().map(EventReceiver.Arrival::nanos).toList();
        for (int i = 1; i < answers.size(); i++) {
            assertThat(Duration.ofNanos(answers.get(i) - answers.get(i - 1)))
                    .isGreaterThan(Duration.ofMillis(18));
        }
        assertThat(circuits(first, "single")).containsExactlyInAnyOrder("closed", "standby");
    }

    @Test
    void aDeadLetterIsTakenByOneOfTheNodesThatAreAskedForIt() throws Exception {
        List<String> sent = say(12);
        await().until(() -> letters(second).keySet().containsAll(sent));
        Map<String, String> ids = letters(first);
        List<CompletableFuture<List<Integer>>> asked = new ArrayList<>();
        for (String event : sent) {
            String path = "/api/v1/dead-letters/" + ids.get(event) + "/discard";
            var atFirst = Beside.call(() -> status(first, "POST", path));
            var atSecond = Beside.call(() -> status(second, "POST", path));
            asked.add(atFirst.thenCombine(atSecond, List::of));
        }

        assertThat(asked)
                .extracting(CompletableFuture::join)
                .allSatisfy(both -> assertThat(both).containsExactlyInAnyOrder(200, 404));
        assertThat(letters(first)).doesNotContainKeys(sent.toArray(String[]::new));
    }

    /** Kills the one that has the leases; the other takes them over when they run out. */
    @Test
    @Order(Integer.MAX_VALUE)
    void afterAKillUnderLoadTheOtherNodeDeliversEverything() throws Exception {
        int before = killed.arrivals().size();
        CompletableFuture<List<String>> load = Beside.call(() -> sayTo(List.of(second), 150));
        await().atMost(Duration.ofSeconds(40))
                .failFast("a webhook was not taken", load::isCompletedExceptionally)
                .until(() -> killed.arrivals().size() > before + 20);

        first.kill();

        List<String> sent = load.join();
        await().atMost(Duration.ofSeconds(40))
                .until(
                        () ->
                                arrived(killed).containsAll(sent)
                                        && arrived(single).containsAll(sent));
        assertInOrder(killed);
        assertInOrder(single);
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                standing(second, "only-first")
                                        .path("circuit")
                                        .asText("")
                                        .equals("undeclared"));
        assertThat(standing(second, "only-first").path("queued").asInt()).isPositive();
        whatNobodyDeclaresIsForgottenByOrder();

        first.start();
        first.awaitReady(READY);
        assertThat(standing(second, "only-first").path("circuit").asText()).isEqualTo("closed");
    }

    private void whatNobodyDeclaresIsForgottenByOrder() throws Exception {
        assertThat(order(second, "DELETE", "/shared?confirm=true").path("title").asText())
                .isEqualTo("Still declared");
        assertThat(order(second, "DELETE", "/only-first").path("detail").asText())
                .contains("confirm=true");
        assertThat(order(second, "DELETE", "/only-first?confirm=true").path("queued").asInt())
                .isPositive();
        assertThat(status(second, "GET", "/api/v1/destinations/only-first")).isEqualTo(404);
    }

    private Map<String, String> letters(HubProcess hub) throws IOException {
        var ids = new HashMap<String, String>();
        URI path = hub.uri("/api/v1/dead-letters?destination=refusing&limit=5000");
        for (JsonNode letter : json.readTree(hub.get(path).body()).path("deadLetters")) {
            ids.put(letter.path("eventId").asText(), letter.path("id").asText());
        }
        return ids;
    }

    private static void assertInOrder(EventReceiver sink) {
        Map<String, Integer> last = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (var arrival : sink.arrivals()) {
            if (seen.add(arrival.eventId())) {
                int number = Integer.parseInt(arrival.eventId().replaceAll(".*\\.", ""));
                Integer before = last.put(arrival.conversation(), number);
                assertThat(before == null || before < number)
                        .as("%s behind %s", arrival.eventId(), before)
                        .isTrue();
            }
        }
    }

    private static List<String> say(int count) {
        return sayTo(List.of(first, second), count);
    }

    /** @return the ids of the events */
    private static List<String> sayTo(List<HubProcess> hubs, int count) {
        List<WebhookSender> doors =
                hubs.stream()
                        .map(hub -> new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET))
                        .toList();
        return IntStream.range(0, count)
                .mapToObj(
                        i -> {
                            int n = NEXT.incrementAndGet();
                            byte[] body =
                                    new WebhookBody()
                                            .message(
                                                    NUMBER,
                                                    "49151" + (100 + n % CUSTOMERS),
                                                    "wamid.shared.%06d".formatted(n),
                                                    1_760_000_000L + n,
                                                    "hello " + n)
                                            .bytes();
                            try {
                                assertThat(doors.get(i % doors.size()).send(body)).isEqualTo(200);
                            } catch (IOException e) {
                                throw new AssertionError("webhook " + n + " was not answered", e);
                            }
                            return "message:wamid.shared.%06d".formatted(n);
                        })
                .toList();
    }

    private static List<String> arrived(EventReceiver sink) {
        return sink.arrivals().stream()
                .map(EventReceiver.Arrival::eventId)
                .flatMap(ids -> List.of(ids.split(",")).stream())
                .toList();
    }

    private JsonNode standing(HubProcess hub, String name) throws IOException {
        return json.readTree(hub.get(hub.uri("/api/v1/destinations/" + name)).body());
    }

    private List<String> circuits(HubProcess hub, String name) throws IOException {
        return standing(hub, name).path("nodes").findValuesAsText("circuit");
    }

    private JsonNode order(HubProcess hub, String method, String path) throws IOException {
        return json.readTree(hub.send(method, hub.uri("/api/v1/destinations" + path)).body());
    }

    private static int status(HubProcess hub, String method, String path) {
        try {
            return hub.send(method, hub.uri(path)).statusCode();
        } catch (IOException e) {
            throw new AssertionError(method + " " + path + " was not answered", e);
        }
    }

    private static String route(String name, EventReceiver sink, String more) {
        String events = "whatsapp.message.received" + (more.isEmpty() ? "" : ", " + more);
        return sink.route(name, events, Duration.ofSeconds(5));
    }

    private static String refusing(String name) {
        return """
        - route:
            id: destination-%1$s
            from:
              uri: destination:%1$s
              parameters: {events: "whatsapp.message.received"}
              steps:
                - throwException:
                    id: %1$s-fault
                    exceptionType: java.lang.IllegalArgumentException
                    message: no such field
        """
                .formatted(name);
    }
}
