package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;

import jakarta.jms.Message;

import org.coexhub.routes.HubTest;
import org.coexhub.testing.MetaSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;

/** Meta's entrance over real HTTP: who gets in, and what is told to whom. */
class WebhookEntranceTest extends HubTest {

    private static final int FOUR_MEGABYTES = 4 * 1024 * 1024;

    /** So that the system between does not take a body that nobody reads. */
    private static final int SMALL_BUFFER = 64 * 1024;

    @Test
    void answersTheHandshakeWithTheChallengeAlone() throws Exception {
        HttpResponse<String> answer =
                handshake(
                        "hub.mode=subscribe&hub.verify_token="
                                + VERIFY_TOKEN
                                + "&hub.challenge=1158201444");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("1158201444");
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hub.mode=subscribe&hub.challenge=1",
                "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1",
                "hub.mode=subscribe&hub.verify_token=" + VERIFY_TOKEN,
                "hub.mode=unsubscribe&hub.verify_token=" + VERIFY_TOKEN + "&hub.challenge=1",
                "hub.mode=subscribe&hub.verify_token=&hub.challenge=1"
            })
    void refusesEveryOtherHandshake(String query) throws Exception {
        assertThat(handshake(query).statusCode()).isEqualTo(403);
    }

    @Test
    void acceptsEverySecretWhileOneIsBeingRotated() throws Exception {
        byte[] first = messages(text(customer, wamid(1), now(), "one"));
        byte[] second = messages(text(customer, wamid(2), now(), "two"));

        assertThat(signedWith(SECRET, first)).isEqualTo(200);
        assertThat(signedWith(SECOND_SECRET, second)).isEqualTo(200);
        assertThat(signedWith("retired", messages(text(customer, wamid(3), now(), "three"))))
                .isEqualTo(401);
        assertThat(nextIn("wa.out.gathering", 2)).hasSize(2);
        assertThat(isEmptyFor("wa.out.gathering")).isTrue();
    }

    @Test
    void refusesWhatIsNotSigned() throws Exception {
        byte[] body = messages(text(customer, wamid(1), now(), "one"));
        var unsigned =
                HttpRequest.newBuilder(uri("/webhooks/whatsapp"))
                        .POST(BodyPublishers.ofByteArray(body));
        var inTheQuery =
                HttpRequest.newBuilder(
                                uri(
                                        "/webhooks/whatsapp?X-Hub-Signature-256="
                                                + MetaSignature.of(SECRET, body)))
                        .POST(BodyPublishers.ofByteArray(body));

        assertThat(send(unsigned).statusCode()).isEqualTo(401);
        assertThat(send(inTheQuery).statusCode()).isEqualTo(401);
        byte[] changed = body.clone();
        changed[body.length - 1] ^= 1;
        assertThat(send(webhook(body).POST(BodyPublishers.ofByteArray(changed))).statusCode())
                .isEqualTo(401);
    }

    @Test
    void takesFourMegabytesAndNoByteMoreAlsoWhenTheLengthIsNotSaid() throws Exception {
        byte[] most = ofLength(FOUR_MEGABYTES);
        byte[] more = ofLength(FOUR_MEGABYTES + 1);

        assertThat(send(webhook(most)).statusCode()).isEqualTo(200);
        assertThat(send(webhook(more)).statusCode()).isEqualTo(413);
        assertThat(send(chunked(most)).statusCode()).isEqualTo(200);
        assertThat(send(chunked(more)).statusCode()).isEqualTo(413);
        await().until(() -> eventOf(customer) != null);
        assertThat(eventOf(customer).path("data").path("raw").path("text").path("body").asText())
                .hasSizeGreaterThan(4_000_000);
    }

    /** Closing on a caller that still sends would take the answer back before it is read. */
    @Test
    void whoSendsTooMuchMaySendItAllAndThenReadTheAnswer() throws Exception {
        try (var socket = connected()) {
            socket.setSendBufferSize(SMALL_BUFFER);
            OutputStream out = socket.getOutputStream();
            out.write(head(FOUR_MEGABYTES + 1));
            await().until(() -> socket.getInputStream().available() > 0);
            out.write(new byte[FOUR_MEGABYTES + 1]);

            assertThat(statusLine(socket)).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void whoseBodyBreaksOffIsToldSo() throws Exception {
        try (var stranger = stranger()) {
            stranger.begins("/webhooks/whatsapp", 2, Stranger.WRONG_SIGNATURE).sends("{");
            stranger.sendsNoMore();

            assertThat(stranger.answer()).startsWith("HTTP/1.1 400");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Nothing: x", "X-Hub-Signature-256: sha256=abc"})
    void whoCannotHaveSignedIsRefusedBeforeTheBodyComes(String header) throws Exception {
        try (var stranger = stranger()) {
            stranger.begins("/webhooks/whatsapp", 1000, header);

            assertThat(stranger.answer()).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void signedCommandsWithoutAllHeadersAreRefusedBeforeTheBodyComes() throws Exception {
        try (var stranger = stranger()) {
            stranger.begins("/webhooks/commands", 1000, "webhook-id: 1", "webhook-signature: v1,x");

            assertThat(stranger.answer()).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void eachPathHasALimitOfItsOwn() throws Exception {
        try (var stranger = stranger()) {
            stranger.begins("/webhooks/commands", 256 * 1024 + 1);

            assertThat(stranger.answer()).startsWith("HTTP/1.1 413");
        }
    }

    @Test
    void nothingACallerAddsReachesTheRoute() throws Exception {
        byte[] body = messages(text(customer, wamid(1), now(), "one"));
        var request =
                HttpRequest.newBuilder(
                                uri(
                                        "/webhooks/whatsapp?CamelHttpUri=http://127.0.0.1:9/&CamelJmsDestinationName=x"
                                            + "&HubConversation=stolen&JMSXGroupID=7&CamelHttpMethod=GET&hub.mode=subscribe"))
                        .header("X-Hub-Signature-256", MetaSignature.of(SECRET, body))
                        .header("CamelHttpUri", "http://127.0.0.1:9/")
                        .header("CamelHttpMethod", "GET")
                        .header("CamelHttpResponseCode", "204")
                        .header("camelfilename", "x")
                        .header("HubEventId", "stolen")
                        .header("JMSXGroupID", "7")
                        .header("sObjectQuery", "select")
                        .POST(BodyPublishers.ofByteArray(body));

        assertThat(send(request).statusCode()).isEqualTo(200);
        Message message = nextIn("wa.out.gathering");
        assertThat(message.getStringProperty("HubEventId")).isEqualTo("message:" + wamid(1));
        for (Object name :
                Collections.list((java.util.Enumeration<?>) message.getPropertyNames())) {
            assertThat(name.toString()).matches("Hub.*|JMSX.*");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/plain; charset=ISO-8859-1",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "multipart/form-data",
                "nonsense"
            })
    void readsTheBytesWhateverTheContentTypeSays(String type) throws Exception {
        byte[] body = messages(text(customer, wamid(1), now(), "ñ 😀 a=b&c=d"));
        var request =
                HttpRequest.newBuilder(uri("/webhooks/whatsapp"))
                        .header("Content-Type", type)
                        .header("X-Hub-Signature-256", MetaSignature.of(SECRET, body))
                        .POST(BodyPublishers.ofByteArray(body));

        assertThat(send(request).statusCode()).isEqualTo(200);
        assertThat(nextIn("wa.out.gathering", 1).getFirst().path("data").path("text").asText())
                .isEqualTo("ñ 😀 a=b&c=d");
    }

    @Test
    void aSignedBodyThatIsNoWebhookIsKeptAsUnrecognized() throws Exception {
        byte[] bytes =
                ("\u0000 no json " + customer + " \u00ff").getBytes(StandardCharsets.ISO_8859_1);

        assertThat(post(bytes)).isEqualTo(200);

        Message message =
                jms.receiveSelected(
                        "wa.out.gathering",
                        "HubEventType = 'whatsapp.webhook.unrecognized' AND HubEventId = 'raw:"
                                + sha256(bytes)
                                + "'");
        JsonNode data = event(message).path("data");
        assertThat(data.path("encoding").asText()).isEqualTo("base64");
        assertThat(data.path("raw").binaryValue()).isEqualTo(bytes);
    }

    @Test
    void otherMethodsAreNotServed() throws Exception {
        var put =
                HttpRequest.newBuilder(uri("/webhooks/whatsapp"))
                        .PUT(BodyPublishers.ofString("{}"));

        assertThat(send(put).statusCode()).isEqualTo(405);
    }

    private Stranger stranger() throws IOException {
        return Stranger.at(uri("/").getPort());
    }

    private Socket connected() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), uri("/").getPort());
    }

    private static byte[] head(int length) {
        return """
        POST /webhooks/whatsapp HTTP/1.1\r
        Host: hub\r
        Content-Length: %d\r
        \r
        """
                .formatted(length)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static String statusLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream())).readLine();
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private JsonNode eventOf(String customer) throws Exception {
        return getJson("/api/v1/events?conversation=" + conversation()).path("events").get(0);
    }

    private HttpResponse<String> handshake(String query) throws Exception {
        return send(
                HttpRequest.newBuilder(
                        uri("/webhooks/whatsapp" + (query.isEmpty() ? "" : "?" + query))));
    }

    private int signedWith(String secret, byte[] body) throws Exception {
        return send(HttpRequest.newBuilder(uri("/webhooks/whatsapp"))
                        .header("X-Hub-Signature-256", MetaSignature.of(secret, body))
                        .POST(BodyPublishers.ofByteArray(body)))
                .statusCode();
    }

    private HttpRequest.Builder chunked(byte[] body) {
        return webhook(body)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)));
    }

    private byte[] ofLength(int length) {
        byte[] empty = messages(text(customer, wamid("long"), 1_790_000_000, ""));
        byte[] filler = new byte[length - empty.length];
        Arrays.fill(filler, (byte) 'x');
        return messages(
                text(
                        customer,
                        wamid("long"),
                        1_790_000_000,
                        new String(filler, StandardCharsets.US_ASCII)));
    }
}
