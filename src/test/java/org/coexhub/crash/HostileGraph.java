package org.coexhub.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Graph on a bad day, over real HTTP: some messages it takes and never says so, some it refuses, some take their time.
 * Writes down every request the moment it arrives.
 */
final class HostileGraph implements AutoCloseable {

    /** What Graph does with a message, and how often in a thousand. */
    enum Mood {
        TAKE(885),
        TAKE_SLOWLY(40),
        TAKE_AND_RESET(15),
        TAKE_AND_FAIL(10),
        TAKE_AND_BE_SILENT(3),
        RESET(7),
        FAIL(10),
        TOO_MANY_CALLS(5),
        TOO_FAST(5),
        TOO_FAST_FOR_PAIR(20);

        private final int ofThousand;

        Mood(int ofThousand) {
            this.ofThousand = ofThousand;
        }

        boolean takes() {
            return name().startsWith("TAKE");
        }

        static Mood draw(Random random) {
            int left = random.nextInt(1000);
            for (Mood mood : values()) {
                left -= mood.ofThousand;
                if (left < 0) {
                    return mood;
                }
            }
            throw new IllegalStateException("moods do not add up to a thousand");
        }
    }

    /**
     * One request to send.
     *
     * @param nanos when it arrived
     * @param wamid null when Graph did not take it
     */
    record Arrival(
            long nanos, String number, String to, String command, String text, String wamid) {

        String pair() {
            return number + ":" + to;
        }

        boolean taken() {
            return wamid != null;
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ObjectMapper json = new ObjectMapper();
    private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicLong wamids = new AtomicLong();
    private final Random random;
    private final boolean friendly;
    private final Duration silence;
    private volatile Consumer<Arrival> onTaken = taken -> {};

    /** @param silence how long it says nothing when it does not want to; longer than the hub waits */
    HostileGraph(long seed, Duration silence) {
        this(seed, silence, false);
    }

    private HostileGraph(long seed, Duration silence, boolean friendly) {
        this.random = new Random(seed);
        this.silence = silence;
        this.friendly = friendly;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Graph on a good day, with the same log. */
    static HostileGraph inGoodMood() {
        return new HostileGraph(0, Duration.ZERO, true);
    }

    /** Told of each message that Graph has taken, from then on. */
    HostileGraph telling(Consumer<Arrival> listener) {
        onTaken = listener;
        return this;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Arrival> arrivals() {
        return List.copyOf(arrivals);
    }

    private void handle(HttpExchange exchange) throws IOException {
        long now = System.nanoTime();
        JsonNode body = json.readTree(exchange.getRequestBody().readAllBytes());
        if (!exchange.getRequestMethod().equals("POST") || !body.has("to")) {
            answer(exchange, 400, error(100));
            return;
        }
        Mood mood = mood();
        var arrival =
                new Arrival(
                        now,
                        exchange.getRequestURI().getPath().split("/")[2],
                        body.path("to").asText(),
                        body.path("biz_opaque_callback_data").asText(),
                        body.path("text").path("body").asText(),
                        mood.takes() ? "wamid.hostile" + wamids.incrementAndGet() : null);
        arrivals.add(arrival);
        if (arrival.taken()) {
            onTaken.accept(arrival);
        }
        act(mood, exchange, arrival);
    }

    private Mood mood() {
        if (friendly) {
            return Mood.TAKE;
        }
        synchronized (random) {
            return Mood.draw(random);
        }
    }

    private void act(Mood mood, HttpExchange exchange, Arrival arrival) throws IOException {
        switch (mood) {
            case TAKE -> answer(exchange, 200, taken(arrival));
            case TAKE_SLOWLY -> {
                pause(Duration.ofMillis(100 + Math.floorMod(arrival.nanos(), 1200)));
                answer(exchange, 200, taken(arrival));
            }
            case TAKE_AND_RESET, RESET -> exchange.close();
            case TAKE_AND_FAIL -> answer(exchange, 500, "");
            case FAIL -> answer(exchange, 500, error(131000));
            case TAKE_AND_BE_SILENT -> {
                pause(silence);
                exchange.close();
            }
            case TOO_MANY_CALLS -> answer(exchange, 429, "");
            case TOO_FAST -> answer(exchange, 429, error(130429));
            case TOO_FAST_FOR_PAIR -> answer(exchange, 400, error(131056));
        }
    }

    private static String taken(Arrival arrival) {
        return """
        {"messaging_product":"whatsapp","contacts":[{"input":"%1$s","wa_id":"%1$s"}],"messages":[{"id":"%2$s"}]}\
        """
                .formatted(arrival.to(), arrival.wamid());
    }

    private static String error(int code) {
        return """
        {"error":{"message":"(#%1$d) no","type":"OAuthException","code":%1$d,"error_data":{"details":"no"}}}\
        """
                .formatted(code);
    }

    /** Whoever asked may be dead by now; that is the point. */
    private static void answer(HttpExchange exchange, int status, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException gone) {
            exchange.close();
        }
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
