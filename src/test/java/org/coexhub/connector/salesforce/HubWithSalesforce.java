package org.coexhub.connector.salesforce;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Queues;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.ShiftedClock;
import org.coexhub.routes.StartedHub;
import org.coexhub.sandbox.salesforce.SimulatedSalesforce;
import org.coexhub.sandbox.salesforce.org.Call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A hub whose Salesforce is simulated; both go by one clock that can be put forward. */
final class HubWithSalesforce implements AutoCloseable {

    final ShiftedClock clock = new ShiftedClock();
    final SimulatedSalesforce salesforce = new SimulatedSalesforce(clock);
    final StartedHub hub;

    private final ObjectMapper json = new ObjectMapper();

    HubWithSalesforce(String... settings) throws Exception {
        this(HubFolder.fresh(), settings);
    }

    HubWithSalesforce(HubFolder folder, String... settings) throws Exception {
        salesforce.start(0, 0);
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "hub.salesforce.login-url=" + salesforce.url(),
                                "hub.salesforce.client-id=" + salesforce.clientId(),
                                "hub.salesforce.client-secret=" + salesforce.clientSecret(),
                                "hub.salesforce.pub-sub-host=127.0.0.1",
                                "hub.salesforce.pub-sub-port=" + salesforce.pubSubPort(),
                                "hub.salesforce.pub-sub-plain-text=true",
                                "hub.salesforce.timeout=5s"));
        for (String setting : settings) {
            all.removeIf(s -> s.startsWith(setting.substring(0, setting.indexOf('=') + 1)));
            all.add(setting);
        }
        hub = StartedHub.on(folder, clock, all.toArray(String[]::new));
    }

    long now() {
        return clock.instant().getEpochSecond();
    }

    void post(byte[] body) throws Exception {
        if (hub.post(body) != 200) {
            throw new AssertionError("the hub did not take the webhook");
        }
    }

    /** The one record of this message. */
    Map<String, Object> message(String wamid) {
        List<Map<String, Object>> records = messages(wamid);
        if (records.size() != 1) {
            throw new AssertionError(records.size() + " records of " + wamid);
        }
        return records.getFirst();
    }

    List<Map<String, Object>> messages(String wamid) {
        return salesforce.org().find("WhatsApp_Message__c", "Wamid__c", wamid);
    }

    JsonNode destination(String name) throws Exception {
        return json.readTree(hub.get("/api/v1/destinations/" + name).body());
    }

    List<JsonNode> deadLetters(String destination) throws Exception {
        var letters = new ArrayList<JsonNode>();
        json.readTree(hub.get("/api/v1/dead-letters?destination=" + destination).body())
                .path("deadLetters")
                .forEach(letters::add);
        return letters;
    }

    /** The router has handed on what was posted, and all of it has left the destination's queue. */
    void awaitEmpty(String destination) {
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(50))
                .until(
                        () ->
                                hub.bean(Queues.class).depth(QueueNames.IN) == 0
                                        && hub.bean(Queues.class).depth(QueueNames.HISTORY) == 0
                                        && destination(destination).path("queued").asInt() == 0);
    }

    /** Calls whose path begins so, from this one on. */
    List<Call> calls(int from, String method, String path) {
        List<Call> all = salesforce.calls();
        return all.subList(from, all.size()).stream()
                .filter(c -> c.method().equals(method) && c.path().startsWith(path))
                .toList();
    }

    @Override
    public void close() {
        hub.close();
        salesforce.close();
    }
}
