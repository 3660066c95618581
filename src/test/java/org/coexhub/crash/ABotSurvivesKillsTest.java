package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.routes.HttpSink;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The hub is killed while it gathers customers' messages and asks the bot: each is answered, and no answer is doubled. */
@Tag("crash")
class ABotSurvivesKillsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int CUSTOMERS = 25;
    private static final int EACH = 3;

    @TempDir Path folder;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpSink bot = new HttpSink();

    @Test
    void everyMessageIsInAQuestionThatWasAnsweredAndNoAnswerIsSentTwice() throws Exception {
        bot.always(
                "/bot",
                exchange -> HttpSink.json(answerTo(HttpSink.bodyOf(exchange))).to(exchange));
        try (var graph = new FakeGraph();
                var hub =
                        HubProcess.in(folder.resolve("hub"))
                                .quick("512m")
                                .with("HUB_META_GRAPH_URL", graph.url().toString())
                                .with("HUB_META_ACCESS_TOKEN", "token")
                                .with("HUB_CHATBOT_URL", bot.url("/bot"))
                                .with("HUB_CHATBOT_GATHER", "500ms")
                                .with("HUB_CHATBOT_TIMEOUT", "5s")
                                .with("HUB_SEND_RECORD_WITHIN", "5s")
                                // However long the restarts take, it is the bot who answers.
                                .with("HUB_CHATBOT_PATIENCE", "10m")
                                .destination(
                                        "chatbot",
                                        Files.readString(
                                                Path.of(
                                                        "routes/destinations/chatbot.camel.yaml")))) {
            hub.start();
            hub.awaitReady(PATIENCE);
            var meta = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
            for (int n = 0; n < EACH; n++) {
                for (int c = 0; c < CUSTOMERS; c++) {
                    assertThat(meta.send(message(c, n))).isEqualTo(200);
                }
            }
            await().atMost(PATIENCE).until(() -> !questions().isEmpty());
            killAndStart(hub);
            await().atMost(PATIENCE).until(() -> graph.received().size() > CUSTOMERS / 4);
            killAndStart(hub);

            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(unanswered(hub, sends(graph))).isEmpty());
            assertThat(graph.received())
                    .extracting(r -> r.body().path("to").asText() + " " + r.text())
                    .doesNotHaveDuplicates();
            assertThat(answersPerMessage(sends(graph)).values()).allMatch(n -> n <= 1);
        }
    }

    private static void killAndStart(HubProcess hub) throws Exception {
        hub.kill();
        hub.start();
        hub.awaitReady(PATIENCE);
    }

    /** Messages in no question whose answer went out, or is a command whose outcome the kill made unknown. */
    private List<String> unanswered(HubProcess hub, Set<String> sent) throws IOException {
        String unresolved =
                hub.get(hub.uri("/api/v1/events?type=whatsapp.command.unresolved")).body();
        var answered = new HashSet<String>();
        for (JsonNode question : questions()) {
            String event = question.path("event").asText();
            if (sent.contains("re " + event) || unresolved.contains("re " + event)) {
                answered.addAll(ids(question));
            }
        }
        var missing = new ArrayList<String>();
        for (int c = 0; c < CUSTOMERS; c++) {
            for (int n = 0; n < EACH; n++) {
                if (!answered.contains(wamid(c, n))) {
                    missing.add(wamid(c, n));
                }
            }
        }
        return missing;
    }

    /** How many different answers that went out had this message in their question. */
    private Map<String, Integer> answersPerMessage(Set<String> sent) {
        Map<String, Set<String>> events = new HashMap<>();
        for (JsonNode question : questions()) {
            String event = question.path("event").asText();
            if (sent.contains("re " + event)) {
                ids(question)
                        .forEach(id -> events.computeIfAbsent(id, i -> new HashSet<>()).add(event));
            }
        }
        Map<String, Integer> counts = new HashMap<>();
        events.forEach((id, of) -> counts.put(id, of.size()));
        return counts;
    }

    private static Set<String> sends(FakeGraph graph) {
        var texts = new HashSet<String>();
        graph.received().forEach(r -> texts.add(r.text()));
        return texts;
    }

    private List<JsonNode> questions() {
        return bot.requests("/bot", "").stream().map(r -> read(r.text())).toList();
    }

    private static List<String> ids(JsonNode question) {
        return question.has("messages")
                ? question.path("messages").findValuesAsText("id")
                : List.of(question.path("message").path("id").asText());
    }

    private String answerTo(String question) {
        String event = read(question).path("event").asText();
        return "{'replies':[{'type':'text','text':{'body':'re " + event + "'}}]}";
    }

    private static byte[] message(int customer, int n) {
        long now = Instant.now().getEpochSecond();
        return messages(text(customer(customer), wamid(customer, n), now, "part " + n));
    }

    private static String customer(int customer) {
        return Integer.toString(4_915_200 + customer);
    }

    private static String wamid(int customer, int n) {
        return "wamid.k." + customer + "." + n;
    }

    private JsonNode read(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
