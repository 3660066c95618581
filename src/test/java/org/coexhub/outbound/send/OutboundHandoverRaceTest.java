package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.one;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A person's reply and a bot's command meet: whichever order, the bot never talks over the person. */
class OutboundHandoverRaceTest extends HubTest {

    private static final String ROUTER = "events-live";
    private static final String SEND = "/graph/v24.0/" + NUMBER + "/messages";

    private final String bsuid = "DE." + customer;

    @BeforeEach
    void theCustomerHasWritten() throws Exception {
        post(messages(text(customer, wamid("open"), now(), "hola")));
        await().until(() -> windowIsOpen());
    }

    @AfterEach
    void goOn() throws Exception {
        camel.getRouteController().startRoute(ROUTER);
        HTTP.usual(SEND);
    }

    @Test
    void echoFirstTheBotIsSilentThoughTheRouterHasNotSeenTheEcho() throws Exception {
        camel.getRouteController().stopRoute(ROUTER);
        assertThat(post(echoes(echo(customer, wamid("echo"), now(), "yo me encargo"))))
                .isEqualTo(200);

        String bot = command("bot", "bot says");
        String agent = command("agent", "agent says");
        // The agent's message is behind the bot's in their group, so the bot's turn has been.
        await().until(() -> "queued".equals(state(bot)) && waits(bot));
        assertThat(sent("bot says")).isEmpty();
        camel.getRouteController().startRoute(ROUTER);

        await().until(() -> "rejected".equals(state(bot)));
        await().until(() -> "sent".equals(state(agent)));
        assertThat(standing(bot).path("reason").asText()).isEqualTo("person_has_conversation");
        assertThat(sent("bot says")).isEmpty();
        assertThat(sent("agent says")).hasSize(1);
    }

    @Test
    void anEchoThatNamesThePersonByAnotherIdentifierIsWaitedForAsWell() throws Exception {
        post(messagesOf(customer, bsuid, "Ana", text(customer, wamid("both"), now(), "soy yo")));
        await().until(() -> getJson(conversationPath()).toString().contains(bsuid));
        camel.getRouteController().stopRoute(ROUTER);
        assertThat(
                        post(
                                one(
                                        "smb_message_echoes",
                                        "\"message_echoes\":[{\"from\":\"49305550100\",\"to_user_id\":\"%s\",\"id\":\"%s\",\"timestamp\":\"%d\",\"type\":\"text\",\"text\":{\"body\":\"yo\"}}]"
                                                .formatted(bsuid, wamid("echo"), now()))))
                .isEqualTo(200);

        String bot = command("bot", "bot says");
        await().until(() -> waits(bot));
        camel.getRouteController().startRoute(ROUTER);

        await().until(() -> "rejected".equals(state(bot)));
        assertThat(sent("bot says")).isEmpty();
    }

    @Test
    void botsThatWaitForTheRouterSlowNobodyElse() throws Exception {
        List<String> bots = customersWhoHaveWritten("1", 50);
        List<String> others = customersWhoHaveWritten("2", 10);
        camel.getRouteController().stopRoute(ROUTER);
        for (String to : bots) {
            command("bot", to, "bot says");
        }
        long began = System.nanoTime();

        for (String to : others) {
            String agent = command("agent", to, "agent says");
            await().pollInterval(Duration.ofMillis(10)).until(() -> "sent".equals(state(agent)));
        }

        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertThat(took).isLessThan(Duration.ofSeconds(5));
        assertThat(HTTP.requests(SEND, "bot says")).noneMatch(r -> isTo(r, bots));
        camel.getRouteController().startRoute(ROUTER);
        await().untilAsserted(
                        () ->
                                assertThat(HTTP.requests(SEND, "bot says"))
                                        .filteredOn(r -> isTo(r, bots))
                                        .hasSize(bots.size()));
    }

