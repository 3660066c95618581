package org.coexhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

class SandboxToolsTest {
    private static final Instant NOW = Instant.parse("2026-11-20T09:00:00Z");
    private static final byte[] KEY =
            "a key of a good length, as agreed".getBytes(StandardCharsets.UTF_8);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    private final SandboxBot bot = new SandboxBot(clock);
    private final SandboxReceiver receiver =
            new SandboxReceiver("whsec_" + Base64.getEncoder().encodeToString(KEY), clock);
    private final SandboxTools tools = new SandboxTools(bot, receiver, 0);

    @BeforeEach
    void start() throws Exception {
        tools.start();
    }

    @AfterEach
    void stop() {
        tools.close();
    }

    @ParameterizedTest
    @CsvSource({
        "Hello!, interactive, Harbour Coffee",
        "When do you open?, text, 8:00 to 18:00",
        "where is order 1234, text, Order 1234",
        "show me the menu, interactive, roaster",
        "qwerty, text, I can tell you"
    })
    void answersWhatCustomersAsk(String said, String type, String expected) throws Exception {
        JsonNode reply = ask(said).path("replies").path(0);
        assertThat(reply.path("type").asText()).isEqualTo(type);
        assertThat(reply.path(type).toString()).contains(expected);
        assertThat(reply.has("to")).isFalse();
    }

    @Test
    void handsOverWhenAPersonIsWanted() throws Exception {
        JsonNode answer = ask("can I talk to a human");
        assertThat(answer.path("handover").asText()).isEqualTo("human");
        assertThat(answer.path("replies")).hasSize(1);
        assertThat(bot.calls())
                .singleElement()
                .satisfies(
                        call -> {
                            assertThat(call.conversation()).isEqualTo("c1");
                            assertThat(call.handover()).isTrue();
                        });
    }

    @Test
    void understandsATappedButton() throws Exception {
        String body =
                """
                {"conversation":"c1","message":{"id":"wamid.2","type":"interactive",
                 "interactive":{"type":"button_reply","button_reply":{"id":"menu","title":"Menu"}}}}\
                """;
        JsonNode reply = json.readTree(post(SandboxTools.BOT_PATH, body).body()).at("/replies/0");
        assertThat(reply.at("/interactive/type").asText()).isEqualTo("list");
    }

    @Test
    void refusesABodyThatIsNotJson() throws Exception {
        assertThat(post(SandboxTools.BOT_PATH, "hello").statusCode()).isEqualTo(400);
    }

    @Test
    void acceptsASignedDelivery() throws Exception {
        assertThat(deliver("evt-1", NOW, sign("evt-1", NOW, EVENT))).isEqualTo(204);
        assertThat(receiver.deliveries())
                .containsExactly(
                        new SandboxReceiver.Delivery(
                                NOW, "evt-1", "whatsapp.message.received", true));
    }

    @Test
    void acceptsOneGoodSignatureAmongSeveral() throws Exception {
        assertThat(deliver("evt-1", NOW, "v1,b2xk " + sign("evt-1", NOW, EVENT))).isEqualTo(204);
    }

    @Test
    void refusesASignatureOfAnotherIdAnotherBodyOrAnotherTime() throws Exception {
        assertThat(deliver("evt-2", NOW, sign("evt-1", NOW, EVENT))).isEqualTo(401);
        assertThat(deliver("evt-1", NOW, sign("evt-1", NOW, EVENT + " "))).isEqualTo(401);
        Instant old = NOW.minusSeconds(301);
        assertThat(deliver("evt-1", old, sign("evt-1", old, EVENT))).isEqualTo(401);
        assertThat(receiver.deliveries())
                .extracting(SandboxReceiver.Delivery::verified)
                .containsExactly(false, false, false);
    }

    @Test
    void keepsTheLast200Deliveries() throws Exception {
        for (int i = 0; i < 205; i++) {
            deliver("evt-" + i, NOW, "v1,none");
        }
        assertThat(receiver.deliveries()).hasSize(200);
        assertThat(receiver.deliveries().getFirst().webhookId()).isEqualTo("evt-5");
    }

    private static final String EVENT = "{\"type\":\"whatsapp.message.received\"}";

    private JsonNode ask(String said) throws Exception {
        String message =
                json.writeValueAsString(
                        json.createObjectNode()
                                .put("id", "wamid.1")
                                .put("type", "text")
                                .set("text", json.createObjectNode().put("body", said)));
        return json.readTree(
                post(SandboxTools.BOT_PATH, "{\"conversation\":\"c1\",\"message\":" + message + "}")
                        .body());
    }

    private HttpResponse<byte[]> post(String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(url(path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private int deliver(String id, Instant at, String signature) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(url(SandboxTools.RECEIVER_PATH))
                        .header("webhook-id", id)
                        .header("webhook-timestamp", Long.toString(at.getEpochSecond()))
                        .header("webhook-signature", signature)
                        .POST(HttpRequest.BodyPublishers.ofString(EVENT))
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private static String sign(String id, Instant at, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        byte[] signed =
                mac.doFinal(
                        (id + "." + at.getEpochSecond() + "." + body)
                                .getBytes(StandardCharsets.UTF_8));
        return "v1," + Base64.getEncoder().encodeToString(signed);
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + tools.port() + path);
    }
}
