package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.Hub;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The doors that are there only where their program is configured, in a hub without sandbox that has both. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebhookDoorsMatchOpenApiTest {

    static final Set<String> OPERATIONS =
            Set.of("POST /webhooks/chatwoot", "POST /webhooks/chatbot");

    private static final String NOBODY = "http://127.0.0.1:9";
    private static final String LARGE = "\"" + "x".repeat(4 * 1024 * 1024) + "\"";

    private static final String REPLY_TO_NOBODY =
            """
            {"event":"message_created","id":7,"message_type":"outgoing","content":"hello","private":false,
             "account":{"id":1},"inbox":{"id":3},"sender":{"id":2,"type":"user"},
             "conversation":{"id":9,"inbox_id":3,"meta":{"sender":{"id":5}}}}
            """;

    private final OpenApi openApi = new OpenApi();
    private final HttpClient http = HttpClient.newHttpClient();
    private ConfigurableApplicationContext hub;

    private record Call(int status, String operation, String parameter, String body) {
        @Override
        public String toString() {
            return status + " " + operation;
        }
    }

    @BeforeAll
    void start(@TempDir Path home) {
        hub =
                new SpringApplicationBuilder(Hub.class)
                        .run(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--hub.data-dir=" + home.resolve("data"),
                                "--hub.api-token=documented-token-with-32-characters",
                                "--hub.meta.app-secret=documented-secret",
                                "--hub.meta.verify-token=documented",
                                "--hub.meta.access-token=documented",
                                "--hub.meta.graph-url=" + NOBODY,
                                "--hub.chatwoot.url=" + NOBODY,
                                "--hub.chatwoot.api-token=documented",
                                "--hub.chatwoot.account-id=1",
                                "--hub.chatwoot.inboxes=3",
                                "--hub.chatwoot.webhook-token=door",
                                "--hub.chatbot.url=" + NOBODY,
                                "--hub.chatbot.dialect=botpress",
                                "--hub.chatbot.callback-key=door");
    }

    @AfterAll
    void stop() {
        hub.close();
        http.close();
    }

    @TestFactory
    Stream<DynamicTest> everyAnswerIsAsDescribed() {
        return calls().stream()
                .map(
                        call ->
                                DynamicTest.dynamicTest(
                                        call.toString(),
                                        () -> {
                                            var answer = answer(call);
                                            assertThat(answer.status()).isEqualTo(call.status);
                                            assertThat(openApi.faults(call.operation, answer))
                                                    .isEmpty();
                                        }));
    }

    /** Left out: the hub starting or its stores away. */
    @Test
    void everyDescribedAnswerIsCalled() {
        for (String operation : OPERATIONS) {
            var described = new TreeSet<>(openApi.statuses(operation));
            described.remove("503");
            assertThat(
                            calls().stream()
                                    .filter(call -> call.operation.equals(operation))
                                    .map(call -> Integer.toString(call.status))
                                    .collect(Collectors.toSet()))
                    .as(operation)
                    .isEqualTo(described);
        }
    }

    private static List<Call> calls() {
        String chatwoot = "POST /webhooks/chatwoot";
        String chatbot = "POST /webhooks/chatbot";
        return List.of(
                new Call(200, chatwoot, "token=door", "{\"event\":\"contact_updated\"}"),
                new Call(400, chatwoot, "token=door", "words"),
                new Call(401, chatwoot, "token=guessed", "{}"),
                new Call(413, chatwoot, "token=door", LARGE),
                new Call(422, chatwoot, "token=door", REPLY_TO_NOBODY),
                new Call(200, chatbot, "key=door", "{\"type\":\"test\"}"),
                new Call(400, chatbot, "key=door", "{\"type\":\"text\"}"),
                new Call(401, chatbot, "key=guessed", "{}"),
                new Call(413, chatbot, "key=door", LARGE));
    }

    private RunningHub.Answer answer(Call call) throws IOException, InterruptedException {
        String path = call.operation.split(" ")[1];
        String port = hub.getEnvironment().getProperty("local.server.port");
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:%s%s?%s"
                                                .formatted(port, path, call.parameter)))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(call.body))
                        .build();
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        return new RunningHub.Answer(
                answer.statusCode(),
                answer.headers().firstValue("Content-Type").orElse(null),
                answer.body());
    }
}
