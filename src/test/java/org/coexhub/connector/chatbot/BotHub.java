package org.coexhub.connector.chatbot;

import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.sql.DataSource;

/**
 * A hub with a bot, for tests of the bridge: the bot answers at {@code /bot}, Graph at {@code /graph}, and one more step
 * before each reply asks {@code /between}, so that a test can have the queue's transaction rolled back there, as by a
 * kill.
 */
final class BotHub implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final HttpSink http = new HttpSink();
    private final ObjectMapper json = new ObjectMapper();
    private final StartedHub hub;

    BotHub(String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "hub.chatbot.url=" + http.url("/bot"),
                                "hub.meta.graph-url=" + http.url("/graph")));
        all.addAll(List.of(more));
        hub = StartedHub.on(withAFallibleStep(), all.toArray(String[]::new));
    }

    @Override
    public void close() {
        hub.close();
    }

    void post(byte[] body) {
        try {
            hub.post(body);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void says(String customer, String message, String words) {
        post(messages(text(customer, message, now(), words)));
    }

    static long now() {
        return Instant.now().getEpochSecond();
    }

    static HttpSink.Answer reply(String words) {
        return HttpSink.json("{'replies':[{'type':'text','text':{'body':'" + words + "'}}]}");
    }

    /** What the bot was asked about this customer. */
    List<JsonNode> asked(String customer) {
        return http.requests("/bot", customer).stream().map(r -> read(r.text())).toList();
    }

    /** Words that reached the customer, in order. */
    List<String> sentTo(String customer) {
        return http.requests("/graph/.*/messages", customer).stream()
                .map(r -> read(r.text()).at("/text/body").asText())
                .toList();
    }

    /** Causes of handovers of the conversation, in order. */
    List<String> handovers(String customer) {
        var causes = new ArrayList<String>();
        for (JsonNode event :
                get("/api/v1/events?conversation=" + NUMBER + ":" + customer).path("events")) {
            if (event.path("type").asText().equals("whatsapp.conversation.handover")) {
                causes.add(event.path("data").path("cause").asText());
            }
        }
        return causes;
    }

    /** Changes the hub's own database, as a fault would. */
    void sql(String statement) {
        JdbcClient.create(hub.bean(DataSource.class)).sql(statement).update();
    }

    boolean isTrue(String query) {
        return JdbcClient.create(hub.bean(DataSource.class))
                .sql(query)
                .query(Boolean.class)
                .single();
    }

    boolean knows(String customer, String message) {
        return get("/api/v1/events?conversation=" + NUMBER + ":" + customer)
                .toString()
                .contains("message:" + message);
    }

    boolean isIdle() {
        return get("/api/v1/destinations/chatbot").path("queued").asInt(1) == 0;
    }

    JsonNode get(String path) {
        try {
            return read(hub.get(path).body());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a bot does that answers by itself. */
    int callBack(String path, String body) {
        try {
            return CLIENT.send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + hub.port() + path))
                                    .header("Content-Type", "application/json")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    body.replace('\'', '"')))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonNode read(String text) {
        try {
            return json.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HubFolder withAFallibleStep() {
        HubFolder fresh = HubFolder.fresh();
        String reply = "                    - to: {id: chatbot-reply,";
        String step =
                """
                                    - setProperty: {id: between-keep, name: kept, simple: "${body}"}
                                    - to:
                                        id: between-answer-and-reply
                                        uri: "%s"
                                        parameters: {httpMethod: POST, skipResponseHeaders: true}
                                    - setBody: {id: between-go-on, simple: "${exchangeProperty.kept}"}
                """
                        .formatted(http.url("/between"));
        try {
            String route = Files.readString(fresh.destinationFile("chatbot"));
            if (!route.contains(reply)) {
                throw new IllegalStateException("the shipped route has no such step");
            }
            return fresh.destination("chatbot", route.replace(reply, step + reply));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
