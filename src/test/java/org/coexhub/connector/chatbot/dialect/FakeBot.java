package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** A vendor's bot over real HTTP: it says what the test tells it to, and misbehaves when told to. */
abstract class FakeBot implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final ConcurrentLinkedDeque<Fault> faults = new ConcurrentLinkedDeque<>();
    private final List<Request> requests = new ArrayList<>();

    /** A request that was understood; {@code body} is missing where there was none. */
    record Request(String method, String path, String query, String authorization, JsonNode body) {}

    /** An answer in the vendor's own words. */
    record Response(int status, String body) {

        static Response json(int status, String text) {
            return new Response(status, text.replace('\'', '"'));
        }

        static Response json(JsonNode tree) {
            return new Response(200, tree.toString());
        }
    }

    @FunctionalInterface
    private interface Fault {
        /** Null: the connection is left hanging. */
        Response response(HttpExchange exchange);
    }

    FakeBot() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** What the bot does with a request for its turn; not for the vendor's other addresses. */
    abstract Response answer(Request request);

    /** Whether the request is the one that asks the bot, so that a fault belongs to it. */
    abstract boolean isQuestion(Request request);

    /** The customer's words in the last question. */
    abstract String askedWords();

    final void nextFails(int status, String body, String... header) {
        faults.add(
                exchange -> {
                    if (header.length > 0) {
                        exchange.getResponseHeaders().set(header[0], header[1]);
                    }
                    return new Response(status, body);
                });
    }

    final void nextHangs() {
        faults.add(exchange -> null);
    }

    final List<Request> questions() {
        synchronized (requests) {
            return requests.stream().filter(this::isQuestion).toList();
        }
    }

    final List<Request> requests() {
        synchronized (requests) {
            return List.copyOf(requests);
        }
    }

    final Request lastQuestion() {
        return questions().getLast();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] bytes = exchange.getRequestBody().readAllBytes();
            var request =
                    new Request(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().getPath(),
                            exchange.getRequestURI().getQuery(),
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            body(exchange, bytes));
            synchronized (requests) {
                requests.add(request);
            }
            Fault fault = isQuestion(request) ? faults.poll() : null;
            Response response = fault == null ? answer(request) : fault.response(exchange);
            if (response == null) {
                closed.await();
                return;
            }
            byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A form becomes an object of its text. */
    private static JsonNode body(HttpExchange exchange, byte[] bytes) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (bytes.length == 0) {
            return MissingNode.getInstance();
        }
        if (type != null && type.startsWith("application/x-www-form-urlencoded")) {
            return JSON.createObjectNode().put("form", new String(bytes, StandardCharsets.UTF_8));
        }
        try {
            return JSON.readTree(bytes);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
    }
}
