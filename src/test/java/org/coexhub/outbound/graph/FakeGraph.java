package org.coexhub.outbound.graph;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Graph's message endpoint over real HTTP, well-behaved unless told otherwise. */
public final class FakeGraph implements AutoCloseable {

    /** What is done with the next request. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    /** A request as it arrived. */
    public record Received(String path, String authorization, JsonNode body) {
        public String text() {
            return body.path("text").path("body").asText();
        }
    }

    /** Of the request that this thread answers; an attribute of the exchange would be shared by all of them. */
    private static final ThreadLocal<JsonNode> BODY = new ThreadLocal<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ObjectMapper json = new ObjectMapper();
    private final Deque<Behaviour> next = new ConcurrentLinkedDeque<>();
    private final Deque<Behaviour> nextAsked = new ConcurrentLinkedDeque<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final List<Received> questions = new CopyOnWriteArrayList<>();
    private final AtomicInteger wamids = new AtomicInteger();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Behaviour usual = this::accept;
    private volatile Behaviour asked = error(400, 100);

    public FakeGraph() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What was to be sent, in the order of arrival. */
    public List<Received> received() {
        return received;
    }

    /** What was asked by GET, in the order of arrival; without bodies. */
    public List<Received> questions() {
        return questions;
    }

    /** The next requests are answered so, in this order; the ones after as usual. */
    public FakeGraph then(Behaviour... behaviours) {
        next.addAll(List.of(behaviours));
        return this;
    }

    public void usually(Behaviour behaviour) {
        usual = behaviour;
    }

    /** What is asked is answered so; left alone, Graph knows nothing. */
    public void whenAsked(Behaviour behaviour) {
        asked = behaviour;
    }

    /** The next questions are answered so, in this order; the ones after as {@link #whenAsked} says. */
    public FakeGraph thenWhenAsked(Behaviour... behaviours) {
        nextAsked.addAll(List.of(behaviours));
        return this;
    }

    private void handle(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            questions.add(
                    new Received(
                            exchange.getRequestURI().getPath(),
                            exchange.getRequestHeaders().getFirst("Authorization"),
                            MissingNode.getInstance()));
            Behaviour behaviour = nextAsked.poll();
            (behaviour == null ? asked : behaviour).answer(exchange);
            return;
        }
        JsonNode body = json.readTree(exchange.getRequestBody().readAllBytes());
        received.add(
                new Received(
                        exchange.getRequestURI().getPath(),
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        body));
        Behaviour behaviour = next.poll();
        BODY.set(body);
        (behaviour == null ? usual : behaviour).answer(exchange);
    }

    /** Of the message that a behaviour is asked about. */
    public static String text() {
        return BODY.get().path("text").path("body").asText();
    }

    /** Takes the message. */
    public void accept(HttpExchange exchange) throws IOException {
        JsonNode body = BODY.get();
        if (body.has("status")) {
            answer(200, "{\"success\":true}").answer(exchange);
            return;
        }
        String to = body.path("to").asText(body.path("recipient").asText());
        answer(
                        200,
                        "{\"messaging_product\":\"whatsapp\",\"contacts\":[{\"input\":\""
                                + to
                                + "\",\"wa_id\":\""
                                + to.replaceAll("[^0-9]", "")
                                + "\"}],\"messages\":[{\"id\":\"wamid."
                                + wamids.incrementAndGet()
                                + "\"}]}")
                .answer(exchange);
    }

    public static Behaviour answer(int status, String body, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        };
    }

    public static Behaviour error(int status, int code) {
        return answer(
                status,
                "{\"error\":{\"message\":\"(#"
                        + code
                        + ") refused\",\"type\":\"OAuthException\",\"code\":"
                        + code
                        + ",\"error_data\":{\"messaging_product\":\"whatsapp\",\"details\":\"because\"},"
                        + "\"fbtrace_id\":\"trace\"}}");
    }

    /** Cuts the connection after the request was taken. */
    public static Behaviour reset() {
        return HttpExchange::close;
    }

    /** Promises more of an answer than it gives, and then cuts. */
    public static Behaviour cutHalfway() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{\"messages\":[".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    /** Never answers. */
    public Behaviour silence() {
        return exchange -> await();
    }

    /** Begins an answer and never ends it. */
    public Behaviour stall() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write("{".getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            await();
        };
    }

    private void await() throws IOException {
        waitFor(closing);
    }

    public static void waitFor(CountDownLatch event) throws IOException {
        try {
            event.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
