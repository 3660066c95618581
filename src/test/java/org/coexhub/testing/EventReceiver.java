package org.coexhub.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A system that gets events over HTTP, and answers at once, late, or never until it {@link #recover recovers}. */
public final class EventReceiver implements AutoCloseable {

    private static final String EVENT = "event-id";
    private static final String CONVERSATION = "conversation";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Duration delay;
    private final List<Arrival> arrivals = new CopyOnWriteArrayList<>();
    private final CountDownLatch recovered = new CountDownLatch(1);

    /** @param nanos when it came, by {@link System#nanoTime} */
    public record Arrival(String eventId, String conversation, long nanos) {}

    private EventReceiver(Duration delay) throws IOException {
        this.delay = delay;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 128);
        server.createContext("/", this::take);
        server.setExecutor(threads);
        server.start();
    }

    public static EventReceiver healthy() throws IOException {
        return new EventReceiver(Duration.ZERO);
    }

    public static EventReceiver slow(Duration delay) throws IOException {
        return new EventReceiver(delay);
    }

    /** Accepts and never answers. */
    public static EventReceiver silent() throws IOException {
        return new EventReceiver(null);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    /**
     * The route file of a destination that posts here, with the headers that {@link Arrival} is made of.
     *
     * @param events and what else stands there, {@code "whatsapp.*", batch: 4}
     */
    public String route(String destination, String events, Duration timeout) {
        return """
        - route:
            id: destination-%1$s
            from:
              uri: destination:%1$s
              parameters: {events: %3$s}
              steps:
                - setHeader: {id: %1$s-event, name: %5$s, simple: "${header.HubEventId}"}
                - setHeader: {id: %1$s-whose, name: %6$s, simple: "${header.HubConversation}"}
                - to:
                    id: %1$s-post
                    uri: "%2$s"
                    parameters: {httpMethod: POST, responseTimeout: "%4$d", connectTimeout: "1000"}
        """
                .formatted(destination, url(), events, timeout.toMillis(), EVENT, CONVERSATION);
    }

    /** In order of arrival. */
    public List<Arrival> arrivals() {
        return arrivals;
    }

    /** From now on every request is answered at once, also those that wait. */
    public void recover() {
        recovered.countDown();
    }

    @Override
    public void close() {
        recover();
        server.stop(0);
        threads.shutdownNow();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            if (!answers()) {
                return;
            }
            var headers = exchange.getRequestHeaders();
            arrivals.add(
                    new Arrival(
                            headers.getFirst(EVENT),
                            headers.getFirst(CONVERSATION),
                            System.nanoTime()));
            exchange.sendResponseHeaders(204, -1);
        }
    }

    /** @return false for a request that nobody waits for any more */
    private boolean answers() {
        boolean silent = delay == null;
        try {
            if (!silent) {
                recovered.await(delay.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            }
            boolean healthyOnArrival = recovered.getCount() == 0;
            recovered.await();
            return healthyOnArrival;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
