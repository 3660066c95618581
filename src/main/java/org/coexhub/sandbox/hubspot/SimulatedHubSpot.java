package org.coexhub.sandbox.hubspot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.coexhub.sandbox.hubspot.BatchCalls.Reply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** One HubSpot account behind its API, on loopback. */
public final class SimulatedHubSpot implements AutoCloseable {

    private static final int REMEMBERED = 100_000;

    private final InstantSource clock;
    private final int wantedPort;
    private final ObjectMapper json = new ObjectMapper();
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final Limits limits;
    private final HubSpotAccount account;
    private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
    private final Deque<Call> calls = new ArrayDeque<>();
    private volatile String token;
    private volatile Runnable listener = () -> {};
    private HttpServer server;

    /** A call as it was answered; status 0 where the answer got lost. */
    public record Call(Instant at, String method, String path, int status) {}

    /**
     * @param token of the private app
     * @param port on loopback; 0 for a free one
     */
    public SimulatedHubSpot(String token, InstantSource clock, int port) {
        this.token = token;
        this.clock = clock;
        this.wantedPort = port;
        this.limits = new Limits(clock);
        this.account = new HubSpotAccount(clock);
    }

    public SimulatedHubSpot start() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), wantedPort),
                            100);
        } catch (IOException e) {
            throw new UncheckedIOException("Simulated HubSpot cannot listen", e);
        }
        server.setExecutor(requests);
        server.createContext("/", this::handle);
        server.start();
        return this;
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** A contact that people made. */
    public CrmObject contact(Map<String, String> properties) {
        return account.contact(properties);
    }

    public void deleteContact(String id) {
        account.deleteContact(id);
    }

    public Collection<CrmObject> contacts() {
        return account.contacts();
    }

    public Collection<CrmObject> communications() {
        return account.communications();
    }

    /** Messages on a contact's timeline, in the order of their time. */
    public List<CrmObject> timeline(String contact) {
        return account.timeline(contact);
    }

    /** Whose timeline a message is on; null while it is on none. */
    public String contactOf(String communication) {
        return account.contactOf(communication);
    }

    /** Messages with these words are not valid in this account. */
    public void refuse(String words) {
        account.refuse(words);
    }

    public List<Call> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    /** The next calls whose path contains this go wrong. */
    public void next(String path, Fault... how) {
        faults.computeIfAbsent(path, unused -> new ArrayDeque<>()).addAll(List.of(how));
    }

    /** From now on only this token is taken. */
    public void token(String newToken) {
        token = newToken;
    }

    public void allow(int inTenSeconds, long aDay) {
        limits.allow(inTenSeconds, aDay);
    }

    public void newDay() {
        limits.newDay();
    }

    /** How long the search index takes to learn of a change. */
    public void searchLag(Duration lag) {
        account.searchLag(lag);
    }

    public void onChange(Runnable newListener) {
        listener = newListener;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        Reply reply;
        Fault fault = null;
        try {
            admit(exchange, path);
            fault = fault(path);
            if (fault == Fault.UNAVAILABLE) {
                throw new HubSpotException(503, "INTERNAL_ERROR", "Service unavailable");
            }
            if (fault == Fault.LOCKED) {
                throw new HubSpotException(423, "LOCKED", "The resource is locked");
            }
            JsonNode request = body.length == 0 ? json.createObjectNode() : json.readTree(body);
            reply = account.serve(exchange.getRequestMethod(), path, request, body.length);
        } catch (HubSpotException e) {
            reply = new Reply(e.status(), e.body());
        } catch (JsonProcessingException e) {
            reply = new Reply(400, HubSpotException.invalid("Invalid input JSON").body());
        }
        boolean lost = fault == Fault.ANSWER_LOST;
        if (fault == Fault.BAD_GATEWAY_AFTERWARDS) {
            reply = new Reply(502, JsonNodeFactory.instance.objectNode());
        }
        synchronized (calls) {
            if (calls.size() == REMEMBERED) {
                calls.removeFirst();
            }
            calls.addLast(
                    new Call(
                            clock.instant(),
                            exchange.getRequestMethod(),
                            path,
                            lost ? 0 : reply.status()));
        }
        if (!lost) {
            answer(exchange, path, reply);
        }
        exchange.close();
        listener.run();
    }

    private void admit(HttpExchange exchange, String path) {
        String given = exchange.getRequestHeaders().getFirst("Authorization");
        if (!("Bearer " + token).equals(given)) {
            throw new HubSpotException(
                    401, "INVALID_AUTHENTICATION", "Authentication credentials not found.");
        }
        limits.take(path.endsWith("/search"));
    }

    private Fault fault(String path) {
        for (Map.Entry<String, Deque<Fault>> planned : faults.entrySet()) {
            if (path.contains(planned.getKey())) {
                Fault next = planned.getValue().poll();
                if (next != null) {
                    return next;
                }
            }
        }
        return null;
    }

    private void answer(HttpExchange exchange, String path, Reply reply) throws IOException {
        byte[] bytes = json.writeValueAsBytes(reply.body());
        exchange.getResponseHeaders().set("Content-Type", "application/json;charset=utf-8");
        if (!path.endsWith("/search") && reply.status() != 401) {
            limits.tell(exchange.getResponseHeaders());
        }
        exchange.sendResponseHeaders(reply.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        if (server != null) {
            server.stop(0);
        }
        requests.shutdownNow();
    }
}
