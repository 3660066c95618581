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

/** Two bots would talk for ever; the hub's stops, and a person may look. */
class ABotMeetsABotTest extends HubTest {

    @AfterEach
    void silence() {
        HTTP.usual("/bot");
    }

    @Test
    void anAutoResponderIsToldFromAPersonByItsHasteAndItsSameWords() throws Exception {
        HTTP.always("/bot", reply("how can I help?"));

        for (int i = 1; i <= 8 && !handedOver(); i++) {
            int before = sent().size();
            post(messages(text(customer, wamid(i), now(), "I am away, back on Monday")));
            await().until(() -> handedOver() || (sent().size() > before && shown(sent().size())));
        }

        await().until(this::handedOver);
        assertThat(causes()).containsExactly("bot_loop");
        assertThat(sent()).as("no notice, which would only be answered").hasSizeLessThan(5);
    }

    @Test
    void moreTurnsThanAnyPersonTakesEndTheTalk() throws Exception {
        HTTP.always("/bot", reply("and then?"));
        var items = new String[25];
        for (int i = 0; i < items.length; i++) {
            items[i] = text(customer, wamid("m" + i), now(), "part " + i);
        }

        post(messages(items));

        await().until(this::handedOver);
        await().until(() -> getJson("/api/v1/destinations/chatbot").path("queued").asInt() == 0);
        assertThat(causes()).containsExactly("bot_loop");
        assertThat(HTTP.requests("/bot", customer)).hasSize(20);
    }

    @Test
    void aPersonWhoRepeatsHimselfSlowlyIsAPerson() throws Exception {
        HTTP.always("/bot", reply("how can I help?"));

        for (int i = 1; i <= 4; i++) {
            int before = sent().size();
            post(messages(text(customer, wamid("p" + i), now(), "menu")));
            await().until(() -> sent().size() > before && shown(sent().size()));
            clock.advance(java.time.Duration.ofSeconds(10));
        }

        assertThat(causes()).isEmpty();
        assertThat(sent()).hasSize(4);
    }

    private static HttpSink.Answer reply(String words) {
        return HttpSink.json("{'replies':[{'type':'text','text':{'body':'" + words + "'}}]}");
    }

    private List<HttpSink.Request> sent() {
        return HTTP.requests("/graph/.*/messages", customer);
    }

    /** What was sent has come round as an event, so the conversation knows of it. */
    private boolean shown(int messages) throws Exception {
        return events("whatsapp.message.sent").size() >= messages;
    }

    private boolean handedOver() throws Exception {
        return !causes().isEmpty();
    }

    private List<String> causes() throws Exception {
        return events("whatsapp.conversation.handover").stream()
                .map(e -> e.path("data").path("cause").asText())
                .toList();
    }

    private List<JsonNode> events(String type) throws Exception {
        var events =
                getJson("/api/v1/events?conversation=" + conversation() + "&type=" + type)
                        .path("events");
        return StreamSupport.stream(events.spliterator(), false).toList();
    }
}
