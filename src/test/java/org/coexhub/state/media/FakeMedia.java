package org.coexhub.state.media;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.coexhub.outbound.graph.FakeGraph;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Graph's media endpoints and the host of the files over real HTTP, with one file; well-behaved unless told otherwise. */
final class FakeMedia implements AutoCloseable {

    static final byte[] FILE = "a picture of a latte".repeat(1000).getBytes(StandardCharsets.UTF_8);
    static final String HEX = Sha256.hex(Sha256.digest().digest(FILE));
    static final String BASE64 = Base64.getEncoder().encodeToString(Sha256.digest().digest(FILE));

    /** What came in, as method and path, in order. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    final List<String> uploads = new CopyOnWriteArrayList<>();

    /** How the description of the file, and the file itself, are answered. */
    volatile FakeGraph.Behaviour described = this::describe;

    volatile FakeGraph.Behaviour served = exchange -> bytes(exchange, 200, FILE);
    volatile FakeGraph.Behaviour taken = FakeGraph.answer(200, "{\"id\":\"uploaded-1\"}");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    FakeMedia() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        byte[] body = exchange.getRequestBody().readAllBytes();
        requests.add(exchange.getRequestMethod() + " " + path);
        if (!"Bearer secret".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            FakeGraph.error(401, 190).answer(exchange);
        } else if (exchange.getRequestMethod().equals("POST")) {
            uploads.add(
                    exchange.getRequestHeaders().getFirst("Content-Type")
                            + "\n"
                            + new String(body, StandardCharsets.UTF_8));
            taken.answer(exchange);
        } else if (path.startsWith("/file/")) {
            served.answer(exchange);
        } else {
            described.answer(exchange);
        }
    }

    private void describe(HttpExchange exchange) throws IOException {
        describing(url() + "/file/1", FILE.length).answer(exchange);
    }

    FakeGraph.Behaviour describing(String url, long size) {
        return FakeGraph.answer(
                200,
                """
                {"messaging_product":"whatsapp","id":"1","mime_type":"image/png","sha256":"%s",
                "file_size":"%d","url":"%s"}\
                """
                        .formatted(HEX, size, url));
    }

    static void bytes(HttpExchange exchange, int status, byte[] bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