    private List<String> customersWhoHaveWritten(String kind, int count) throws Exception {
        List<String> all =
                IntStream.range(0, count).mapToObj(i -> customer + kind + (10 + i)).toList();
        post(
                messages(
                        all.stream()
                                .map(c -> text(c, "wamid." + c, now(), "hola"))
                                .toArray(String[]::new)));
        for (String one : all) {
            String path = "/api/v1/conversations/" + NUMBER + ":" + one;
            await().until(() -> getJson(path).path("window").path("open").asBoolean());
        }
        return all;
    }

    private static boolean isTo(HttpSink.Request request, List<String> customers) {
        return customers.stream().anyMatch(request.text()::contains);
    }

    @Test
    void commandFirstItIsSentAndEverythingAfterTheEchoIsDropped() throws Exception {
        var echoed = new CountDownLatch(1);
        HTTP.then(
                SEND,
                exchange -> {
                    hold(echoed);
                    HttpSink.json("{'messages':[{'id':'" + wamid("sent") + "'}]}").to(exchange);
                });
        String first = command("bot", "first");
        String second = command("bot", "second");
        await().until(() -> !sent("first").isEmpty());

        post(echoes(echo(customer, wamid("echo"), now(), "yo me encargo")));
        echoed.countDown();

        await().until(() -> "rejected".equals(state(second)));
        await().until(() -> "sent".equals(state(first)));
        assertThat(sent("second")).isEmpty();
    }

    @Test
    void theHubsOwnEchoThatOvertakesGraphsAnswerIsNoPerson() throws Exception {
        String own = wamid("own");
        var routed = new CountDownLatch(1);
        HTTP.then(
                SEND,
                exchange -> {
                    hold(routed);
                    HttpSink.json("{'messages':[{'id':'" + own + "'}]}").to(exchange);
                });
        String first = command("bot", "first");
        String second = command("bot", "second");
        await().until(() -> !sent("first").isEmpty());

        post(echoes(echo(customer, own, now(), "first")));
        post(messages(text(customer, wamid("behind"), now(), "y yo")));
        await().until(() -> getJson(feed("message.received")).toString().contains("behind"));
        routed.countDown();

        await().until(() -> "sent".equals(state(first)) && "sent".equals(state(second)));
        await().until(() -> getJson(feed("message.sent")).toString().contains(own));
        assertThat(getJson(feed("message.echoed")).path("events")).isEmpty();
        assertThat(getJson(feed("conversation.handover")).path("events")).isEmpty();
    }

    private String feed(String type) {
        return "/api/v1/events?conversation=" + conversation() + "&type=whatsapp." + type;
    }

    private static void hold(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the echo never came");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String command(String source, String words) throws Exception {
        return command(source, customer, words);
    }

    private String command(String source, String to, String words) throws Exception {
        String body =
                "{'from':'%s','to':'%s','type':'text','text':{'body':'%s'},'hub':{'source':'%s'}}"
                        .formatted(NUMBER, to, words, source)
                        .replace('\'', '"');
        var answer =
                send(
                        authorized("/api/v1/messages")
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", to + wamid(words))
                                .POST(HttpRequest.BodyPublishers.ofString(body)));
        return json.readTree(answer.body()).path("commandId").asText();
    }

    private List<HttpSink.Request> sent(String words) {
        return HTTP.requests(SEND, words).stream()
                .filter(request -> request.text().contains(customer))
                .toList();
    }

    private JsonNode standing(String command) throws Exception {
        return getJson("/api/v1/messages/" + command);
    }

    private String state(String command) throws Exception {
        return standing(command).path("state").asText();
    }

    private boolean waits(String command) throws Exception {
        return standing(command).has("waitsUntil");
    }

    private String conversationPath() {
        return "/api/v1/conversations/" + conversation();
    }

    private boolean windowIsOpen() throws Exception {
        return getJson(conversationPath()).path("window").path("open").asBoolean();
    }
}
