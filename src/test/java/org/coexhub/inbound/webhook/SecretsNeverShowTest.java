package org.coexhub.inbound.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.routes.HttpSink.status;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.routes.HubTest;
import org.coexhub.testing.MetaSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import java.net.http.HttpRequest;
import java.util.List;

/** Neither secrets nor what customers write stand in the log, in an answer or on the management port. */
@ExtendWith(OutputCaptureExtension.class)
class SecretsNeverShowTest extends HubTest {

    private static final List<String> SECRETS =
            List.of(
                    SECRET,
                    SECOND_SECRET,
                    VERIFY_TOKEN,
                    API_TOKEN,
                    META_TOKEN,
                    "Zmlyc3Qtc2VjcmV0LW9mLXRoZS1jb21tYW5kcw",
                    "chatbot-token-of-the-test",
                    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    @Test
    void inNoLogLineWhateverGoesWrong(CapturedOutput output) throws Exception {
        String words = "words-of-" + customer;
        HTTP.then("/crm", status(503), status(400));
        HTTP.then("/bot", status(500), status(401));
        HTTP.then("/receiver", status(500), status(422));
        byte[] body = messages(text(customer, wamid(1), now(), words));
        post(body);
        send(webhook(body).setHeader("X-Hub-Signature-256", MetaSignature.of("wrong", body)));
        send(
                HttpRequest.newBuilder(
                        uri(
                                "/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1")));
        post(("{\"words\":\"" + words + "\"").getBytes());
        postJson("/api/v1/messages", "{'to':'" + words + "'}");
        get("/api/v1/events?after=" + words);
        await().until(
                        () ->
                                getJson("/api/v1/dead-letters").toString().contains(wamid(1))
                                        && HTTP.requests("/crm", customer).size() == 2);

        assertThat(output.getAll()).contains("wamid.***").doesNotContain(words);
        SECRETS.forEach(secret -> assertThat(output.getAll()).doesNotContain(secret));
        assertThat(output.getAll()).doesNotContain(customer);
        assertThat(output.getAll())
                .doesNotContain("Failed delivery for")
                .doesNotContain("Message History");
    }

    @Test
    void onNoPageOfTheManagementPort() throws Exception {
        for (String page :
                List.of(
                        "env",
                        "configprops",
                        "beans",
                        "heapdump",
                        "loggers",
                        "mappings",
                        "httpexchanges")) {
            assertThat(send(HttpRequest.newBuilder(management("/actuator/" + page))).statusCode())
                    .as(page)
                    .isEqualTo(404);
        }
        for (String page : List.of("", "/health", "/prometheus")) {
            String body = send(HttpRequest.newBuilder(management("/actuator" + page))).body();
            SECRETS.forEach(secret -> assertThat(body).as(page).doesNotContain(secret));
        }
    }
}
