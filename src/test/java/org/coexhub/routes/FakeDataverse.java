package org.coexhub.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of Microsoft's identity platform and Dataverse Web API that one table needs: client credentials, upsert by
 * alternate key, and the answers documented for them.
 */
final class FakeDataverse implements AutoCloseable {

    static final String CLIENT = "11111111-2222-3333-4444-555555555555";
    static final String SECRET = "s8Q~secret+of/the=app";

    private static final Pattern ROW =
            Pattern.compile(
                    "/api/data/v9\\.2/coex_whatsappmessages\\(coex_key='([0-9A-Za-z]{1,100})'\\)");
    private static final Set<String> COLUMNS =
            Set.of("coex_name", "coex_phone", "coex_text", "coex_type", "coex_origin", "coex_time");

    /** What an upsert is answered instead of 204. */
    enum Next {
        THROTTLED,
        LOST_AFTERWARDS
    }

    private final ObjectMapper json = new ObjectMapper();
    private final Map<String, JsonNode> rows = new ConcurrentHashMap<>();
    private final Deque<Next> next = new ConcurrentLinkedDeque<>();
    private final AtomicInteger tokens = new AtomicInteger();
    private final AtomicInteger upserts = new AtomicInteger();
    private final HttpServer server;

    FakeDataverse() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/tenant/oauth2/v2.0/token", this::token);
        server.createContext("/api/data/v9.2/", this::upsert);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    Map<String, JsonNode> rows() {
        return rows;
    }

    int tokens() {
        return tokens.get();
    }

    int upserts() {
        return upserts.get();
    }

    void then(Next answer) {
        next.add(answer);
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(exchange);
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        boolean known =
                authorization != null
                        ? authorization.equals(
                                "Basic "
                                        + java.util.Base64.getEncoder()
                                                .encodeToString(
                                                        (CLIENT + ":" + SECRET)
                                                                .getBytes(StandardCharsets.UTF_8)))
                        : CLIENT.equals(form.get("client_id"))
                                && SECRET.equals(form.get("client_secret"));
        boolean right =
                known
                        && "client_credentials".equals(form.get("grant_type"))
                        && (url() + "/.default").equals(form.get("scope"));
        if (!right) {
            answer(exchange, 401, "{\"error\":\"invalid_client\"}");
            return;
        }
        answer(
                exchange,
                200,
                "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"token-%d\"}"
                        .formatted(tokens.incrementAndGet()));
    }

    private void upsert(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        var headers = exchange.getRequestHeaders();
        if (!String.valueOf(headers.getFirst("Authorization")).matches("Bearer token-[1-9]")) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
            answer(exchange, 401, "");
            return;
        }
        upserts.incrementAndGet();
        Matcher row = ROW.matcher(exchange.getRequestURI().getPath());
        JsonNode values = json.readTree(body);
        boolean right =
                exchange.getRequestMethod().equals("PATCH")
                        && row.matches()
                        && "4.0".equals(headers.getFirst("OData-Version"))
                        && "4.0".equals(headers.getFirst("OData-MaxVersion"))
                        && String.valueOf(headers.getFirst("Content-Type"))
                                .startsWith("application/json");
        var unknown = new java.util.TreeSet<String>();
        values.fieldNames().forEachRemaining(unknown::add);
        unknown.removeAll(COLUMNS);
        if (!right || !unknown.isEmpty()) {
            answer(
                    exchange,
                    400,
                    "{\"error\":{\"code\":\"0x80048d19\",\"message\":\"Error identified in"
                            + " Payload\"}}");
            return;
        }
        Next how = next.poll();
        if (how == Next.THROTTLED) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            answer(exchange, 429, "{\"error\":{\"code\":\"0x80072322\",\"message\":\"limit\"}}");
            return;
        }
        rows.put(row.group(1), values);
        if (how == Next.LOST_AFTERWARDS) {
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().set("OData-Version", "4.0");
        exchange.getResponseHeaders()
                .set("OData-EntityId", url() + exchange.getRequestURI().getPath());
        answer(exchange, 204, "");
    }

    private static Map<String, String> form(HttpExchange exchange) throws IOException {
        var form = new TreeMap<String, String>();
        String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        for (String pair : text.split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(
                    URLDecoder.decode(parts[0], StandardCharsets.UTF_8),
                    parts.length == 1 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        return form;
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
