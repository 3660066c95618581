package org.coexhub.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Promise 3: customers write at the same time, the receiver stumbles, and each conversation arrives in its order. */
class OrderPerConversationIsKeptTest extends HubTest {

    private static final int CUSTOMERS = 8;
    private static final int EACH = 40;

    @Test
    void upToTheReceiverWithParallelismAcrossConversations() throws Exception {
        var random = new Random(7);
        // Enough to open the circuit and to fail its first probes; each further one doubles the
        // wait.
        HttpSink.Answer[] stumbles = new HttpSink.Answer[8];
        for (int i = 0; i < stumbles.length; i++) {
            stumbles[i] = random.nextBoolean() ? HttpSink.status(503) : HttpSink.cut();
        }
        HTTP.then("/receiver", stumbles);

        try (var threads = Executors.newFixedThreadPool(CUSTOMERS)) {
            List<Future<?>> writing = new ArrayList<>();
            for (int c = 0; c < CUSTOMERS; c++) {
                int who = c;
                writing.add(
                        threads.submit(
                                () -> {
                                    write(who);
                                    return null;
                                }));
            }
            for (Future<?> each : writing) {
                each.get();
            }
        }

        await().atMost(Duration.ofSeconds(40))
                .until(
                        () -> {
                            clock.advance(Duration.ofSeconds(1));
                            return arrived().values().stream().mapToInt(List::size).sum()
                                    == CUSTOMERS * EACH;
                        });
        arrived()
                .forEach(
                        (who, texts) ->
                                assertThat(texts)
                                        .as(who)
                                        .isSortedAccordingTo(
                                                (a, b) ->
                                                        Integer.compare(
                                                                Integer.parseInt(a),
                                                                Integer.parseInt(b))));
    }

    @Test
    void whereEventsRestAndTheDestinationWasPausedWhileTheyBecameDue() throws Exception {
        postJson("/api/v1/destinations/resting/pause", "");
        List<String> written = new ArrayList<>();
        for (int n = 0; n < 2 * EACH; n++) {
            written.add("message:" + wamid(n));
            post(messages(reaction(n)));
        }
        await().until(
                        () ->
                                getJson("/api/v1/destinations/resting").path("queued").asInt()
                                        == written.size());
        postJson("/api/v1/destinations/resting/resume", "");

        await().atMost(Duration.ofSeconds(20))
                .until(() -> HTTP.requests("/resting", customer).size() >= written.size());

        List<String> arrived = new ArrayList<>();
        for (HttpSink.Request request : HTTP.requests("/resting", customer)) {
            arrived.add(json.readTree(request.body()).path("id").asText());
        }
        assertThat(arrived).isEqualTo(written);
    }

    private String reaction(int n) {
        return """
        {"from":"%s","id":"%s","timestamp":"%d","type":"reaction",\
        "reaction":{"message_id":"wamid.before","emoji":"+"}}\
        """
                .formatted(customer, wamid(n), now());
    }

    /** Singles and batches; the next webhook goes when the one before was acknowledged. */
    private void write(int who) throws Exception {
        var random = new Random(who);
        int n = 0;
        while (n < EACH) {
            List<String> batch = new ArrayList<>();
            int size = Math.min(EACH - n, 1 + random.nextInt(4));
            for (int i = 0; i < size; i++, n++) {
                batch.add(text(customer + who, wamid(who + "-" + n), now(), Integer.toString(n)));
            }
            assertThat(post(messages(batch.toArray(String[]::new)))).isEqualTo(200);
        }
    }

    /** First arrivals by conversation; what was tried again does not count twice. */
    private Map<String, List<String>> arrived() throws Exception {
        Map<String, List<String>> byConversation = new HashMap<>();
        for (HttpSink.Request request : HTTP.requests("/receiver", customer)) {
            JsonNode event = json.readTree(request.body());
            if (!event.path("type").asText().equals("whatsapp.message.received")) {
                // Such as the handover of a bot that has been talked to too fast.
                continue;
            }
            List<String> texts =
                    byConversation.computeIfAbsent(
                            event.path("subject").asText(),
                            unused -> Collections.synchronizedList(new ArrayList<>()));
            String text = event.path("data").path("text").asText();
            if (!texts.contains(text)) {
                texts.add(text);
            }
        }
        return byConversation;
    }
}
