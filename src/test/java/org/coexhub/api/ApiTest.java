package org.coexhub.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.image;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.messagesOf;
import static org.coexhub.testing.MetaBodies.status;
import static org.coexhub.testing.MetaBodies.statuses;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubTest;
import org.coexhub.testing.Beside;
import org.coexhub.testing.MetaBodies;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The REST API as a program meets it. */
class ApiTest extends HubTest {

    @Test
    void theFeedGivesEventsInOrderPageByPageAndAPlaceToGoOn() throws Exception {
        for (int i = 0; i < 5; i++) {
            post(messages(text(customer, wamid(i), now(), "n" + i)));
        }
        await().until(() -> feed("", 1000).path("events").size() == 5);

        List<String> texts = new ArrayList<>();
        JsonNode page = feed("", 2);
        while (!page.path("events").isEmpty()) {
            assertThat(page.path("events").size()).isLessThanOrEqualTo(2);
            page.path("events").forEach(e -> texts.add(e.path("data").path("text").asText()));
            page = feed("&after=" + page.path("next").asText(), 2);
        }

        assertThat(texts).containsExactly("n0", "n1", "n2", "n3", "n4");
        String end = page.path("next").asText();
        assertThat(end).isNotEmpty();
        post(messages(text(customer, wamid(5), now(), "n5")));
        JsonNode more = feed("&wait=20&after=" + end, 10);
        assertThat(more.path("events").size()).isOne();
        assertThat(more.path("events").get(0).path("data").path("text").asText()).isEqualTo("n5");
    }

    @Test
    void aReaderWaitsForNewsAndGetsThemWhenTheyCome() throws Exception {
        String end = feed("", 1).path("next").asText();
        var waiting = Beside.call(() -> feed("&wait=30&after=" + end, 10));

        post(messages(text(customer, wamid(1), now(), "news")));

        assertThat(waiting.join().path("events").size()).isOne();
    }

