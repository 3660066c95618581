package org.coexhub.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.BytesMessage;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.routes.HttpSink;
import org.coexhub.testing.BrokerProcess;
import org.coexhub.testing.HubProcess;
import org.coexhub.testing.QueueReader;
import org.coexhub.testing.StandalonePostgres;
import org.coexhub.testing.WebhookBody;
import org.coexhub.testing.WebhookSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Junk of every size goes into every door, and after each size an ordinary message and an ordinary command: each is through
 * within seconds, and no door answers 5xx but an honest 503.
 *
 * <p>{@code -Dhub.crash.seed=...} repeats the same junk; {@code -Dhub.crash.junk-rounds=20} makes it longer.
 */
@Tag("crash")
class NoInputStopsTheNextTest {

    private static final Logger LOG = LoggerFactory.getLogger(NoInputStopsTheNextTest.class);

    private static final long SEED = Long.getLong("hub.crash.seed", System.nanoTime());
    private static final int ROUNDS = Integer.getInteger("hub.crash.junk-rounds", 1);
    private static final String NUMBER = "106540352242922";
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration THROUGH_WITHIN = Duration.ofSeconds(5);

    private static final String WEBHOOK =
            """
            {"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"field":"messages",\
            "value":{"messaging_product":"whatsapp","metadata":{"phone_number_id":"106540352242922"},\
            "messages":[{"from":"491510007","id":"wamid.junk","timestamp":"1700000000","type":"text","text":%s}]}}]}]}\
            """;

    private static final String COMMAND =
            """
            {"from":"106540352242922","to":"491510007","type":"text","text":{"body":%s}}\
            """;

    private final Junk junk = new Junk(SEED);
    private final Set<String> arrived = new TreeSet<>();
    private final HttpSink bot = new HttpSink();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private int ordinary;

    @TempDir Path folder;

    @Test
    void withEmbeddedBroker() throws Exception {
        try (var graph = new FakeGraph();
                var hub = hub(graph)) {
            throwJunkAt(hub, graph);
        }
    }

    @Test
    void withStandaloneBrokerAndPostgres() throws Exception {
        try (var graph = new FakeGraph();
                var postgres = new StandalonePostgres();
                var broker = BrokerProcess.in(folder.resolve("broker"));
                var hub = hub(graph).store(postgres).broker(broker)) {
            throwJunkAt(hub, graph);
        }
    }

    private HubProcess hub(FakeGraph graph) throws Exception {
        bot.always(
                "/bot",
                exchange -> {
                    HttpSink.bodyOf(exchange);
                    byte[] reply = junk.like("{\"replies\":[%s]}", 100);
                    HttpSink.json(new String(reply, StandardCharsets.ISO_8859_1)).to(exchange);
                });
        return HubProcess.in(folder.resolve("hub"))
                .quick("512m")
                .with("HUB_META_GRAPH_URL", graph.url().toString())
                .with("HUB_META_ACCESS_TOKEN", "token")
                .with("HUB_CHATBOT_URL", bot.url("/bot"))
                .gatheringDestination("all")
                .destination(
                        "chatbot",
                        Files.readString(Path.of("routes/destinations/chatbot.camel.yaml")));
    }

    private void throwJunkAt(HubProcess hub, FakeGraph graph) throws Exception {
        LOG.info("Seed {}", SEED);
        hub.start();
        hub.awaitReady(START);
        var meta = new WebhookSender(hub.webhooks(), HubProcess.APP_SECRET);
        try (var programs =
                        new ActiveMQConnectionFactory(
                                hub.brokerUrl(),
                                HubProcess.BROKER_USER,
                                HubProcess.BROKER_PASSWORD);
                var connection = programs.createConnection();
                var session = connection.createSession(true, Session.SESSION_TRANSACTED);
                var queue = new QueueReader(hub.brokerUrl())) {
            ordinaryIsThrough(hub, graph, meta, queue);
            for (int round = 0; round < ROUNDS; round++) {
                for (int size : Junk.SIZES) {
                    for (int i = 0; i < 3; i++) {
                        int status = meta.send(junk.like(WEBHOOK, size));
                        assertThat(status).as("webhook of %d bytes", size).isEqualTo(200);
                        honest(hub, "/api/v1/messages", junk.like(COMMAND, size));
                        honest(hub, "/api/v1/bulk", junk.like("{\"messages\":[%s]}", size));
                        honest(hub, "/webhooks/commands", junk.like(COMMAND, size));
                        put(session, junk.like(COMMAND, size), i == 0);
                    }
                    ordinaryIsThrough(hub, graph, meta, queue);
                }
            }
        }
    }

    /** Refused by form, size or signature; taken; or told to come again. */
    private void honest(HubProcess hub, String path, byte[] body) throws Exception {
        HttpResponse<String> answer = post(hub.uri(path), body);
        if (answer.statusCode() == 503) {
            assertThat(answer.headers().firstValue("Retry-After")).as(path).isPresent();
        } else {
            assertThat(answer.statusCode()).as("%s: %s", path, answer.body()).isLessThan(500);
        }
    }

    private HttpResponse<String> post(URI target, byte[] body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(target)
                        .timeout(Duration.ofSeconds(30))
                        .header("Authorization", "Bearer " + HubProcess.API_TOKEN)
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static void put(Session session, byte[] body, boolean asText) throws Exception {
        Message message;
        if (asText) {
            message = session.createTextMessage(new String(body, StandardCharsets.ISO_8859_1));
        } else {
            BytesMessage bytes = session.createBytesMessage();
            bytes.writeBytes(body);
            message = bytes;
        }
        message.setStringProperty("idempotencyKey", UUID.randomUUID().toString());
        try (var producer = session.createProducer(session.createQueue("wa.commands"))) {
            producer.send(message);
        }
        session.commit();
    }

    private void ordinaryIsThrough(
            HubProcess hub, FakeGraph graph, WebhookSender meta, QueueReader queue)
            throws Exception {
        ordinary++;
        String customer = "49151000" + (1000 + ordinary);
        String wamid = "wamid.ordinary." + ordinary;
        long began = System.nanoTime();
        assertThat(
                        meta.send(
                                new WebhookBody()
                                        .message(
                                                NUMBER,
                                                customer,
                                                wamid,
                                                Instant.now().getEpochSecond(),
                                                "are you open?")
                                        .bytes()))
                .isEqualTo(200);
        await("an ordinary message")
                .atMost(THROUGH_WITHIN)
                .pollDelay(Duration.ZERO)
                .until(
                        () -> {
                            queue.drain("wa.out.all").forEach(l -> arrived.add(l.eventId()));
                            return arrived.contains("message:" + wamid);
                        });
        long received = System.nanoTime();
        String text = "yes " + ordinary;
        String command =
                """
                {"from":"%s","to":"%s","type":"text","text":{"body":"%s"}}\
                """
                        .formatted(NUMBER, customer, text);
        HttpResponse<String> answer =
                post(hub.uri("/api/v1/messages"), command.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        await("an ordinary command")
                .atMost(THROUGH_WITHIN)
                .until(() -> graph.received().stream().anyMatch(r -> text.equals(r.text())));
        LOG.info(
                "Ordinary message through in {} ms, command in {} ms",
                Duration.ofNanos(received - began).toMillis(),
                Duration.ofNanos(System.nanoTime() - received).toMillis());
    }
}
