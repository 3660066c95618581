package org.coexhub.connector.chatbot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.history;
import static org.coexhub.testing.MetaBodies.imported;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.status;
import static org.coexhub.testing.MetaBodies.statuses;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Promise 6, with a bot and a Graph over real HTTP. */
class ABotNeverTalksOverAPersonTest extends HubTest {

    private static final String SENDS = "/graph/.*/messages";

    @AfterEach
    void silence() {
        HTTP.usual("/bot");
    }

    @Test
    void theBotIsAskedByItsContractAndItsReplyIsSent() throws Exception {
        HTTP.then("/bot", reply("hello yourself"));

        post(messages(text(customer, wamid(1), now(), "hello")));

        await().until(() -> !sent().isEmpty());
        HttpSink.Request asked = HTTP.requests("/bot", customer).getFirst();
        JsonNode question = json.readTree(asked.body());
        assertThat(question.path("event").asText()).isEqualTo("message:" + wamid(1));
        assertThat(question.path("conversation").asText()).isEqualTo(conversation());
        assertThat(question.path("message").path("text").asText()).isEqualTo("hello");
        assertThat(question.path("customer").path("waId").asText()).isEqualTo(customer);
        assertThat(question.path("window").path("open").asBoolean()).isTrue();
        assertThat(asked.headers())
                .containsEntry("authorization", "Bearer chatbot-token-of-the-test");
        JsonNode send = json.readTree(sent().getFirst().body());
        assertThat(send.path("text").path("body").asText()).isEqualTo("hello yourself");
        assertThat(send.path("to").asText()).contains(customer);
    }

    @Test
    void itIsNotAskedWhileAPersonHasTheConversationAndAgainAfterTheKeyword() throws Exception {
        post(echoes(echo(customer, wamid(1), now(), "yo me encargo")));
        post(messages(text(customer, wamid(2), now(), "gracias")));
        await().until(
                        () ->
                                routed(2)
                                        && getJson("/api/v1/destinations/chatbot")
                                                        .path("queued")
                                                        .asInt()
                                                == 0);
        post(echoes(echo(customer, wamid(3), now() + 1, "#bot")));
        post(messages(text(customer, wamid(4), now() + 2, "y ahora")));

        await().until(() -> askedAbout(4));

        assertThat(askedAbout(2)).isFalse();
    }

    @Test
    void theConversationReturnsByTimeAndByOrder() throws Exception {
        post(echoes(echo(customer, wamid(1), now(), "hola")));
        await().until(() -> !botOn());
        clock.advance(java.time.Duration.ofHours(12).plusSeconds(1));
        post(messages(text(customer, wamid(2), now(), "sigue ahi")));
        await().until(() -> askedAbout(2));

        postJson("/api/v1/conversations/" + conversation() + "/handover", "{'to':'human'}");
        post(messages(text(customer, wamid(3), now(), "una pregunta")));
        await().until(
                        () ->
                                routed(3)
                                        && getJson("/api/v1/destinations/chatbot")
                                                        .path("queued")
                                                        .asInt()
                                                == 0);
        postJson("/api/v1/conversations/" + conversation() + "/handover", "{'to':'bot'}");
        post(messages(text(customer, wamid(4), now(), "otra")));
        await().until(() -> askedAbout(4));
        assertThat(askedAbout(3)).isFalse();
    }

    @Test
    void aReplyThatIsUnderWayWhenAPersonTakesOverIsDropped() throws Exception {
        var taken = new CountDownLatch(1);
        HTTP.then(
                "/bot",
                exchange -> {
                    try {
                        taken.await(12, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    reply("too late").to(exchange);
                });
        post(messages(text(customer, wamid(1), now(), "hola")));
        await().until(() -> askedAbout(1));

        post(echoes(echo(customer, wamid(2), now(), "yo me encargo")));
        await().until(() -> !botOn());
        taken.countDown();

        await().until(() -> !events("whatsapp.command.rejected").isEmpty());
        JsonNode rejected = events("whatsapp.command.rejected").getFirst().path("data");
        assertThat(rejected.path("reason").asText()).isEqualTo("person_has_conversation");
        assertThat(sent()).isEmpty();
    }

    @Test
    void whatTheHubSendsItselfIsNoPerson() throws Exception {
        HTTP.then("/bot", reply("first"), reply("second"));
        post(messages(text(customer, wamid(1), now(), "one")));
        await().until(() -> sent().size() == 1);
        await().until(() -> !events("whatsapp.message.sent").isEmpty());
        String wamid =
                events("whatsapp.message.sent").getFirst().path("data").path("wamid").asText();
        post(statuses(status(customer, wamid, now(), "delivered")));
        post(messages(text(customer, wamid(2), now() + 1, "two")));

        await().until(() -> sent().size() == 2);
        assertThat(botOn()).isTrue();
    }

    @Test
    void itIsNeverAskedForEchoesStatusesOrHistory() throws Exception {
        post(history(customer, imported(customer, wamid(1), now() - 90_000, "antes")));
        post(statuses(status(customer, wamid(2), now(), "read")));
        post(echoes(echo(customer, wamid(3), now(), "#bot")));
        post(messages(text(customer, wamid(4), now(), "ahora")));

        await().until(() -> askedAbout(4));

        assertThat(HTTP.requests("/bot", customer)).hasSize(1);
    }

    @Test
    void aBotMayHandTheConversationToPeopleAndSaysGoodbye() throws Exception {
        HTTP.then(
                "/bot",
                HttpSink.json(
                        "{'replies':[{'type':'text','text':{'body':'a colleague takes"
                                + " over'}}],'handover':'human'}"));
        post(messages(text(customer, wamid(1), now(), "a person please")));

        await().until(() -> !events("whatsapp.conversation.handover").isEmpty());
        await().until(() -> sent().size() == 1);
        post(messages(text(customer, wamid(2), now(), "hello?")));
        await().until(
                        () ->
                                routed(2)
                                        && getJson("/api/v1/destinations/chatbot")
                                                        .path("queued")
                                                        .asInt()
                                                == 0);
        assertThat(askedAbout(2)).isFalse();
    }

    @Test
    void anAnswerThatBreaksTheContractGoesToTheDeadLetters() throws Exception {
        HTTP.then("/bot", HttpSink.json("{'replies':'hello'}"));
        post(messages(text(customer, wamid(1), now(), "hola")));

        await().until(
                        () ->
                                getJson("/api/v1/dead-letters?destination=chatbot")
                                        .toString()
                                        .contains(wamid(1)));
        assertThat(getJson("/api/v1/dead-letters?destination=chatbot").toString())
                .contains("replies is not an array");
    }

    private static HttpSink.Answer reply(String words) {
        return HttpSink.json("{'replies':[{'type':'text','text':{'body':'" + words + "'}}]}");
    }

    private boolean askedAbout(Object message) {
        return !HTTP.requests("/bot", "\"message:" + wamid(message) + "\",\"number\"").isEmpty();
    }

    private List<HttpSink.Request> sent() {
        return HTTP.requests(SENDS, customer);
    }

    private boolean routed(Object message) throws Exception {
        return getJson("/api/v1/events?conversation=" + conversation())
                .toString()
                .contains(wamid(message));
    }

    private boolean botOn() throws Exception {
        return getJson("/api/v1/conversations/" + conversation())
                .path("bot")
                .path("on")
                .asBoolean(true);
    }

    private List<JsonNode> events(String type) throws Exception {
        var events =
                getJson("/api/v1/events?conversation=" + conversation() + "&type=" + type)
                        .path("events");
        return java.util.stream.StreamSupport.stream(events.spliterator(), false).toList();
    }
}
