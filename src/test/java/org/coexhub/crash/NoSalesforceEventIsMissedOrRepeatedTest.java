package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.grpc.Status;

import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.routes.ShiftedClock;
import org.coexhub.sandbox.salesforce.SimulatedSalesforce;
import org.coexhub.testing.HubProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Salesforce asks for messages all the time, while streams end and break, sessions expire, the hub is killed and an hour
 * goes by without it: each event becomes one message, in the order of asking. What Salesforce itself has forgotten is
 * told.
 */
@Tag("crash")
class NoSalesforceEventIsMissedOrRepeatedTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String EVENT = "WhatsApp_Send__e";
    private static final int CUSTOMERS = 6;

    /** So many requests wait at most, however long a restart takes. */
    private static final int WAITING = 40;

    @TempDir Path folder;

    private final ObjectMapper json = new ObjectMapper();
    private final ShiftedClock time = new ShiftedClock();
    private final AtomicInteger published = new AtomicInteger();
    private final ScheduledExecutorService agents = Executors.newSingleThreadScheduledExecutor();
    private SimulatedSalesforce salesforce;
    private FakeGraph graph;
    private HubProcess hub;

    @BeforeEach
    void start() throws Exception {
        salesforce = new SimulatedSalesforce(time);
        salesforce.start(0, 0);
        graph = new FakeGraph();
        hub =
                HubProcess.in(folder.resolve("hub"))
                        .quick("512m")
                        .with("HUB_META_GRAPH_URL", graph.url().toString())
                        .with("HUB_META_ACCESS_TOKEN", "token")
                        .with("HUB_SEND_LIMITS_COEXISTENCE", "1000")
                        .with("HUB_SEND_LIMITS_PAIR_BURST", "1000")
                        .with("HUB_SALESFORCE_LOGIN_URL", salesforce.url().toString())
                        .with("HUB_SALESFORCE_CLIENT_ID", salesforce.clientId())
                        .with("HUB_SALESFORCE_CLIENT_SECRET", salesforce.clientSecret())
                        .with("HUB_SALESFORCE_PUB_SUB_HOST", "127.0.0.1")
                        .with("HUB_SALESFORCE_PUB_SUB_PORT", "" + salesforce.pubSubPort())
                        .with("HUB_SALESFORCE_PUB_SUB_PLAIN_TEXT", "true")
                        .with("HUB_SALESFORCE_COMMANDS_LEASE", "1s");
        startHub();
    }

    @AfterEach
    void end() {
        agents.shutdownNow();
        hub.close();
        graph.close();
        salesforce.close();
    }

    @Test
    void eachEventIsOneMessageWhateverHappensToStreamSessionAndHub() throws Exception {
        var asking = agents.scheduleAtFixedRate(this::ask, 0, 10, TimeUnit.MILLISECONDS);
        untilEventsCome();
        salesforce.faults().completeStreams();
        untilEventsCome();
        salesforce.faults().binaryTrailers(true);
        salesforce.faults().cutStreams(Status.UNAVAILABLE);
        untilEventsCome();
        salesforce.faults().expireSessions();
        untilEventsCome();
        assertThat(metrics())
                .contains("cause=\"ended\"")
                .contains("cause=\"failed\"")
                .contains("cause=\"session\"");
        hub.kill();
        startHub();
        untilEventsCome();
        hub.kill();
        asking.cancel(false);
        for (int minutes = 0; minutes < 60; minutes += 5) {
            time.advance(Duration.ofMinutes(5));
            publish();
        }
        startHub();

        everyEventIsOneMessage(new HashSet<>());

        Set<Integer> forgotten = new HashSet<>();
        hub.stop();
        for (int i = 0; i < 3; i++) {
            forgotten.add(publish());
        }
        time.advance(Duration.ofHours(73));
        for (int i = 0; i < 5; i++) {
            publish();
        }
        startHub();

        everyEventIsOneMessage(forgotten);
        assertThat(health().path("eventsMayBeMissingFrom").asText()).isNotEmpty();
    }

    private void startHub() throws Exception {
        hub.start();
        hub.awaitReady(PATIENCE);
    }

    private void ask() {
        if (published.get() - graph.received().size() < WAITING) {
            publish();
        }
    }

    private int publish() {
        int number = published.incrementAndGet();
        salesforce
                .org()
                .publish(
                        EVENT,
                        Map.of(
                                "Client_Ref__c",
                                "ref-" + number,
                                "To__c",
                                "49151000000" + number % CUSTOMERS,
                                "Phone_Number_Id__c",
                                "106",
                                "Kind__c",
                                "template",
                                "Template__c",
                                "hello",
                                "Language__c",
                                "en",
                                "Params__c",
                                "[" + number + "]",
                                "Record_Id__c",
                                "5003t00001AbCdEAAV"));
        return number;
    }

    /** Until an event has become a message that was published on a stream which is open. */
    private void untilEventsCome() {
        await().atMost(PATIENCE).until(() -> health().path("state").asText().equals("connected"));
        int before = published.get();
        await().atMost(PATIENCE).until(() -> arrived().stream().anyMatch(n -> n > before));
    }

    private void everyEventIsOneMessage(Set<Integer> forgotten) throws Exception {
        int events = published.get() - forgotten.size();
        await().atMost(PATIENCE).until(() -> accountedFor().size() >= events);
        List<Integer> arrived = arrived();
        assertThat(arrived).doesNotHaveDuplicates();
        Set<Integer> accounted = accountedFor();
        for (int number = 1; number <= published.get(); number++) {
            assertThat(accounted.contains(number))
                    .as("event %d was turned into a message", number)
                    .isEqualTo(!forgotten.contains(number));
        }
        var last = new HashMap<Integer, Integer>();
        for (int number : arrived) {
            Integer before = last.put(number % CUSTOMERS, number);
            assertThat(before == null || before < number)
                    .as("%d to customer %d came after %s", number, number % CUSTOMERS, before)
                    .isTrue();
        }
    }

    private List<Integer> arrived() {
        return graph.received().stream()
                .map(r -> r.body().at("/template/components/0/parameters/0/text").asInt())
                .toList();
    }

    private Set<Integer> accountedFor() throws IOException {
        var numbers = new HashSet<>(arrived());
        numbers.addAll(unresolved());
        return numbers;
    }

    /** A call that a kill cut off may or may not have reached Meta; the hub says so and sends it no second time. */
    private Set<Integer> unresolved() throws IOException {
        var numbers = new HashSet<Integer>();
        String after = "";
        while (true) {
            JsonNode page =
                    json.readTree(
                            hub.get(
                                            hub.uri(
                                                    "/api/v1/events?type=whatsapp.command.unresolved&limit=500"
                                                            + after))
                                    .body());
            for (JsonNode event : page.path("events")) {
                String correlation =
                        event.path("data").path("command").path("correlation").asText();
                numbers.add(Integer.valueOf(correlation.split(":")[1].substring("ref-".length())));
            }
            if (page.path("events").isEmpty()) {
                return numbers;
            }
            after = "&after=" + page.path("next").asText();
        }
    }

    private String metrics() throws IOException {
        return hub.get(hub.managementUri("/actuator/prometheus"))
                .body()
                .lines()
                .filter(line -> line.startsWith("hub_salesforce_streams_ended_total"))
                .collect(Collectors.joining("\n"));
    }

    private JsonNode health() throws IOException {
        return json.readTree(hub.get(hub.managementUri("/actuator/health")).body())
                .at("/components/salesforceEvents/details")
                .path("/event/" + EVENT);
    }
}
