package org.coexhub.connector.chatbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.routes.HttpSink.status;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The bot's handover is in the store before its replies are in the queue. What happens in between is made to happen by
 * one more step in the shipped route, which a test may let fail: the queue's transaction is rolled back and the event
 * comes again, as after a kill.
 */
class AHandoverOfTheBotLosesNoReplyTest {

    private static final HttpSink HTTP = new HttpSink();
    private static final String SENDS = "/graph/.*/messages";
    private static final String GOODBYE =
            "{'replies':[{'type':'text','text':{'body':'a colleague takes over'}},"
                    + "{'type':'text','text':{'body':'goodbye'}}],'handover':'human'}";

    private static StartedHub hub;

    private final ObjectMapper json = new ObjectMapper();

    @BeforeAll
    static void start() {
        hub =
                StartedHub.on(
                        withAFallibleStepBeforeEachReply(),
                        "hub.chatbot.url=" + HTTP.url("/bot"),
                        "hub.meta.graph-url=" + HTTP.url("/graph"));
        HTTP.always("/bot", HttpSink.json(GOODBYE));
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @AfterEach
    void letItWork() {
        HTTP.usual("/between");
    }

    @Test
    void whenTheEventComesAgainTheRepliesStillGoOutAndTheHandoverIsToldOnce() throws Exception {
        HTTP.then("/between", status(200), status(503));

        hub.post(messages(text("491701", "wamid.1", now(), "a person please")));

        await().until(() -> sentTo("491701").size() == 2);
        assertThat(sentTo("491701")).containsExactly("a colleague takes over", "goodbye");
        hub.post(messages(text("491701", "wamid.2", now(), "hello?")));
        await().until(() -> feed("491701").contains("message:wamid.2") && queued() == 0);
        assertThat(HTTP.requests("/bot", "wamid.1\",\"number\"")).hasSize(2);
        assertThat(HTTP.requests("/bot", "wamid.2\",\"number\"")).isEmpty();
        assertThat(handovers("491701")).containsExactly("handover:message:wamid.1");
    }

    @Test
    void aPersonWhoWritesInTheAppMeanwhileSilencesTheBotAllTheSame() throws Exception {
        HTTP.then(
                "/between",
                status(200),
                exchange -> {
                    try {
                        hub.post(echoes(echo("491702", "wamid.4", now() + 1, "yo me encargo")));
                        await().until(() -> "app_reply".equals(silencedBy("491702")));
                    } catch (Exception e) {
                        throw new IOException(e);
                    }
                    status(503).to(exchange);
                });

        hub.post(messages(text("491702", "wamid.3", now(), "a person please")));

        await().until(() -> "app_reply".equals(silencedBy("491702")) && queued() == 0);
        assertThat(HTTP.requests("/bot", "wamid.3\",\"number\"")).hasSize(1);
        assertThat(sentTo("491702")).isEmpty();
    }

    private static HubFolder withAFallibleStepBeforeEachReply() {
        HubFolder folder = HubFolder.fresh();
        String reply = "                    - to: {id: chatbot-reply,";
        String step =
                """
                                    - setProperty: {id: between-keep, name: kept, simple: "${body}"}
                                    - to:
                                        id: between-handover-and-reply
                                        uri: "%s"
                                        parameters: {httpMethod: POST, skipResponseHeaders: true}
                                    - setBody: {id: between-go-on, simple: "${exchangeProperty.kept}"}
                """
                        .formatted(HTTP.url("/between"));
        try {
            String route = Files.readString(folder.destinationFile("chatbot"));
            assertThat(route).contains(reply);
            return folder.destination("chatbot", route.replace(reply, step + reply));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private List<String> sentTo(String customer) throws IOException {
        var texts = new ArrayList<String>();
        for (HttpSink.Request request : HTTP.requests(SENDS, customer)) {
            texts.add(json.readTree(request.body()).path("text").path("body").asText());
        }
        return texts;
    }

    private String feed(String customer) throws Exception {
        return hub.get("/api/v1/events?conversation=" + NUMBER + ":" + customer).body();
    }

    private List<String> handovers(String customer) throws Exception {
        return json.readTree(feed(customer)).path("events").findValuesAsText("id").stream()
                .filter(id -> id.startsWith("handover:"))
                .toList();
    }

    private String silencedBy(String customer) throws Exception {
        return get("/api/v1/conversations/" + NUMBER + ":" + customer)
                .path("bot")
                .path("cause")
                .textValue();
    }

    private int queued() throws Exception {
        return get("/api/v1/destinations/chatbot").path("queued").asInt();
    }

    private JsonNode get(String path) throws Exception {
        return json.readTree(hub.get(path).body());
    }
}
