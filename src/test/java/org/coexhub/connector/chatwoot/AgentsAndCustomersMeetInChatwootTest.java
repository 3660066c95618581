package org.coexhub.connector.chatwoot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.awaitility.core.ConditionFactory;
import org.coexhub.routes.HttpSink;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.MetaBodies;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** The whole hub between Meta and Chatwoot: both ways, no circle, and nothing lost or doubled by a kill. */
@Tag("crash")
class AgentsAndCustomersMeetInChatwootTest {

    private static final String CUSTOMER = "491701234567";
    private static final String SENDS = "/graph/.*/messages";

    @TempDir Path folder;

    private final FakeChatwoot chatwoot = new FakeChatwoot(Instant::now);
    private final HttpSink meta = new HttpSink();
    private final ObjectMapper json = new ObjectMapper();
    private HubProcess hub;
    private WebhookSender whatsapp;

    @BeforeEach
    void start() throws IOException {
        String route = Files.readString(Path.of("routes/destinations/chatwoot.camel.yaml"));
        hub =
                HubProcess.in(folder)
                        .quick("384m")
                        .destination("chatwoot", route)
                        .with("HUB_META_GRAPH_URL", meta.url("/graph"))
                        .with("HUB_CHATWOOT_URL", chatwoot.url())
                        .with("HUB_CHATWOOT_API_TOKEN", FakeChatwoot.TOKEN)
                        .with("HUB_CHATWOOT_ACCOUNT_ID", "1")
                        .with("HUB_CHATWOOT_INBOXES", MetaBodies.NUMBER + ":3")
                        .with("HUB_CHATWOOT_WEBHOOK_SECRET", FakeChatwoot.SECRET)
                        .with("HUB_CHATWOOT_WEBHOOK_TOKEN", "in-the-address")
                        .with("HUB_CHATWOOT_MISSED_PERIOD", "500");
        hub.start();
        hub.awaitReady(Duration.ofMinutes(2));
        whatsapp = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
        // A machine that is busy otherwise is not what is tried here.
        chatwoot.patience(Duration.ofMinutes(1));
        chatwoot.callback(hub.uri("/webhooks/chatwoot?token=in-the-address"));
    }

    @AfterEach
    void stop() {
        hub.close();
        chatwoot.close();
    }

    @Test
    void bothSidesSeeEverythingOnceAndAKillChangesNothing() throws Exception {
        whatsapp.send(MetaBodies.messages(MetaBodies.text(CUSTOMER, "wamid.1", now(), "hello")));
        eventually().until(() -> chatwoot.seen().contains("incoming: hello"));

        othersTakeTheKeysOfAgents();
        long reply = chatwoot.reply(1, "**Good** morning");
        eventually().until(() -> sent().size() == 1);
        eventually().until(chatwoot::isQuiet);
        assertThat(chatwoot.answers).containsOnly(200);
        assertThat(sent().getFirst()).contains("*Good* morning").contains(CUSTOMER);
        eventually().until(() -> "agent_reply".equals(bot().path("cause").asText()));
        assertThat(bot().path("on").asBoolean()).isFalse();
        String wamid = eventually().until(this::wamidOfTheReply, found -> !found.isEmpty());
        whatsapp.send(MetaBodies.statuses(MetaBodies.status(CUSTOMER, wamid, now(), "delivered")));
        eventually()
                .until(() -> "delivered".equals(chatwoot.message(reply).path("status").asText()));

        // What would go in circles, if anything did: echoes of the reply, repeated webhooks, and
        // the
        // webhooks Chatwoot sends of what the hub writes there.
        whatsapp.send(MetaBodies.echoes(MetaBodies.echo(CUSTOMER, wamid, now(), "*Good* morning")));
        chatwoot.repeat();
        whatsapp.send(
                MetaBodies.echoes(MetaBodies.echo(CUSTOMER, "wamid.2", now(), "from the phone")));
        eventually().until(() -> chatwoot.seen().contains("outgoing: from the phone"));
        chatwoot.quote(1, "as my colleague says", chatwoot.message("wamid.2"));
        eventually().until(() -> sent().size() == 2);
        assertThat(sent().getLast()).contains("\"message_id\":\"wamid.2\"");
        filesGoBothWays();
        aReplyThatFailedIsSentAgainOnOrder();
        chatwoot.resolve(1);
        eventually().until(() -> bot().path("on").asBoolean());

        aKillBetweenRequestAndRecord();

        assertThat(chatwoot.seen())
                .containsExactly(
                        "incoming: hello",
                        "outgoing: **Good** morning",
                        "outgoing: from the phone",
                        "outgoing: as my colleague says",
                        "incoming: look",
                        "outgoing: the menu",
                        "outgoing: enjoy",
                        "outgoing: try this",
                        "incoming: are you there?",
                        "outgoing: written while the hub was dead",
                        "incoming: the last word");
        assertThat(sent()).hasSize(7);
        assertThat(chatwoot.answers).filteredOn(status -> status != 0).containsOnly(200);

        strangersAndRepliesToNobodyAreRefused();
    }

    /** By the API token: held for ever, so that none of them is sent. */
    private void othersTakeTheKeysOfAgents() throws Exception {
        String command =
                """
                {"from":"%s","to":"491709999999","type":"text","text":{"body":"taken"},\
                "hub":{"sendAt":"2100-01-01T00:00:00Z"}}\
                """
                        .formatted(MetaBodies.NUMBER);
        for (long id = chatwoot.newest(); id <= chatwoot.newest() + 20; id++) {
            assertThat(hub.command("chatwoot:1:" + id, command)).isEqualTo(202);
        }
    }

