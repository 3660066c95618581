package org.coexhub.connector.chatbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.list;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.one;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A group's messages, and those that Meta's own agent has in hand. */
class BotsPassOverWhatIsNotTheirsTest extends HubTest {

    @Test
    void aGroupIsNotAnsweredInItsWritersPlace() throws Exception {
        String group = "G" + customer;
        post(
                messages(
                        text(customer, wamid(1), now(), "in the group")
                                .replaceFirst("\\{", "{\"group_id\":\"" + group + "\",")));
        await().until(
                        () ->
                                getJson("/api/v1/events?conversation=" + NUMBER + ":" + group)
                                                .path("events")
                                                .size()
                                        == 1);

        theBotIsAskedAboutTheNextOnly();
    }

    @Test
    void whatMetasOwnAgentHasInHandIsNotAnswered() throws Exception {
        String message = text(customer, wamid(1), now(), "for Meta's agent");
        post(one("standby", "\"standby\":{" + list("messages", message) + "}"));

        theBotIsAskedAboutTheNextOnly();
    }

    private void theBotIsAskedAboutTheNextOnly() throws Exception {
        post(messages(text(customer, wamid(2), now(), "for the bot")));

        await().until(() -> asked().contains("for the bot"));
        await().until(() -> getJson("/api/v1/destinations/chatbot").path("queued").asInt(1) == 0);
        assertThat(asked()).containsExactly("for the bot");
    }

    private List<String> asked() throws IOException {
        var words = new ArrayList<String>();
        for (HttpSink.Request request : HTTP.requests("/bot", customer)) {
            words.add(json.readTree(request.body()).at("/message/text").asText());
        }
        return words;
    }
}
