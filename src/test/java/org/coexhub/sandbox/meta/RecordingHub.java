package org.coexhub.sandbox.meta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** The least a hub can be: answers the handshake, keeps what is posted, and answers with the statuses it is told. */
final class RecordingHub implements AutoCloseable {
    record Received(byte[] body, String signature, int answered) {}

    private final ObjectMapper json = new ObjectMapper();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Deque<Integer> nextAnswers = new ArrayDeque<>();
    private final HttpServer server;
    private final String verifyToken;

    RecordingHub(String verifyToken) throws IOException {
        this.verifyToken = verifyToken;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/webhooks/whatsapp", this::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    URI webhook() {
        return URI.create(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/webhooks/whatsapp");
    }

    void answerNext(int... statuses) {
        synchronized (nextAnswers) {
            for (int status : statuses) {
                nextAnswers.add(status);
            }
        }
    }

    List<Received> received() {
        return List.copyOf(received);
    }

    /** Bodies that were answered with 200. */
    List<JsonNode> stored() {
        List<JsonNode> stored = new ArrayList<>();
        for (Received one : received) {
            if (one.answered() == 200) {
                stored.add(tree(one.body()));
            }
        }
        return stored;
    }

    /** All values of one field, in order of arrival. */
    List<JsonNode> values(String field) {
        List<JsonNode> values = new ArrayList<>();
        for (JsonNode body : stored()) {
            for (JsonNode change : body.at("/entry/0/changes")) {
                if (change.path("field").asText().equals(field)) {
                    values.add(change.path("value"));
                }
            }
        }
        return values;
    }

    List<String> statusesOf(String wamid) {
        List<String> statuses = new ArrayList<>();
        for (JsonNode value : values("messages")) {
            for (JsonNode status : value.path("statuses")) {
                if (status.path("id").asText().equals(wamid)) {
                    statuses.add(status.path("status").asText());
                }
            }
        }
        return statuses;
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException e) {
            throw new AssertionError("Meta sent something that is not JSON", e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (exchange.getRequestMethod().equals("GET")) {
                handshake(exchange);
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            Integer told;
            synchronized (nextAnswers) {
                told = nextAnswers.poll();
            }
            int status = told == null ? 200 : told;
            received.add(
                    new Received(
                            body,
                            exchange.getRequestHeaders().getFirst("X-Hub-Signature-256"),
                            status));
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private void handshake(HttpExchange exchange) throws IOException {
        String query = exchange.getRequestURI().getQuery();
        boolean known =
                query.contains("hub.verify_token=" + verifyToken)
                        && query.contains("hub.mode=subscribe");
        byte[] challenge =
                query.replaceFirst(".*hub\\.challenge=([^&]*).*", "$1")
                        .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(known ? 200 : 403, known ? challenge.length : -1);
        if (known) {
            exchange.getResponseBody().write(challenge);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