    private void strangersAndRepliesToNobodyAreRefused() throws Exception {
        assertThat(posted("/webhooks/chatwoot", "{}")).isEqualTo(401);
        assertThat(posted("/webhooks/chatwoot?token=in-the-address", "{}")).isEqualTo(401);

        long reply = chatwoot.reply(chatwoot.begin(""), "who reads this?");

        eventually().until(chatwoot::isQuiet);
        assertThat(chatwoot.message(reply).path("status").asText()).isEqualTo("failed");
        assertThat(chatwoot.answers).last().isEqualTo(422);
        assertThat(sent()).hasSize(7);
    }

    private int posted(String path, String body) throws Exception {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(hub.uri(path))
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private void aReplyThatFailedIsSentAgainOnOrder() {
        byte[] no =
                "{\"error\":{\"code\":131026,\"message\":\"Message undeliverable\"}}"
                        .getBytes(StandardCharsets.UTF_8);
        meta.then(
                "/graph/v24.0/" + MetaBodies.NUMBER + "/messages",
                exchange -> {
                    exchange.sendResponseHeaders(400, no.length);
                    exchange.getResponseBody().write(no);
                    exchange.close();
                });
        long reply = chatwoot.reply(1, "try this");
        eventually().until(() -> "failed".equals(chatwoot.message(reply).path("status").asText()));
        eventually().until(chatwoot::isQuiet);
        assertThat(sent()).as("the failure is no order to send again").hasSize(5);

        chatwoot.retry(reply);
        eventually().until(() -> sent().size() == 6);
        chatwoot.repeat();
        eventually().until(chatwoot::isQuiet);
        assertThat(sent().getLast()).contains("try this");
    }

    private void filesGoBothWays() throws Exception {
        byte[] picture = "a picture".getBytes(StandardCharsets.UTF_8);
        meta.always(
                "/graph/v24.0/media-1",
                HttpSink.json(
                        "{'url':'%s','mime_type':'image/png','file_size':%d}"
                                .formatted(meta.url("/file"), picture.length)));
        meta.always(
                "/file",
                exchange -> {
                    exchange.sendResponseHeaders(200, picture.length);
                    exchange.getResponseBody().write(picture);
                    exchange.close();
                });
        meta.always(
                "/graph/v24.0/" + MetaBodies.NUMBER + "/media", HttpSink.json("{'id':'upload-1'}"));

        whatsapp.send(
                MetaBodies.messages(
                        """
                        {"from":"%s","id":"wamid.p","timestamp":"%d","type":"image",\
                        "image":{"id":"media-1","mime_type":"image/png","caption":"look"}}\
                        """
                                .formatted(CUSTOMER, now())));
        eventually().until(() -> chatwoot.seen().contains("incoming: look"));
        long message = chatwoot.message("wamid.p").path("id").asLong();
        assertThat(chatwoot.file(message)).isEqualTo(picture);

        chatwoot.reply(1, "the menu", "image", chatwoot.url() + "/blobs/menu.png");
        eventually().until(chatwoot::isQuiet);
        chatwoot.reply(1, "enjoy");
        eventually().until(() -> sent().size() == 4);
        assertThat(sent().get(2)).contains("\"id\":\"upload-1\"").contains("the menu");
        assertThat(sent().get(3)).contains("enjoy");
    }

    private void aKillBetweenRequestAndRecord() throws Exception {
        var written = new CountDownLatch(1);
        var dead = new CountDownLatch(1);
        chatwoot.plan(
                "POST .*/messages",
                (exchange, usual) -> {
                    usual.now();
                    written.countDown();
                    waitFor(dead);
                    exchange.close();
                });
        whatsapp.send(
                MetaBodies.messages(MetaBodies.text(CUSTOMER, "wamid.3", now(), "are you there?")));
        waitFor(written);
        hub.kill();
        dead.countDown();
        long missed = chatwoot.reply(1, "written while the hub was dead");
        eventually().until(() -> "failed".equals(chatwoot.message(missed).path("status").asText()));
        hub.start();
        hub.awaitReady(Duration.ofMinutes(2));
        whatsapp.send(
                MetaBodies.messages(MetaBodies.text(CUSTOMER, "wamid.4", now(), "the last word")));

        eventually().until(() -> chatwoot.seen().contains("incoming: the last word"));
        eventually().until(() -> sent().size() == 7);
        assertThat(sent().getLast()).contains("written while the hub was dead");
        eventually().until(() -> "sent".equals(chatwoot.message(missed).path("status").asText()));
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofMinutes(1));
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> sent() {
        return meta.requests(SENDS, CUSTOMER).stream().map(HttpSink.Request::text).toList();
    }

    private String wamidOfTheReply() throws IOException {
        return get("/api/v1/events?type=whatsapp.message.sent")
                .path("events")
                .path(0)
                .path("data")
                .path("wamid")
                .asText();
    }

    private JsonNode bot() throws IOException {
        return get("/api/v1/conversations/" + MetaBodies.NUMBER + ":" + CUSTOMER).path("bot");
    }

    private JsonNode get(String path) throws IOException {
        return json.readTree(hub.get(hub.uri(path)).body());
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }
}
