package org.coexhub.routes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A receiver over real HTTP that answers 200, unless it was told what to answer next on a path. */
public final class HttpSink {

    private static final AtomicInteger WAMIDS = new AtomicInteger();
    private static final Answer OK = exchange -> answer(exchange, 200, "");

    /** What Graph answers to a send. */
    private static final Answer SENT =
            exchange ->
                    answer(
                            exchange,
                            200,
                            "{\"messages\":[{\"id\":\"wamid.of.graph."
                                    + WAMIDS.incrementAndGet()
                                    + "\"}]}");

    /** Of the request that this thread answers; attributes of an exchange are those of all exchanges. */
    private static final ThreadLocal<byte[]> BODY = new ThreadLocal<>();

    private final HttpServer server;
    private final Map<String, Deque<Answer>> next = new ConcurrentHashMap<>();
    private final Map<String, Answer> usual = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    /** What is done with a request. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    /** A request as it came; header names in lower case. */
    public record Request(String path, Map<String, String> headers, byte[] body) {

        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    public HttpSink() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** The answers to the next requests on the path; after them it answers as usual. */
    public void then(String path, Answer... answers) {
        next.computeIfAbsent(path, unused -> new ConcurrentLinkedDeque<>())
                .addAll(List.of(answers));
    }

    public void always(String path, Answer answer) {
        usual.put(path, answer);
    }

    /** Forgets what was asked for on the path. */
    public void usual(String path) {
        next.remove(path);
        usual.remove(path);
    }

    /** @param path a pattern, or the path itself */
    public List<Request> requests(String path, String containing) {
        return requests.stream()
                .filter(r -> r.path.matches(path) && r.text().contains(containing))
                .toList();
    }

    public static Answer status(int status) {
        return exchange -> answer(exchange, status, "");
    }

    public static Answer status(int status, String header, String value) {
        return exchange -> {
            exchange.getResponseHeaders().set(header, value);
            answer(exchange, status, "");
        };
    }

    public static Answer json(String text) {
        return exchange -> answer(exchange, 200, text.replace('\'', '"'));
    }

    /** The connection is cut without an answer. */
    public static Answer cut() {
        return HttpExchange::close;
    }

    /** The body of the request that is being answered. */
    public static String bodyOf(HttpExchange exchange) {
        return new String(BODY.get(), StandardCharsets.UTF_8);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name, values.getFirst()));
        byte[] body = exchange.getRequestBody().readAllBytes();
        BODY.set(body);
        requests.add(new Request(path, headers, body));
        Deque<Answer> planned = next.get(path);
        Answer answer = planned == null ? null : planned.poll();
        (answer == null ? usual.getOrDefault(path, path.endsWith("/messages") ? SENT : OK) : answer)
                .to(exchange);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
