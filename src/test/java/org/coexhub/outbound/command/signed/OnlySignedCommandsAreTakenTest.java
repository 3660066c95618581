package org.coexhub.outbound.command.signed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;

import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Commands over HTTP from whoever can sign: the generic way in for a CRM. */
class OnlySignedCommandsAreTakenTest extends HubTest {

    private static final String FIRST = COMMANDS_SECRET.split(",")[0];
    private static final String SECOND = COMMANDS_SECRET.split(",")[1];

    @Autowired private CommandAnswers answers;

    @Test
    void aSignedCommandIsSentAndToldLikeOneOfTheRestApi() throws Exception {
        post(messages(text(customer, wamid(1), now(), "hello")));
        await().until(() -> getJson("/api/v1/conversations/" + conversation()).has("window"));

        JsonNode accepted = json.readTree(answer(202, signed("a", command("crm", "hi"))).body());

        assertThat(accepted.path("status").asText()).isEqualTo("accepted");
        String id = accepted.path("commandId").asText();
        await().until(
                        () ->
                                getJson("/api/v1/messages/" + id)
                                        .path("state")
                                        .asText()
                                        .equals("sent"));
        assertThat(HTTP.requests("/graph/.*/messages", customer)).hasSize(1);
    }

    @Test
    void theIdIsTheKeyAndEachSourceHasItsOwn() throws Exception {
        String id = customer + "-1";
        HttpResponse<String> first = answer(202, signed(id, command("crm", "hi")));
        HttpResponse<String> again = answer(202, signed(id, command("crm", "hi")));
        HttpResponse<String> other = answer(202, signed(id, command("shop", "hi")));
        JsonNode conflict = json.readTree(answer(409, signed(id, command("crm", "ho"))).body());

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(other.body()).isNotEqualTo(first.body());
        assertThat(conflict.path("title").asText()).isEqualTo("Idempotency key in use");
        String rest = command("crm", "ho");
        assertThat(
                        send(authorized("/api/v1/messages")
                                        .header("Idempotency-Key", id)
                                        .header("Content-Type", "application/json")
                                        .POST(HttpRequest.BodyPublishers.ofString(rest)))
                                .statusCode())
                .isEqualTo(202);
    }

    @Test
    void whileASecretIsRotatedEitherIsTaken() throws Exception {
        String body = command("crm", "hi");
        answer(202, signed("old", body, FIRST));
        answer(202, signed("new", body, SECOND));
        answer(202, signed("both", body, "whsec_" + "A".repeat(32), SECOND));
    }

    @Test
    void whatIsNotSignedByOneOfTheSecretsIsRefused() throws Exception {
        String body = command("crm", "hi");
        Instant now = clock.instant();
        answer(401, signed("a", body, "whsec_" + "A".repeat(32)));
        answer(401, signed("a", body).setHeader("webhook-id", "b"));
        answer(401, signed("a", body).setHeader("webhook-timestamp", "" + (now() + 1)));
        answer(401, signed("a", body).POST(HttpRequest.BodyPublishers.ofString(body + " ")));
        answer(401, HttpRequest.newBuilder(uri("/webhooks/commands?webhook-id=a")).POST(of(body)));
        answer(401, at(now.minus(Duration.ofMinutes(6)), body));
        answer(401, at(now.plus(Duration.ofMinutes(6)), body));
        JsonNode problem = json.readTree(answer(401, at(Instant.EPOCH, body)).body());
        assertThat(problem.path("detail").asText()).contains("sign each attempt anew");
        assertThat(HTTP.requests("/graph/.*/messages", customer)).isEmpty();
    }

