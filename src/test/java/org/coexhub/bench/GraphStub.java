package org.coexhub.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A Graph that takes every message, at once or after {@code -Dgraph.delay} milliseconds, as a process of its own. Says that its numbers have high throughput, and writes down
 * when each message arrived: {@code GET /arrivals} gives a line with text and microseconds for each since the last time.
 *
 * <p>Prints its port.
 */
public final class GraphStub {

    private static final String FACTS =
            """
            {"id":"1","is_on_biz_app":false,"platform_type":"CLOUD_API","quality_rating":"GREEN",\
            "throughput":{"level":"HIGH"},"whatsapp_business_manager_messaging_limit":"TIER_UNLIMITED"}\
            """;

    private static final int DELAY_MILLIS = Integer.getInteger("graph.delay", 0);

    private static final String TEXT = "\"body\":\"";

    private final Queue<String> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicLong wamids = new AtomicLong();

    private GraphStub() {}

    public static void main(String[] args) throws IOException {
        var stub = new GraphStub();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", stub::handle);
        server.createContext("/arrivals", stub::tell);
        server.start();
        new java.io.PrintWriter(new java.io.FileOutputStream(java.io.FileDescriptor.out), true)
                .println(server.getAddress().getPort());
    }

    private void handle(HttpExchange exchange) throws IOException {
        long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (exchange.getRequestMethod().equals("GET")) {
            answer(exchange, FACTS);
            return;
        }
        int begin = body.indexOf(TEXT) + TEXT.length();
        arrivals.add(body.substring(begin, body.indexOf('"', begin)) + " " + now);
        long answered = System.nanoTime() + DELAY_MILLIS * 1_000_000L;
        for (long left = DELAY_MILLIS; left > 0; left = answered - System.nanoTime()) {
            LockSupport.parkNanos(answered - System.nanoTime());
        }
        answer(
                exchange,
                "{\"messaging_product\":\"whatsapp\",\"contacts\":[],\"messages\":[{\"id\":\"wamid.bench"
                        + wamids.incrementAndGet()
                        + "\"}]}");
    }

    private void tell(HttpExchange exchange) throws IOException {
        var lines = new StringBuilder();
        for (String next = arrivals.poll(); next != null; next = arrivals.poll()) {
            lines.append(next).append('\n');
        }
        answer(exchange, lines.toString());
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(200, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