    @Test
    void theFeedIsNarrowedByTypePatterns() throws Exception {
        post(messages(text(customer, wamid(1), now(), "one")));
        post(statuses(status(customer, wamid(2), now(), "sent")));
        await().until(() -> feed("", 10).path("events").size() == 2);

        assertThat(types(feed("&type=whatsapp.message.status", 10)))
                .containsExactly("whatsapp.message.status");
        assertThat(types(feed("&type=whatsapp.contact.*,*.received", 10)))
                .containsExactly("whatsapp.message.received");
        assertThat(types(feed("&type=nothing", 10))).isEmpty();
        assertThat(types(feed("&number=1", 10))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/events?limit=0",
                "/api/v1/events?limit=1001",
                "/api/v1/events?limit=many",
                "/api/v1/events?after=somewhere",
                "/api/v1/events?after=99999999999999999999-1",
                "/api/v1/conversations?limit=501",
                "/api/v1/conversations?offset=-1",
                "/api/v1/dead-letters?limit=-1",
                "/api/v1/operations?limit=0",
                "/api/v1/operations?state=finished"
            })
    void aParameterThatIsNotUsableIsSaid(String path) throws Exception {
        problem(get(path), 400);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/events?typ=whatsapp.message.*, type",
        "/api/v1/dead-letters?destinaton=crm, destination",
        "/api/v1/conversations?Limit=1, limit",
        "/api/v1/costs?groupby=number, groupBy"
    })
    void aMisspeltParameterIsRefusedWithTheNameThatIsMeant(String path, String meant)
            throws Exception {
        assertThat(problem(get(path), 400).path("detail").asText())
                .contains("is " + meant + " meant?");
    }

    @Test
    void aParameterWhereNoneIsKnownIsRefused() throws Exception {
        assertThat(problem(get("/api/v1/numbers?x=1"), 400).path("detail").asText())
                .contains("this call has none");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/dead-letters/discard, destinaton, destination",
        "/api/v1/replays, sinse, since",
        "/api/v1/conversations/nobody/handover, untill, until",
        "/api/v1/conversations/nobody/consent, marketin, marketing"
    })
    void aMisspeltFieldIsRefusedWithTheNameThatIsMeant(String path, String field, String meant)
            throws Exception {
        JsonNode problem = problem(postJson(path, "{'" + field + "':'x'}"), 422);
        assertThat(problem.path("pointer").asText()).isEqualTo("/" + field);
        assertThat(problem.path("detail").asText()).contains("is " + meant + " meant?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{'destination':''}", "{'all':false}", "{'all':true,'reason':'x'}"})
    void everyDeadLetterIsMeantOnlyWhereThatIsSaid(String filter) throws Exception {
        for (String act : List.of("replay", "discard")) {
            JsonNode problem = problem(postJson("/api/v1/dead-letters/" + act, filter), 422);
            assertThat(problem.path("pointer").asText()).isEqualTo("/all");
        }
        assertThat(
                        postJson("/api/v1/dead-letters/discard", "{'all':true,'dryRun':true}")
                                .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/conversations/nobody",
                "/api/v1/conversations/nobody/messages",
                "/api/v1/numbers/1",
                "/api/v1/destinations/nobody",
                "/api/v1/messages/nothing",
                "/api/v1/nothing"
            })
    void whatDoesNotExistIsAProblemToo(String path) throws Exception {
        problem(get(path), 404);
    }

    @Test
    void everyFaultOfABodyIsAProblem() throws Exception {
        problem(postJson("/api/v1/replays", "{not json"), 400);
        problem(postJson("/api/v1/replays", "{}"), 422);
        problem(postJson("/api/v1/replays", "{'destination':'nobody'}"), 404);
        problem(postJson("/api/v1/replays", "{'destination':'crm','since':'yesterday'}"), 400);
        problem(postJson("/api/v1/conversations/nobody/handover", "{'to':'bot'}"), 404);
        problem(postJson("/api/v1/conversations/nobody/handover", "{'to':'cat'}"), 422);
        problem(postJson("/api/v1/dead-letters/ID:none/replay", ""), 404);
        problem(postJson("/api/v1/dead-letters/replay", "{'destination':'nobody'}"), 404);
        problem(send(authorized("/api/v1/events").DELETE()), 405);
    }

    @Test
    void aConversationShowsItsStateAndItsMessagesInOrderWithOriginAndStatus() throws Exception {
        post(
                messagesOf(
                        customer,
                        "DE." + customer,
                        "Ana",
                        text(customer, wamid(1), now() - 20, "hola")));
        post(echoes(echo(customer, wamid(2), now() - 10, "buenas")));
        post(statuses(status(customer, wamid(2), now() - 5, "read")));
        String id = org.coexhub.testing.MetaBodies.NUMBER + ":DE." + customer;
        await().until(
                        () ->
                                "read"
                                        .equals(
                                                getJson("/api/v1/conversations/" + id + "/messages")
                                                        .path("messages")
                                                        .path(1)
                                                        .path("status")
                                                        .asText()));

        JsonNode messages = getJson("/api/v1/conversations/" + id + "/messages").path("messages");
        JsonNode conversation = getJson("/api/v1/conversations/" + id);

        assertThat(messages.findValuesAsText("origin")).contains("customer", "app");
        assertThat(messages.get(0).path("text").asText()).isEqualTo("hola");
        assertThat(messages.get(1).path("text").asText()).isEqualTo("buenas");
        assertThat(conversation.path("customer").path("name").asText()).isEqualTo("Ana");
        assertThat(conversation.path("window").path("open").asBoolean()).isTrue();
        assertThat(conversation.path("bot").path("on").asBoolean()).isFalse();
        assertThat(
                        getJson("/api/v1/conversations?limit=500")
                                .path("conversations")
                                .findValuesAsText("id"))
                .contains(id);
    }

    @Test
    void anOperatorsHandoverIsAnEventAndShowsAtOnce() throws Exception {
        post(messages(text(customer, wamid(1), now(), "hola")));
        await().until(() -> get("/api/v1/conversations/" + conversation()).statusCode() == 200);

        String until = clock.instant().plusSeconds(3600).toString();
        HttpResponse<String> answer =
                postJson(
                        "/api/v1/conversations/" + conversation() + "/handover",
                        "{'to':'human','until':'" + until + "'}");

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode bot = json.readTree(answer.body()).path("bot");
        assertThat(bot.path("on").asBoolean()).isFalse();
        assertThat(bot.path("cause").asText()).isEqualTo("operator");
        await().until(() -> !types(feed("&type=whatsapp.conversation.handover", 10)).isEmpty());
        JsonNode event = feed("&type=whatsapp.conversation.handover", 10).path("events").get(0);
        assertThat(event.path("data").path("to").asText()).isEqualTo("human");
        problem(
                postJson(
                        "/api/v1/conversations/" + conversation() + "/handover",
                        "{'to':'human','until':'later'}"),
                422);
    }

    @Test
    void aReplayIsCountedFirstThenSentMarkedAndReachesNoBot() throws Exception {
        post(messages(text(customer, wamid(1), now(), "one")));
        post(messages(text(customer, wamid(2), now(), "two")));
        await().until(
                        () ->
                                HTTP.requests("/bot", customer).size() == 2
                                        && HTTP.requests("/receiver", customer).size() == 2);
        String order =
                "{'destination':'%s','conversation':'"
                        + conversation()
                        + "','type':'*.received','dryRun':%s}";

        JsonNode dry =
                json.readTree(postJson("/api/v1/replays", order.formatted("webhook", true)).body());
        assertThat(dry.path("matched").asInt()).isEqualTo(2);
        assertThat(dry.path("dryRun").asBoolean()).isTrue();
        ended(postJson("/api/v1/replays", order.formatted("webhook", false)));
        await().until(() -> HTTP.requests("/receiver", customer).size() == 4);
        var deliveries = HTTP.requests("/receiver", customer);
        assertThat(deliveries.getLast().headers().get("webhook-id"))
                .isEqualTo(deliveries.get(1).headers().get("webhook-id"));
        JsonNode again = json.readTree(deliveries.getLast().body());
        assertThat(again.path("replay").asBoolean()).isTrue();
        assertThat(again.path("id").asText()).isEqualTo("message:" + wamid(2));

        assertThat(
                        ended(postJson("/api/v1/replays", order.formatted("chatbot", false)))
                                .path("done")
                                .asInt())
                .isEqualTo(2);
        await().until(() -> getJson("/api/v1/destinations/chatbot").path("queued").asInt() == 0);
        assertThat(HTTP.requests("/bot", customer)).hasSize(2);
    }

    @Test
    void readinessAndMetricsAreOnTheManagementPortOnly() throws Exception {
        HttpResponse<String> readiness =
                send(HttpRequest.newBuilder(management("/actuator/health/readiness")));
        assertThat(readiness.statusCode()).isEqualTo(200);
        assertThat(readiness.body()).contains("publicPort");
        assertThat(
                        send(java.net.http.HttpRequest.newBuilder(
                                        management("/actuator/prometheus")))
                                .body())
                .contains("hub_");
        assertThat(get("/actuator/health").statusCode()).isEqualTo(404);
    }

    @Test
    void aDiskThatIsNearlyFullStopsFilesAndNoWebhook() throws Exception {
        String id = "media-" + customer;
        String described = "/graph/v24.0/" + id;
        HTTP.always(
                described,
                HttpSink.json("{'url':'" + HTTP.url("/graph/empty") + "','file_size':'0'}"));
        disk.percentUsed(97);
        try {
            await().until(() -> health().contains("paused: the disk"));
            assertThat(post(messages(image(customer, wamid(1), now(), id)))).isEqualTo(200);

            await().untilAsserted(
                            () ->
                                    assertThat(get("/api/v1/media/" + id).body())
                                            .contains("\"state\":\"waiting\""));
            assertThat(json.readTree(health()).at("/components/media/status").asText())
                    .isEqualTo("UP");
            assertThat(send(HttpRequest.newBuilder(management("/actuator/prometheus"))).body())
                    .contains("hub_media_paused 1.0");
            HttpResponse<String> upload =
                    send(
                            authorized("/api/v1/media?from=" + MetaBodies.NUMBER)
                                    .header("Content-Type", "image/png")
                                    .POST(HttpRequest.BodyPublishers.ofString("a picture")));
            assertThat(upload.statusCode()).isEqualTo(503);
            assertThat(upload.headers().firstValue("Retry-After")).isPresent();
            assertThat(upload.body()).contains("HUB_MEDIA_MAX_DISK_USAGE");
            assertThat(HTTP.requests(described, "")).isEmpty();
        } finally {
            disk.percentUsed(0);
        }
        await().until(() -> get("/api/v1/media/" + id).statusCode() == 200);
        assertThat(health()).contains("as files come");
    }

    private String health() throws Exception {
        return send(HttpRequest.newBuilder(management("/actuator/health"))).body();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/api/v1/messages", "/api/v1/replays", "/api/v1/conversations/x/handover"})
    void aBodyIsReadNoFurtherThanAllowed(String path) throws Exception {
        // Without a length
        byte[] unannounced = " ".repeat(2 * 1024 * 1024).getBytes(StandardCharsets.US_ASCII);

        HttpResponse<String> answer =
                send(
                        authorized(path)
                                .header("Content-Type", "application/json")
                                .header("Idempotency-Key", customer)
                                .POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(unannounced))));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        assertThat(answer.body()).contains("at most 256 KiB");
    }

    private JsonNode feed(String more, int limit) throws Exception {
        return getJson("/api/v1/events?conversation=" + conversation() + "&limit=" + limit + more);
    }

    private static List<String> types(JsonNode page) {
        return page.path("events").findValuesAsText("type").stream()
                .filter(type -> type.startsWith("whatsapp."))
                .toList();
    }

    private JsonNode problem(HttpResponse<String> answer, int status) throws Exception {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("none"))
                .startsWith("application/problem+json");
        JsonNode problem = json.readTree(answer.body());
        assertThat(problem.path("status").asInt()).isEqualTo(status);
        assertThat(problem.path("title").asText()).isNotBlank();
        return problem;
    }
}
