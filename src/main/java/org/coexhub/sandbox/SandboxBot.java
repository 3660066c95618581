package org.coexhub.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** A bot behind the generic chatbot contract: one POST per customer message, the replies in the answer. */
final class SandboxBot implements HttpHandler {
    private static final int REMEMBERED = 100;

    /** One call: which message in which conversation, how many replies, whether it handed over. */
    record Call(Instant at, String conversation, String message, int replies, boolean handover) {}

    private final ObjectMapper json = new ObjectMapper();
    private final Clock clock;
    private final Deque<Call> calls = new ArrayDeque<>();
    private volatile Runnable listener = () -> {};

    SandboxBot(Clock clock) {
        this.clock = clock;
    }

    void onCall(Runnable newListener) {
        listener = newListener;
    }

    List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            JsonNode request;
            try {
                request = json.readTree(exchange.getRequestBody());
            } catch (JsonProcessingException e) {
                exchange.sendResponseHeaders(400, -1);
                return;
            }
            ObjectNode answer = BotAnswers.to(request);
            remember(request, answer);
            byte[] body = json.writeValueAsBytes(answer);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void remember(JsonNode request, ObjectNode answer) {
        JsonNode message = request.path("message");
        Call call =
                new Call(
                        clock.instant(),
                        request.path("conversation").asText(),
                        message.path("wamid").asText(message.path("id").asText()),
                        answer.path("replies").size(),
                        answer.has("handover"));
        synchronized (calls) {
            calls.addLast(call);
            if (calls.size() > REMEMBERED) {
                calls.removeFirst();
            }
        }
        listener.run();
    }
}
