package org.coexhub.connector.chatwoot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.routes.HttpSink;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

/** The double answers as Chatwoot's source has it. */
class FakeChatwootTest {

    private final FakeChatwoot chatwoot = new FakeChatwoot(new TestClock());
    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    @AfterEach
    void close() {
        chatwoot.close();
        http.close();
    }

    @Test
    void itRefusesAsChatwootDoes() throws Exception {
        assertThat(call("another", "GET", "/contacts/search?q=a", "").statusCode()).isEqualTo(401);
        assertThat(post("/conversations/9/messages", "{'content':'a'}").body())
                .isEqualTo("{\"error\":\"Resource could not be found\"}");
        HttpResponse<String> invalid = post("/contacts", "{'phone_number':'0301234'}");
        assertThat(invalid.statusCode()).isEqualTo(422);
        assertThat(invalid.body()).contains("Phone number should be in e164 format");
        post("/contacts", "{'identifier':'a','phone_number':'+49301'}");
        assertThat(post("/contacts", "{'identifier':'a'}").body())
                .contains("Identifier has already been taken");
    }

    @Test
    void messagesAreGivenOutByTwentyOrAHundred() throws Exception {
        long conversation = chatwoot.begin("+49301");
        for (int i = 0; i < 130; i++) {
            chatwoot.note(conversation, "note " + i);
        }
        String messages = "/conversations/" + conversation + "/messages";

        JsonNode newest = payload(messages);
        JsonNode before = payload(messages + "?before=" + newest.get(0).path("id").asLong());
        JsonNode after = payload(messages + "?after=0");

        assertThat(newest).hasSize(20);
        assertThat(newest.get(19).path("content").asText()).isEqualTo("note 129");
        assertThat(before.get(19).path("content").asText()).isEqualTo("note 109");
        assertThat(after).hasSize(100);
        assertThat(after.get(0).path("content").asText()).isEqualTo("note 0");
    }

    @Test
    void aReadMessageIsNotMadeDeliveredAgainAndAFailureIsForgottenWithTheNextStatus()
            throws Exception {
        long conversation = chatwoot.begin("+49301");
        long message = chatwoot.reply(conversation, "hello");
        String path = "/conversations/" + conversation + "/messages/" + message;

        patch(path, "{'status':'failed','external_error':'no'}");
        assertThat(chatwoot.message(message).path("content_attributes").path("external_error"))
                .hasToString("\"no\"");
        patch(path, "{'status':'read'}");
        patch(path, "{'status':'delivered'}");

        assertThat(chatwoot.message(message).path("status").asText()).isEqualTo("read");
        assertThat(chatwoot.message(message).path("content_attributes").has("external_error"))
                .isFalse();
    }

    @Test
    void aWebhookIsSignedTriedOnceAndItsFailureShown() {
        var receiver = new HttpSink();
        chatwoot.callback(URI.create(receiver.url("/hook")));
        receiver.then("/hook", HttpSink.status(503));
        long conversation = chatwoot.begin("+49301");

        long message = chatwoot.reply(conversation, "hello");

        await().until(() -> "failed".equals(chatwoot.message(message).path("status").asText()));
        assertThat(receiver.requests("/hook", "message_created")).hasSize(1);
        HttpSink.Request told = receiver.requests("/hook", "").getFirst();
        assertThat(told.headers().get("X-Chatwoot-Signature"))
                .isEqualTo(
                        FakeChatwoot.signature(
                                told.headers().get("X-Chatwoot-Timestamp") + "." + told.text()));
    }

    @Test
    void anAnswerThatIsLostLeavesTheMessage() {
        long conversation = chatwoot.begin("+49301");
        String messages = "/conversations/" + conversation + "/messages";
        chatwoot.plan("POST .*/messages", FakeChatwoot.loseTheAnswer());
        chatwoot.plan("POST .*/messages", FakeChatwoot.loseTheRequest());

        assertThatThrownBy(() -> post(messages, "{'content':'one'}"))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> post(messages, "{'content':'two'}"))
                .isInstanceOf(IOException.class);

        assertThat(chatwoot.seen()).containsExactly("outgoing: one");
    }

    private JsonNode payload(String path) throws Exception {
        return json.readTree(call(FakeChatwoot.TOKEN, "GET", path, "").body()).path("payload");
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return call(FakeChatwoot.TOKEN, "POST", path, body);
    }

    private void patch(String path, String body) throws Exception {
        assertThat(call(FakeChatwoot.TOKEN, "PATCH", path, body).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> call(String token, String method, String path, String body)
            throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create(chatwoot.url() + "/api/v1/accounts/1" + path))
                        .header("api_access_token", token)
                        .header("Content-Type", "application/json")
                        .method(method, BodyPublishers.ofString(body.replace('\'', '"')))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
