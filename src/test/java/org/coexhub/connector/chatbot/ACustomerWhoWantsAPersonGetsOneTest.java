package org.coexhub.connector.chatbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.StreamSupport;

/** By a word, by a button, or because the bot writes so. */
class ACustomerWhoWantsAPersonGetsOneTest extends HubTest {

    private static final String NOTICE = "A person will answer you here.";

    @AfterEach
    void silence() {
        HTTP.usual("/bot");
    }

    @Test
    void theWordAloneIsEnoughAndTheBotIsNotAsked() throws Exception {
        post(messages(text(customer, wamid(1), now(), " Human ")));

        await().until(() -> sent().equals(List.of(NOTICE)));
        assertThat(causes()).containsExactly("customer");
        assertThat(HTTP.requests("/bot", customer)).isEmpty();
    }

    @Test
    void theWordInASentenceIsLeftToTheBot() throws Exception {
        post(messages(text(customer, wamid(1), now(), "is the agent human?")));

        await().until(() -> !HTTP.requests("/bot", customer).isEmpty());
        assertThat(causes()).isEmpty();
    }

    @Test
    void soIsAButtonWithThePayload() throws Exception {
        post(messages(tap("button_reply", "human", "Talk to us")));

        await().until(() -> sent().equals(List.of(NOTICE)));
        assertThat(causes()).containsExactly("customer");
    }

    @Test
    void anyOtherButtonTellsTheBotItsPayload() throws Exception {
        post(messages(tap("list_reply", "/buy{1}", "Huila")));

        await().until(() -> !HTTP.requests("/bot", customer).isEmpty());
        JsonNode asked = json.readTree(HTTP.requests("/bot", customer).getFirst().body());
        assertThat(asked.at("/message/payload").asText()).isEqualTo("/buy{1}");
        assertThat(asked.at("/message/text").asText()).isEqualTo("Huila");
    }

    private String tap(String kind, String id, String title) {
        return """
        {"from":"%s","id":"%s","timestamp":"%d","type":"interactive",\
        "interactive":{"type":"%s","%s":{"id":"%s","title":"%s"}}}\
        """
                .formatted(customer, wamid(1), now(), kind, kind, id, title);
    }

    private List<String> sent() {
        return HTTP.requests("/graph/.*/messages", customer).stream()
                .map(HttpSink.Request::body)
                .map(this::body)
                .toList();
    }

    private String body(byte[] send) {
        try {
            return json.readTree(send).at("/text/body").asText();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> causes() throws Exception {
        var events =
                getJson(
                                "/api/v1/events?conversation="
                                        + conversation()
                                        + "&type=whatsapp.conversation.handover")
                        .path("events");
        return StreamSupport.stream(events.spliterator(), false)
                .map(e -> e.path("data").path("cause").asText())
                .toList();
    }
}