    @Test
    void whoseSecretHasANameHasKeysOfItsOwnAndSaysNothingElse() throws Exception {
        String id = customer + "-1";
        String unnamed =
                """
                {"from":"%s","to":"%s","type":"text","text":{"body":"hi"}}\
                """
                        .formatted(NUMBER, customer);
        String till = answer(202, signed(id, unnamed, TILL_SECRET)).body();
        String posing = answer(202, signed(id, command("till", "hi"), FIRST)).body();
        assertThat(posing).as("a name that nothing proves").isNotEqualTo(till);
        assertThat(answer(202, signed(id, command("till", "hi"), TILL_SECRET)).body())
                .as("name and source stand for what was left out")
                .isEqualTo(till);

        String own = command("till", "hi");
        for (String foreign :
                List.of(
                        command("crm", "hi"),
                        own.replace("\"source\":\"crm\"", "\"source\":\"agent\""),
                        own.replace(NUMBER, "106"))) {
            answer(403, signed("f", foreign, TILL_SECRET));
        }
        answer(202, signed("f", own, TILL_SECRET));
    }

    @Test
    void aNumberThatNobodyKnowsSendsNothing() throws Exception {
        String body = command("crm", "hi").replace(NUMBER, "40440400404");
        for (HttpRequest.Builder request :
                List.of(
                        signed("n", body),
                        authorized("/api/v1/messages")
                                .header("Idempotency-Key", customer)
                                .header("Content-Type", "application/json")
                                .POST(of(body)))) {
            JsonNode problem = json.readTree(answer(422, request).body());
            assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/from");
            assertThat(problem.at("/errors/0/detail").asText()).startsWith("unknown_number");
        }

        post(
                new String(messages(text(customer, wamid(7), now(), "first of all")), UTF_8)
                        .replace(NUMBER, "40440400404")
                        .getBytes(UTF_8));
        await().until(() -> send(signed("n", body)).statusCode() == 202);
    }

    @Test
    void faultsAreToldAsByTheRestApi() throws Exception {
        JsonNode faults =
                json.readTree(answer(422, signed("f", "{\"from\":\"" + NUMBER + "\"}")).body());
        assertThat(faults.path("errors").findValuesAsText("pointer")).contains("/to");
        answer(422, signed("f", "not json"));
        answer(422, signed("f", ""));
        answer(400, signed("k".repeat(256), command("crm", "hi")));
        answer(413, signed("l", command("crm", "x".repeat(CommandIntake.MOST_BYTES))));
        assertThat(send(HttpRequest.newBuilder(uri("/webhooks/commands"))).statusCode())
                .isEqualTo(405);
    }

    @Test
    void whileTheStoreIsAwayTheSenderIsAskedToComeAgain() throws Exception {
        for (Exception away :
                List.of(
                        new DataAccessResourceFailureException(
                                "away", new SQLTransientConnectionException()),
                        new CannotCreateTransactionException(
                                "away", new SQLException("away", "08006")))) {
            var exchange = new DefaultExchange(camel);
            exchange.setProperty(Exchange.EXCEPTION_CAUGHT, away);

            answers.refuse(exchange);

            assertThat(exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE)).isEqualTo(503);
            assertThat(json.readTree(exchange.getMessage().getBody(byte[].class)).path("detail"))
                    .hasToString("\"nothing was accepted; send the same request again\"");
        }
    }

    private String command(String sourceName, String words) {
        return """
        {"from":"%s","to":"%s","type":"text","text":{"body":"%s"},\
        "hub":{"source":"crm","sourceName":"%s"}}\
        """
                .formatted(NUMBER, customer, words, sourceName);
    }

    private HttpRequest.Builder signed(String id, String body, String... secrets) {
        return StandardWebhooksSender.signed(
                uri("/webhooks/commands"),
                id,
                clock.instant(),
                body,
                secrets.length == 0 ? new String[] {FIRST} : secrets);
    }

    private HttpRequest.Builder at(Instant time, String body) {
        return StandardWebhooksSender.signed(uri("/webhooks/commands"), "t", time, body, FIRST);
    }

    private static HttpRequest.BodyPublisher of(String body) {
        return HttpRequest.BodyPublishers.ofString(body);
    }

    private static HttpResponse<String> answer(int status, HttpRequest.Builder request)
            throws Exception {
        HttpResponse<String> response = send(request);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                .isEqualTo(status == 202 ? "application/json" : "application/problem+json");
        return response;
    }
}
